package org.statelessnf.host.replay;

import org.statelessnf.nf.engine.PipeConfig;

/**
 * How a capture is replayed.
 *
 * @param instances instances that share the work, at least 1
 * @param pipesPerInstance pipes of each, at least 1
 * @param spray how packets are dealt to the pipes
 * @param killAfterPackets packets after which one instance is killed; 0 kills none
 * @param killMode when exactly the instance dies
 * @param packetsPerSecond packets handed out at most; 0 for as fast as they are taken
 * @param repliesWait whether a packet waits for earlier ones of its flow from the other side even
 *     in its own lane. Order does not need it; whoever answers to what came out does
 * @param pipe how each pipe runs
 */
public record ReplayConfig(
    int instances,
    int pipesPerInstance,
    Spray spray,
    long killAfterPackets,
    KillMode killMode,
    int packetsPerSecond,
    boolean repliesWait,
    PipeConfig pipe) {

  /** Lanes of one replay at most: each has a thread and buffers of its own. */
  public static final int MAX_LANES = 256;

  /** When an instance that is to be killed dies. */
  public enum KillMode {
    /**
     * As soon as it holds packets, but none that opens or closes a connection. A recording cannot
     * retransmit: if such a packet were lost, the rest of its connection would come out otherwise
     * for a reason that no network function can help.
     */
    BETWEEN_TURNS,
    /** At once. */
    AT_ONCE
  }

  /** Checks the bounds. */
  public ReplayConfig {
    if (instances < 1 || pipesPerInstance < 1 || instances > MAX_LANES / pipesPerInstance) {
      throw new IllegalArgumentException(
          "%d instances of %d pipes: from 1 to %d pipes in all"
              .formatted(instances, pipesPerInstance, MAX_LANES));
    }
    if (killAfterPackets < 0) {
      throw new IllegalArgumentException("killAfterPackets " + killAfterPackets + " < 0");
    }
    if (killAfterPackets > 0 && instances == 1) {
      throw new IllegalArgumentException(
          "with 1 instance nobody is left to go on after the kill; use at least 2");
    }
  }

  /**
   * Instances with one pipe each, no kill.
   *
   * @param instances how many
   * @param spray how packets are dealt to them
   */
  public static ReplayConfig of(int instances, Spray spray) {
    return new ReplayConfig(
        instances, 1, spray, 0, KillMode.BETWEEN_TURNS, 0, false, PipeConfig.defaults());
  }

  /**
   * The same with a kill.
   *
   * @param packets packets after which one instance is killed
   * @param mode when exactly
   */
  public ReplayConfig withKill(long packets, KillMode mode) {
    return new ReplayConfig(
        instances, pipesPerInstance, spray, packets, mode, packetsPerSecond, repliesWait, pipe);
  }

  /**
   * The same with other pipes.
   *
   * @param perInstance pipes of each instance
   * @param config how each pipe runs
   */
  public ReplayConfig withPipes(int perInstance, PipeConfig config) {
    return new ReplayConfig(
        instances,
        perInstance,
        spray,
        killAfterPackets,
        killMode,
        packetsPerSecond,
        repliesWait,
        config);
  }

  /**
   * The same at a rate.
   *
   * @param perSecond packets handed out at most; 0 for as fast as they are taken
   */
  public ReplayConfig withRate(int perSecond) {
    return new ReplayConfig(
        instances,
        pipesPerInstance,
        spray,
        killAfterPackets,
        killMode,
        perSecond,
        repliesWait,
        pipe);
  }

  /** The same with replies that wait until what they answer to has come out. */
  public ReplayConfig withRepliesWaiting() {
    return new ReplayConfig(
        instances,
        pipesPerInstance,
        spray,
        killAfterPackets,
        killMode,
        packetsPerSecond,
        true,
        pipe);
  }

  int lanes() {
    return instances * pipesPerInstance;
  }
}
