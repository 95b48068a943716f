package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.support.FaultyStore.Crash;
import org.statelessnf.store.support.FaultyStore.Faults;
import org.statelessnf.store.support.TimerInstance.Claimed;

/** A process stops at every step there is; no acknowledged timer is lost, none fires twice. */
class RecordTimersCrashTest {
  private static final long LEASE = 1000;
  private static final String[] ACKNOWLEDGED = {"a", "b", "c", "d"};

  /** A queue in some state, and what is known to be in it. */
  private static final class Scene implements AutoCloseable {
    final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    final MapRecords records = new MapRecords();
    final Faults faults = new Faults(1);
    final FaultyStore soundStore = FaultyStore.sound(records, now::get);
    final FaultyStore crashingStore = new FaultyStore(records, now::get, faults);
    final TimerInstance sound = new TimerInstance(soundStore);
    final TimerInstance crashing = new TimerInstance(crashingStore);

    Scene() {
      for (int i = 0; i < ACKNOWLEDGED.length; i++) {
        assertThat(sound.schedule(ACKNOWLEDGED[i], 100 + i * 10)).isEqualTo(Outcome.OK);
      }
    }

    /** Whatever comes up within a few leases; each id at most once per lease. */
    List<String> drain() {
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        now.addAndGet(LEASE + 100);
        List<Claimed> claimed = sound.claim(100, LEASE);
        for (Claimed c : claimed) {
          seen.add(c.id());
          assertThat(sound.complete(c)).isEqualTo(Outcome.OK);
        }
      }
      return seen;
    }

    @Override
    public void close() {
      soundStore.close();
      crashingStore.close();
    }
  }

  /** Runs something again and again, crashing it one step later each time, until it survives. */
  private static int atEveryStep(
      Consumer<Scene> setUp, Consumer<Scene> work, Consumer<Scene> check) {
    for (int step = 0; ; step++) {
      try (Scene scene = new Scene()) {
        setUp.accept(scene);
        scene.faults.crashAfter(step);
        boolean survived = true;
        try {
          work.accept(scene);
        } catch (Crash e) {
          survived = false;
        }
        check.accept(scene);
        if (survived) {
          return step;
        }
      }
    }
  }

  private static void nothing(Scene scene) {
    scene.crashing.claim(1, LEASE); // opens tables and the like
  }

  @Test
  void shouldLoseNothingWhenAClaimantCrashes() {
    Set<String> delivered = new HashSet<>();
    int steps =
        atEveryStep(
            scene -> {
              nothing(scene);
              scene.now.addAndGet(200);
              delivered.clear();
            },
            scene -> scene.crashing.claim(100, LEASE).forEach(c -> delivered.add(c.id())),
            scene -> {
              List<Claimed> atOnce = scene.sound.claim(100, LEASE);
              assertThat(atOnce).extracting(Claimed::id).noneMatch(delivered::contains);
              atOnce.forEach(c -> assertThat(scene.sound.complete(c)).isEqualTo(Outcome.OK));
              List<String> all = scene.drain();
              atOnce.forEach(c -> all.add(c.id()));
              assertThat(all).containsExactlyInAnyOrder(ACKNOWLEDGED);
            });
    assertThat(steps).isGreaterThan(20);
  }

  @Test
  void shouldLoseNothingWhenACompleterCrashes() {
    int steps =
        atEveryStep(
            scene -> {
              nothing(scene);
              scene.now.addAndGet(200);
            },
            scene -> {
              scene.crashing.claim(100, LEASE).forEach(scene.crashing::addComplete);
              assertThat(scene.crashing.run()).containsOnly(Outcome.OK);
            },
            scene -> {
              List<String> again = scene.drain();
              assertThat(again).doesNotHaveDuplicates().isSubsetOf(ACKNOWLEDGED);
              if (scene.faults.operations() == 0) {
                assertThat(again).hasSize(ACKNOWLEDGED.length);
              }
            });
    assertThat(steps).isGreaterThan(20);
  }

  @Test
  void shouldLoseNothingWhenARescheduleCrashes() {
    for (long delay : new long[] {0, 50, 400, 5000}) {
      atEveryStep(
          RecordTimersCrashTest::nothing,
          scene -> {
            for (String id : ACKNOWLEDGED) {
              scene.crashing.addReschedule(id, delay);
            }
            assertThat(scene.crashing.run()).containsOnly(Outcome.OK);
            for (String id : ACKNOWLEDGED) {
              scene.crashing.addReschedule(id, 300); // confirmed by now
            }
            assertThat(scene.crashing.run()).containsOnly(Outcome.OK);
          },
          scene -> assertThat(scene.drain()).containsExactlyInAnyOrder(ACKNOWLEDGED));
    }
  }

  @Test
  void shouldLoseNothingWhenAScheduleOverOthersCrashes() {
    atEveryStep(
        RecordTimersCrashTest::nothing,
        scene -> {
          scene.crashing.addSchedule("new", 10, "");
          scene.crashing.addSchedule("a", 3000, "");
          scene.crashing.addSchedule("b", 20, "");
          scene.crashing.addSchedule("newer", 3000, "");
          assertThat(scene.crashing.run()).containsOnly(Outcome.OK);
        },
        scene -> {
          List<String> seen = scene.drain();
          assertThat(seen).doesNotHaveDuplicates().contains(ACKNOWLEDGED);
          // One that was not acknowledged may be there without being found. Setting it finds it.
          seen.clear();
          scene.sound.addReschedule("new", 50);
          scene.sound.addReschedule("newer", 500);
          List<Outcome> outcomes = scene.sound.run();
          seen.addAll(scene.drain());
          assertThat(seen.contains("new")).isEqualTo(outcomes.get(0) == Outcome.OK);
          assertThat(seen.contains("newer")).isEqualTo(outcomes.get(1) == Outcome.OK);
        });
  }

  @Test
  void shouldLoseNothingWhenARearmCrashes() {
    for (long delay : new long[] {0, 100, 3000}) {
      atEveryStep(
          scene -> {
            nothing(scene);
            scene.now.addAndGet(200);
          },
          scene -> {
            scene.crashing.claim(100, LEASE).forEach(c -> scene.crashing.addRearm(c, delay));
            assertThat(scene.crashing.run()).containsOnly(Outcome.OK);
          },
          scene -> assertThat(scene.drain()).containsExactlyInAnyOrder(ACKNOWLEDGED));
    }
  }

  @Test
  void shouldLoseNothingWhenTheMoveOfAnEntryCrashes() {
    atEveryStep(
        scene -> {
          nothing(scene);
          for (int i = 0; i < 2; i++) { // the second time without an entry of its own
            for (String id : ACKNOWLEDGED) {
              assertThat(scene.sound.reschedule(id, 300 + i * 200)).isEqualTo(Outcome.OK);
            }
          }
          scene.now.addAndGet(400);
        },
        scene -> {
          assertThat(scene.crashing.claim(100, LEASE)).isEmpty();
          scene.now.addAndGet(20);
          assertThat(scene.crashing.claim(100, LEASE)).isEmpty();
        },
        scene -> assertThat(scene.drain()).containsExactlyInAnyOrder(ACKNOWLEDGED));
  }
}
