package org.statelessnf.conformance.rules;

import static org.statelessnf.conformance.kit.Kit.bytes;

import java.nio.charset.StandardCharsets;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Reads what the test wrote, writes it back under another key, and tells what it read. */
public final class EchoTask implements WorkerTask {
  /** For the worker process. */
  public EchoTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    Table table = context.store().table(TableSpec.of(context.argument("table"), 16, 64));
    try (Client client = new Client(context.store())) {
      context.readyAndGo();
      while (context.receive().equals("echo")) {
        Answer read = client.read(table, bytes("ask")).ok();
        client.put(table, bytes("answer"), read.bytes()).ok();
        context.send(new String(read.bytes(), StandardCharsets.UTF_8) + " " + read.version());
      }
    }
  }
}
