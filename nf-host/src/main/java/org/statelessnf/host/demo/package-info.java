/**
 * {@code snf demo}: what the project is for, shown in less than a minute, with a page of charts.
 */
@NullMarked
package org.statelessnf.host.demo;

import org.jspecify.annotations.NullMarked;
