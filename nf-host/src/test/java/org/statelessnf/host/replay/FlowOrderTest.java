package org.statelessnf.host.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FlowOrderTest {
  private static final long FLOW = 0x1234_0000_0000_0000L;
  private static final long OTHER = 0x4321_0000_0000_0000L;

  private final FlowOrder order = new FlowOrder(16, false);

  @Test
  void shouldHoldAPacketBackWhileAnEarlierOneIsInAnotherLane() {
    order.identify(0, FLOW, true);
    order.identify(1, FLOW, true);
    order.depart(0, 3);

    assertThat(order.isFree(1, 4)).isFalse();
    assertThat(order.isFree(1, 3)).as("the same lane keeps the order").isTrue();
    order.arrive(0);
    assertThat(order.isFree(1, 4)).isTrue();
  }

  @Test
  void shouldNotLetAPacketPassThoseThatWait() {
    for (int slot = 0; slot < 4; slot++) {
      order.identify(slot, FLOW, true);
    }
    order.depart(0, 0);
    order.await(1); // for lane 1
    assertThat(order.isFree(2, 0)).as("it would overtake packet 1").isFalse();
    order.await(2);

    assertThat(order.isNext(1, 1)).isFalse();
    order.arrive(0);
    assertThat(order.firstWaiting(0)).isEqualTo(1);
    assertThat(order.isNext(1, 1)).isTrue();
    order.takeFirstWaiting(1);
    order.depart(1, 1);
    assertThat(order.firstWaiting(0)).isEqualTo(2);
    assertThat(order.isNext(2, 0)).isFalse();
    assertThat(order.waiting()).isEqualTo(1);
    assertThat(order.underWay()).isEqualTo(1);
  }

  @Test
  void shouldNotDelayOtherFlows() {
    order.identify(0, FLOW, true);
    order.identify(1, OTHER, true);
    order.depart(0, 0);

    assertThat(order.isFree(1, 1)).isTrue();
  }

  @Test
  void shouldHoldRepliesBackInTheSameLaneIfAsked() {
    FlowOrder turns = new FlowOrder(16, true);
    turns.identify(0, FLOW, true);
    turns.identify(1, FLOW, true);
    turns.identify(2, FLOW, false);
    turns.depart(0, 0);

    assertThat(turns.isFree(1, 0)).isTrue();
    assertThat(turns.isFree(2, 0)).isFalse();
    turns.arrive(0);
    assertThat(turns.isFree(2, 0)).isTrue();
  }

  @Test
  void shouldRefuseToBreakTheOrder() {
    order.identify(0, FLOW, true);
    order.identify(1, FLOW, true);
    order.depart(0, 0);

    assertThatThrownBy(() -> order.depart(1, 1)).isInstanceOf(IllegalStateException.class);
    order.await(1);
    assertThatThrownBy(() -> order.takeFirstWaiting(0)).isInstanceOf(IllegalStateException.class);
  }
}
