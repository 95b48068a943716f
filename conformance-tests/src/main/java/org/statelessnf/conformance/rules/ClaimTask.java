package org.statelessnf.conformance.rules;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.statelessnf.conformance.kit.Claim;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.TimerQueue;
import org.statelessnf.store.TimerSpec;

/**
 * Claims timers. Told {@code hold}, it claims some, says which, and never finishes them; otherwise
 * it finishes what it claims, writes it down, and says how many when told {@code count}.
 */
public final class ClaimTask implements WorkerTask {
  private static final int MAX = 64;

  /** For the worker process. */
  public ClaimTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    TimerQueue queue = context.store().timers(TimerSpec.of(context.argument("queue"), 16, 8));
    long lease = context.number("lease");
    boolean finishes = Boolean.parseBoolean(context.argument("finishes"));
    Path file = Path.of(context.argument("directory"), "claims-" + context.index());
    int finished = 0;
    try (Client client = new Client(context.store());
        BufferedWriter log = Files.newBufferedWriter(file)) {
      context.readyAndGo();
      while (true) {
        if (!finishes || context.hasReceived()) {
          switch (context.receive()) {
            case "count" -> context.send(Integer.toString(finished));
            case "hold" -> context.send(hold(client, queue, lease));
            default -> {
              return;
            }
          }
          continue;
        }
        List<Claim> claims = client.timers().claim(queue, MAX, lease);
        long now = System.nanoTime();
        for (Claim claim : claims) {
          Outcome outcome = client.timers().complete(queue, claim).outcome();
          log.write(TimerLoad.text(claim.id()) + " " + now + " " + outcome + "\n");
          finished++;
        }
        if (claims.isEmpty()) {
          Kit.sleep(1);
        }
      }
    }
  }

  private static String hold(Client client, TimerQueue queue, long lease) {
    List<String> held = new ArrayList<>();
    for (Claim claim : client.timers().claim(queue, MAX, lease)) {
      held.add(TimerLoad.text(claim.id()) + "=" + claim.fence());
    }
    return String.join(" ", held);
  }
}
