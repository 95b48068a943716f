package org.statelessnf.nf.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PipeConfigTest {
  private static final Duration POLL = Duration.ofMillis(7);
  private static final Duration LEASE = Duration.ofSeconds(8);
  private static final Duration TIMEOUT = Duration.ofSeconds(9);
  private static final Duration PATIENCE = Duration.ofMillis(10);

  @Test
  void eachChangeKeepsTheOtherValues() {
    PipeConfig changed =
        PipeConfig.defaults()
            .withMaxBatch(5)
            .withBatchesInFlight(6)
            .withReceiveThread(true)
            .withCheckChecksums(true)
            .withTimers(POLL, LEASE)
            .withStoreTimeout(TIMEOUT)
            .withPatience(PATIENCE);
    PipeConfig defaults = PipeConfig.defaults();
    assertThat(changed)
        .isEqualTo(
            new PipeConfig(
                5,
                6,
                defaults.maxAttempts(),
                defaults.ringSize(),
                true,
                true,
                POLL,
                LEASE,
                TIMEOUT,
                PATIENCE));
  }

  @Test
  void boundsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PipeConfig.defaults().withMaxBatch(1025))
        .withMessageContaining("maxBatch 1025");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PipeConfig.defaults().withBatchesInFlight(0))
        .withMessageContaining("batchesInFlight 0");
  }
}
