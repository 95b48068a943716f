package org.statelessnf.nf.chain;

import java.util.List;
import org.statelessnf.nf.NetworkFunction;
import org.statelessnf.nf.NfContext;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/** A network function of a chain, and which of the chain's tables are its own. */
final class Link {
  final int index;
  final NetworkFunction function;
  final boolean inOrder; // another function puts segments in order, in front
  private final StateTable[] tables;

  Link(int index, NetworkFunction function, boolean inOrder, StateLayout chain) {
    this.index = index;
    this.function = function;
    this.inOrder = inOrder;
    List<StateTable> own = function.layout().tables();
    this.tables = new StateTable[own.size()];
    for (StateTable table : own) {
      tables[table.index()] = chain.include(table);
    }
  }

  /** The chain's table for one of the function's. */
  StateTable chained(StateTable own) {
    return tables[own.index()];
  }

  /** The chain's context as the function sees it. */
  NfContext context(NfContext chain) {
    return new NfContext() {
      @Override
      public long ownerId() {
        return chain.ownerId();
      }

      @Override
      public StoreSession session() {
        return chain.session();
      }

      @Override
      public Table table(StateTable table) {
        return chain.table(chained(table));
      }

      @Override
      public long nowNanos() {
        return chain.nowNanos();
      }
    };
  }
}
