@NullMarked
package org.statelessnf.host.lab;

import org.jspecify.annotations.NullMarked;
