package org.statelessnf.nf.engine;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a pipe runs. The defaults suit a store on the same machine.
 *
 * @param maxBatch most packets in a batch, 1 to 1024
 * @param batchesInFlight batches that may be at the store at the same time, 1 to 64
 * @param maxAttempts how often the packets of a flow are processed before a conflict is given up
 * @param ringSize packets between receive thread and worker; a power of two is taken
 * @param receiveThread whether a thread of its own polls the port; false polls in the worker
 * @param checkChecksums whether packets with wrong IP or transport checksums are dropped
 * @param timerPoll how often expired timers are claimed
 * @param timerLease how long a claimed timer may take before another instance gets it
 * @param storeTimeout time that one store request may take
 * @param patience how long a packet may wait for what another instance is about to write
 */
public record PipeConfig(
    int maxBatch,
    int batchesInFlight,
    int maxAttempts,
    int ringSize,
    boolean receiveThread,
    boolean checkChecksums,
    Duration timerPoll,
    Duration timerLease,
    Duration storeTimeout,
    Duration patience) {

  private static final int MAX_BATCH = 1024;
  private static final int MAX_IN_FLIGHT = 64;

  /** Checks the bounds. */
  public PipeConfig {
    if (maxBatch < 1 || maxBatch > MAX_BATCH) {
      throw new IllegalArgumentException("maxBatch " + maxBatch + " not in 1.." + MAX_BATCH);
    }
    if (batchesInFlight < 1 || batchesInFlight > MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "batchesInFlight " + batchesInFlight + " not in 1.." + MAX_IN_FLIGHT);
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts " + maxAttempts + " < 1");
    }
  }

  /** Up to 512 packets a batch, 4 batches in flight, worker and receive thread in one. */
  public static PipeConfig defaults() {
    return new PipeConfig(
        512,
        4,
        16,
        1024,
        false,
        false,
        Duration.ofMillis(50),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(20));
  }

  /**
   * The same with another batch size.
   *
   * @param packets most packets in a batch
   */
  public PipeConfig withMaxBatch(int packets) {
    return with(copy -> copy.maxBatch = packets);
  }

  /**
   * The same with another depth.
   *
   * @param batches batches that may be at the store at the same time
   */
  public PipeConfig withBatchesInFlight(int batches) {
    return with(copy -> copy.batchesInFlight = batches);
  }

  /**
   * The same with or without a receive thread.
   *
   * @param separate whether a thread of its own polls the port
   */
  public PipeConfig withReceiveThread(boolean separate) {
    return with(copy -> copy.receiveThread = separate);
  }

  /**
   * The same with or without checksum verification.
   *
   * @param check whether packets with wrong checksums are dropped
   */
  public PipeConfig withCheckChecksums(boolean check) {
    return with(copy -> copy.checkChecksums = check);
  }

  /**
   * The same with another pace of timers.
   *
   * @param poll how often expired timers are claimed
   * @param lease how long a claimed timer may take before another instance gets it
   */
  public PipeConfig withTimers(Duration poll, Duration lease) {
    return with(copy -> {
      copy.timerPoll = poll;
      copy.timerLease = lease;
    });
  }

  /**
   * The same with another deadline of store requests.
   *
   * @param timeout time that one store request may take
   */
  public PipeConfig withStoreTimeout(Duration timeout) {
    return with(copy -> copy.storeTimeout = timeout);
  }

  /**
   * The same with another patience.
   *
   * @param most how long a packet may wait for what another instance is about to write
   */
  public PipeConfig withPatience(Duration most) {
    return with(copy -> copy.patience = most);
  }

  private PipeConfig with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.config();
  }

  /** The values, to be changed. */
  private static final class Copy {
    private int maxBatch;
    private int batchesInFlight;
    private final int maxAttempts;
    private final int ringSize;
    private boolean receiveThread;
    private boolean checkChecksums;
    private Duration timerPoll;
    private Duration timerLease;
    private Duration storeTimeout;
    private Duration patience;

    Copy(PipeConfig of) {
      this.maxBatch = of.maxBatch;
      this.batchesInFlight = of.batchesInFlight;
      this.maxAttempts = of.maxAttempts;
      this.ringSize = of.ringSize;
      this.receiveThread = of.receiveThread;
      this.checkChecksums = of.checkChecksums;
      this.timerPoll = of.timerPoll;
      this.timerLease = of.timerLease;
      this.storeTimeout = of.storeTimeout;
      this.patience = of.patience;
    }

    PipeConfig config() {
      return new PipeConfig(
          maxBatch,
          batchesInFlight,
          maxAttempts,
          ringSize,
          receiveThread,
          checkChecksums,
          timerPoll,
          timerLease,
          storeTimeout,
          patience);
    }
  }
}
