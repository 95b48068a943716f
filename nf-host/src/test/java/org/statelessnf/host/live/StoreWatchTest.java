package org.statelessnf.host.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreWatchTest {
  private final List<String> said = new ArrayList<>();
  private final StoreWatch watch = new StoreWatch(said::add);

  @Test
  void shouldSayOneLineWhenTheStoreIsLostAndOneWhenItIsBack() {
    watch.look(0, 10);
    watch.look(5, 12);
    watch.look(9, 12);
    watch.look(9, 12); // nothing to be seen: no packets
    assertThat(said).containsExactly("snf run: the store does not answer, packets are dropped");

    watch.look(10, 13); // some come through, some do not
    assertThat(said).hasSize(1);
    watch.look(10, 20);
    watch.look(10, 30);

    assertThat(said).hasSize(2);
    assertThat(said.getLast()).isEqualTo("snf run: the store answers again, 10 packets dropped");
  }

  @Test
  void shouldSaySoEachTime() {
    watch.look(1, 0);
    watch.look(1, 1);
    watch.look(2, 1);
    watch.look(2, 2);
    assertThat(said).hasSize(4);
    assertThat(said.getLast()).endsWith(" 1 packet dropped");
  }
}
