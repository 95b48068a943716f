@NullMarked
package org.statelessnf.host.bench;

import org.jspecify.annotations.NullMarked;
