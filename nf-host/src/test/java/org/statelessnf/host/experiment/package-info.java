@NullMarked
package org.statelessnf.host.experiment;

import org.jspecify.annotations.NullMarked;
