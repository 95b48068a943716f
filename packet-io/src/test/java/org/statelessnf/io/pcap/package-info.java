@NullMarked
package org.statelessnf.io.pcap;

import org.jspecify.annotations.NullMarked;
