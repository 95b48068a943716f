package org.statelessnf.host.bench;

import java.util.List;
import org.statelessnf.host.bench.load.BenchTables;
import org.statelessnf.host.bench.load.Keys;
import org.statelessnf.host.bench.load.Operation;
import org.statelessnf.host.bench.report.StoreReport;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.StoreUri;
import org.statelessnf.store.Stores;

/** Measures one store. One thread only. */
final class StoreBench implements AutoCloseable {
  /** Where a benchmark works unless the URI says otherwise: never on a network function's state. */
  static final String NAMESPACE = "bench";

  private final String label;
  private final StateStore store;
  private final BenchTables tables;
  private final List<OperationBench> operations;
  private final FilterBench filter;

  private StoreBench(String label, StateStore store, BenchPlan plan) {
    this.label = label;
    this.store = store;
    tables = new BenchTables(store, store.openSession(), new Keys(plan.keys(), plan.seed()));
    operations =
        Operation.all().stream()
            .map(operation -> new OperationBench(operation, tables, plan))
            .toList();
    filter = new FilterBench(tables, plan);
  }

  /**
   * Opens the store.
   *
   * @param uri as the user gave it
   * @param number of the store: two URIs may mean one store, and must not share records
   * @param plan how to measure
   * @throws StoreUnavailableException if it cannot be reached
   */
  static StoreBench open(String uri, int number, BenchPlan plan) {
    String label = StoreUri.parse(uri).toString();
    StateStore store = Stores.open(inNamespace(uri, NAMESPACE + "-" + number));
    try {
      return new StoreBench(label, store, plan);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  static String inNamespace(String uri, String namespace) {
    if (StoreUri.parse(uri).option("namespace") != null) {
      return uri;
    }
    char before = uri.indexOf('?') < 0 ? '?' : uri.endsWith("?") ? ' ' : '&';
    return (uri + before).strip() + "namespace=" + namespace;
  }

  /** The URI as given, without secrets. */
  String label() {
    return label;
  }

  StateStore store() {
    return store;
  }

  String header() {
    return label + " (" + store.description() + ")";
  }

  List<OperationBench> operations() {
    return operations;
  }

  FilterBench filter() {
    return filter;
  }

  /** Writes the records to work on. */
  void fill() {
    tables.fill();
  }

  StoreReport report() {
    return new StoreReport(
        label,
        store.description(),
        StoreReport.Declared.of(store.capabilities()),
        operations.stream().map(OperationBench::report).toList(),
        filter.report());
  }

  /**
   * Takes the records away and closes the store.
   *
   * @throws StoreUnavailableException if the store does not answer any more: what is left is in its
   *     namespace, {@value #NAMESPACE} and its number
   */
  @Override
  public void close() {
    try (store) {
      tables.remove();
    }
  }
}
