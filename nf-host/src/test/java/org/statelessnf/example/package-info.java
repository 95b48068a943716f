/** Programs that the README shows. */
@NullMarked
package org.statelessnf.example;

import org.jspecify.annotations.NullMarked;
