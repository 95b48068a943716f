package org.statelessnf.host.command;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.Json;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.nf.StateLayout;
import org.statelessnf.nf.StateTable;
import org.statelessnf.store.ScanCursor;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lists a network function's records again and again, and tells what is different from the last
 * time. What comes and goes in between is not seen. One thread only.
 */
final class StateWatch {
  private final String function;
  private final StateLayout layout;
  private final OutputFormat format;
  private final PrintWriter out;
  private Map<Id, Seen> before = new LinkedHashMap<>();

  private record Id(String table, String key) {}

  private record Seen(long version, String text) {}

  /**
   * Has seen nothing yet.
   *
   * @param function its name
   * @param format a line of text or a line of JSON for each change
   * @param out where they go
   */
  StateWatch(String function, OutputFormat format, PrintWriter out) {
    this.function = function;
    this.layout = StateCommand.layout(function);
    this.format = format;
    this.out = out;
  }

  /**
   * Watches.
   *
   * @param store where the state is
   * @param intervalNanos between two lists
   * @param times how many lists; 0 until interrupted
   * @throws InterruptedException if the thread is interrupted
   */
  void run(StateStore store, long intervalNanos, int times) throws InterruptedException {
    try (StoreSession session = store.openSession()) {
      for (int i = 0; times == 0 || i < times; i++) {
        if (i > 0) {
          TimeUnit.NANOSECONDS.sleep(intervalNanos);
        }
        look(store, session);
      }
    }
  }

  /** Lists once, and tells the changes. */
  void look(StateStore store, StoreSession session) {
    Map<Id, Seen> now = new LinkedHashMap<>();
    for (StateTable table : layout.tables()) {
      try (ScanCursor cursor = session.scan(store.table(table.spec()))) {
        while (cursor.next()) {
          Id id = new Id(table.name(), HexFormat.of().formatHex(cursor.key()));
          String text = StateCommand.describe(function, layout, table, cursor);
          now.put(id, new Seen(cursor.version(), text)); // a scan may show a record twice
        }
      }
    }
    Map<Id, Seen> gone = new HashMap<>(before);
    now.forEach((id, seen) -> {
      Seen earlier = gone.remove(id);
      if (earlier == null) {
        tell("+", "added", id, seen);
      } else if (earlier.version != seen.version) {
        tell("~", "changed", id, seen);
      }
    });
    for (Id id : before.keySet()) {
      @Nullable Seen last = gone.get(id);
      if (last != null) {
        tell("-", "removed", id, last);
      }
    }
    before = now;
    out.flush();
  }

  private void tell(String mark, String change, Id id, Seen seen) {
    if (format == OutputFormat.TABLE) {
      out.println(mark + " " + id.table + "  " + seen.text);
      return;
    }
    ObjectNode line = Json.object();
    line.put("change", change);
    line.put("table", id.table);
    line.put("key", id.key);
    line.put("version", seen.version);
    line.put("text", seen.text);
    out.println(line.toString());
  }
}
