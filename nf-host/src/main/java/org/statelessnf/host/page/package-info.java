/** What the command's pages are made of: pictures in the page itself, and their style. */
@NullMarked
package org.statelessnf.host.page;

import org.jspecify.annotations.NullMarked;
