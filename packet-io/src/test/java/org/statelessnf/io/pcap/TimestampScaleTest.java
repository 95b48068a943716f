package org.statelessnf.io.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampScaleTest {
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);

  @Test
  void shouldEqualExactArithmetic() {
    Random random = new Random(20_260_101L);
    for (int resolution = 0; resolution < 256; resolution++) {
      if (!TimestampScale.isPlausible(resolution)) {
        continue;
      }
      for (int i = 0; i < 400; i++) {
        long ticks = random.nextLong() >>> random.nextInt(64);
        long offset = i % 4 == 0 ? random.nextLong() >> random.nextInt(64) : 0;
        assertThat(TimestampScale.of(resolution, offset).nanos(ticks))
            .as("resolution %s, ticks %s, offset %s", resolution, ticks, offset)
            .isEqualTo(exact(resolution, ticks, offset));
      }
    }
  }

  private static long exact(int resolution, long ticks, long offset) {
    BigInteger perSecond =
        resolution < 128 ? BigInteger.TEN.pow(resolution) : BigInteger.TWO.pow(resolution - 128);
    BigInteger nanos =
        new BigInteger(Long.toUnsignedString(ticks))
            .multiply(NANOS)
            .divide(perSecond)
            .add(BigInteger.valueOf(offset).multiply(NANOS));
    BigInteger top = BigInteger.valueOf(Long.MAX_VALUE).divide(NANOS).multiply(NANOS);
    if (nanos.compareTo(top) >= 0) {
      return Long.MAX_VALUE;
    }
    return nanos.signum() < 0 ? 0 : nanos.longValueExact();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 127, 0xC0, 0xFF})
  void shouldFindFinerTicksImplausible(int resolution) {
    assertThat(TimestampScale.isPlausible(resolution)).isFalse();
  }

  @Test
  void shouldTellNanosecondsFromMicroseconds() {
    assertThat(TimestampScale.of(6, 0).finerThanMicros()).isFalse();
    assertThat(TimestampScale.of(7, 0).finerThanMicros()).isTrue();
    assertThat(TimestampScale.of(0x80 | 19, 0).finerThanMicros()).isFalse();
    assertThat(TimestampScale.of(0x80 | 20, 0).finerThanMicros()).isTrue();
  }
}
