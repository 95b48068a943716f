package org.statelessnf.store.support;

import org.statelessnf.store.*;

final class RecordFilters {
  RecordFilters(AbstractStoreSession s) {}

  void execute(FilterBatch b) {}
}
