/**
 * What the rules are written with: fixtures, clients, the extension that runs and guards each test.
 */
@NullMarked
package org.statelessnf.conformance.kit;

import org.jspecify.annotations.NullMarked;
