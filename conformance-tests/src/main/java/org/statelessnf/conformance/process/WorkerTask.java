package org.statelessnf.conformance.process;

/**
 * What another process does to the store. Public, with a public constructor without parameters: the
 * process makes it by its class name.
 */
@FunctionalInterface
public interface WorkerTask {
  /**
   * Does it; the process ends when this returns.
   *
   * @param context the store and the line to the test
   */
  void run(WorkerContext context) throws Exception;
}
