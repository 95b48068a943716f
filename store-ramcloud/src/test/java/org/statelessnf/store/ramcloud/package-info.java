/** Tests on a stand-in for RAMCloud's library, and on a real cluster where there is one. */
@org.jspecify.annotations.NullMarked
package org.statelessnf.store.ramcloud;
