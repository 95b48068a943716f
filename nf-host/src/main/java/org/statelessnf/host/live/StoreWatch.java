package org.statelessnf.host.live;

import java.util.function.Consumer;
import org.statelessnf.host.Text;

/**
 * Says one line when a live run begins to drop packets because its store does not answer, and one
 * when packets come through again. One thread.
 */
final class StoreWatch {
  private final Consumer<String> talk;
  private long droppedBefore;
  private long passedBefore;
  private long droppedWhenWell;
  private boolean down;

  /**
   * The store is well so far.
   *
   * @param talk told each line
   */
  StoreWatch(Consumer<String> talk) {
    this.talk = talk;
  }

  /**
   * Compares with the last look, about a second ago.
   *
   * @param dropped packets so far, for want of the store
   * @param passed packets so far
   */
  void look(long dropped, long passed) {
    boolean worse = dropped > droppedBefore;
    boolean better = passed > passedBefore;
    if (worse && !down) {
      down = true;
      droppedWhenWell = droppedBefore;
      talk.accept("snf run: the store does not answer, packets are dropped");
    } else if (down && better && !worse) {
      down = false;
      talk.accept(
          "snf run: the store answers again, "
              + Text.plural(dropped - droppedWhenWell, "packet")
              + " dropped");
    }
    droppedBefore = dropped;
    passedBefore = passed;
  }
}
