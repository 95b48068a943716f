package org.statelessnf.conformance.history;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Table;

/** {@link RegisterLoad} in a process of its own: several clients, each with a log in a file. */
public final class RegisterLoadTask implements WorkerTask {
  /** For the worker process. */
  public RegisterLoadTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    int threads = context.number("threads");
    Table table = context.store().table(RegisterLoad.spec(context.argument("table")));
    RegisterLoad.Plan plan =
        new RegisterLoad.Plan(
            context.number("keys"),
            context.number("operations"),
            context.number("maxBatch"),
            TimeUnit.MILLISECONDS.toNanos(context.number("timeoutMillis")),
            TimeUnit.MICROSECONDS.toNanos(context.number("pauseMicros")));
    context.readyAndGo();
    Thread[] all = new Thread[threads];
    Throwable[] failures = new Throwable[threads];
    for (int i = 0; i < threads; i++) {
      int thread = i;
      int client = context.number("firstClient") + context.index() * threads + i;
      Random random = new Random(Long.parseLong(context.argument("seed")) + client);
      Path file = Path.of(context.argument("directory"), "history-" + client);
      all[i] =
          new Thread(
              () -> {
                try (HistoryLog log =
                        HistoryLog.inFile(client, plan.operations() + plan.maxBatch(), file);
                    StoreSession session = context.store().openSession()) {
                  new RegisterLoad(session, table, log, plan, client, random)
                      .run(context::hasReceived);
                } catch (Throwable e) {
                  failures[thread] = e;
                }
              },
              "register-load-" + client);
      all[i].start();
    }
    for (int i = 0; i < threads; i++) {
      all[i].join();
      if (failures[i] != null) {
        throw new IllegalStateException("client failed", failures[i]);
      }
    }
    context.doneAndStay();
  }
}
