package org.statelessnf.host.bench;

/** Is told how a benchmark goes, by the thread that runs it. */
public interface BenchListener {
  /**
   * It begins.
   *
   * @param header what is measured, one line
   * @param steps how many there are
   */
  void started(String header, int steps);

  /**
   * Another part begins.
   *
   * @param name such as {@code round 2 of 5}
   */
  void part(String name);

  /**
   * A step begins.
   *
   * @param what is measured
   * @param done steps that have ended
   */
  void step(String what, int done);
}
