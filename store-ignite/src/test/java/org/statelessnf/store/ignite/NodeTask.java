package org.statelessnf.store.ignite;

import org.statelessnf.conformance.process.WorkerContext;
import org.statelessnf.conformance.process.WorkerTask;

/** A process that is a node of the cluster and does nothing else. */
public final class NodeTask implements WorkerTask {
  /** For the worker process. */
  public NodeTask() {}

  @Override
  public void run(WorkerContext context) throws Exception {
    context.doneAndStay();
  }
}
