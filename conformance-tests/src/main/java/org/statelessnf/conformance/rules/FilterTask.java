package org.statelessnf.conformance.rules;

import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;
import org.statelessnf.store.BloomFilter;
import org.statelessnf.store.FilterBatch;
import org.statelessnf.store.FilterSpec;

/** Adds elements to a filter and asks for those that the test added, as it is told. */
public final class FilterTask implements WorkerTask {
  /** For the worker process. */
  public FilterTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    FilterSpec spec = FilterSpec.of(context.argument("filter"), context.number("capacity"), 0.01);
    BloomFilter filter = context.store().filter(spec);
    String prefix = "w" + context.index() + "-";
    int added = 0;
    try (Client client = new Client(context.store())) {
      FilterBatch batch = client.session().newFilterBatch(128);
      context.readyAndGo();
      for (String line = context.receive(); !line.equals("end"); line = context.receive()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("add")) {
          int to = added + Integer.parseInt(words[1]);
          added = FilterLoad.add(client, batch, filter, prefix, added, to);
          context.send(Integer.toString(added));
        } else {
          int from = Integer.parseInt(words[1]);
          FilterLoad.requireAll(client, batch, filter, "own-", from, Integer.parseInt(words[2]));
          context.send("found");
        }
      }
    }
  }
}
