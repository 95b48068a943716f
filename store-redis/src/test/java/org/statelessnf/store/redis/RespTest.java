package org.statelessnf.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 100, 12345678901L, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE})
  void shouldWriteNumbersInTheSizeForetold(long number) {
    ByteBuffer out = ByteBuffer.allocate(64);
    Resp.decimal(out, number);
    String text = Long.toString(number);
    assertThat(written(out)).isEqualTo("$" + text.length() + "\r\n" + text + "\r\n");
    assertThat(out.position()).isEqualTo(Resp.numberSize(number));
  }

  @Test
  void shouldWriteBulkStringsInTheSizeForetold() {
    ByteBuffer from = ByteBuffer.wrap("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer out = ByteBuffer.allocate(128);
    Resp.array(out, 3);
    Resp.bulk(out, Resp.ascii("ab"), from, 10, 3);
    Resp.bulk(out, from, 0, 0);
    Resp.record(out, 0x4142434445464748L, from, 4, 2);
    assertThat(written(out)).isEqualTo("*3\r\n$5\r\nababc\r\n$0\r\n\r\n$10\r\nABCDEFGH45\r\n");
    assertThat(out.position())
        .isEqualTo(
            Resp.arraySize(3)
                + Resp.bulkSize(5)
                + Resp.bulkSize(0)
                + Resp.bulkSize(Long.BYTES + 2));
  }

  private static String written(ByteBuffer out) {
    return StandardCharsets.US_ASCII.decode(out.duplicate().flip()).toString();
  }
}
