package org.statelessnf.store.local.chronicle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.StoreFixture;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** A store in a directory of its own. */
final class DirectoryFixture implements StoreFixture {
  private final Path directory = Directories.create();
  private final String uri = "chronicle:" + directory + "?timeout=30s&connectTimeout=60s";

  @Override
  public StateStore open() {
    return Stores.open(uri);
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public double scale() {
    return 0.1;
  }

  @Override
  public FaultInjector faults() {
    return new Filler();
  }

  @Override
  public void close() throws IOException {
    Directories.delete(directory);
  }

  /** Fills the store with small records of its own, through a second handle of this process. */
  private final class Filler implements FaultInjector {
    private static final TableSpec SPEC = TableSpec.of("filler", 16, 16);

    @Override
    public Set<Fault> supported() {
      return EnumSet.of(Fault.FULL);
    }

    @Override
    public void makeFull() {
      each((single, table, key) -> single.put(table, key, new byte[0]).outcome() != Outcome.FULL);
    }

    @Override
    public void makeRoom() {
      each((single, table, key) -> single.remove(table, key).outcome() == Outcome.OK);
    }

    private void each(Step step) {
      try (StateStore store = open();
          StoreSession session = store.openSession()) {
        Table table = store.table(SPEC);
        for (int i = 0; ; i++) {
          if (!step.run(
              session.single(), table, Integer.toString(i).getBytes(StandardCharsets.UTF_8))) {
            return;
          }
        }
      }
    }
  }

  /** Done for one key after the other. */
  @FunctionalInterface
  private interface Step {
    /** False to end. */
    boolean run(SingleKey single, Table table, byte[] key);
  }
}
