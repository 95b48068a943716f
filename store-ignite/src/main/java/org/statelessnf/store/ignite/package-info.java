/**
 * Apache Ignite as the store ({@code docs/ignite.md}, ADR 0011): a node inside this process, or a
 * thin client to a remote cluster. What runs at the data ({@link
 * org.statelessnf.store.ignite.ApplyWrites}, {@link org.statelessnf.store.ignite.TableFilter})
 * needs this module's jar and nothing else of the project.
 */
@NullMarked
package org.statelessnf.store.ignite;

import org.jspecify.annotations.NullMarked;
