package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import java.nio.charset.StandardCharsets;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Adds to numbers by reading and writing if-version; one of many that do. */
public final class AddTask implements WorkerTask {
  private static final int RECORDS = 3;

  /** For the worker process. */
  public AddTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    Table table = context.store().table(TableSpec.of(context.argument("table"), 16, 64));
    try (Client client = new Client(context.store())) {
      context.readyAndGo();
      add(client, table, context.number("times"));
    }
    context.doneAndStay();
  }

  static void add(Client client, Table table, int times) {
    for (int i = 0; i < times; i++) {
      byte[] key = bytes("n" + i % RECORDS);
      while (true) {
        Answer read = client.read(table, key);
        long number = 0;
        if (read.outcome() != Outcome.ABSENT) {
          number = Long.parseLong(new String(read.ok().bytes(), StandardCharsets.UTF_8));
        }
        Answer write = client.putIfVersion(table, key, bytes("" + (number + 1)), read.version());
        if (write.outcome() == Outcome.OK) {
          break;
        }
        write.is(Outcome.MISMATCH);
      }
    }
  }

  static long sum(Client client, Table table) {
    long sum = 0;
    for (int i = 0; i < RECORDS; i++) {
      byte[] value = client.read(table, bytes("n" + i)).ok().bytes();
      sum += Long.parseLong(new String(value, StandardCharsets.UTF_8));
    }
    return sum;
  }
}
