@NullMarked
package org.statelessnf.host.demo;

import org.jspecify.annotations.NullMarked;
