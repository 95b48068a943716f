package org.statelessnf.store.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.example.MapRecords;
import org.statelessnf.store.support.FaultyStore.Faults;
import org.statelessnf.store.support.TimerInstance.Claimed;

/**
 * Random interleavings of several instances, one store operation at a time, each run repeatable by
 * its seed: {@link Turns} lets one thread run at a time and hands over before every operation. The
 * clock, crashes and lost replies are random as well. Then everything that happened is checked
 * against what may happen.
 */
class RecordTimersInterleavingTest {
  private static final long LEASE = 400;
  private static final int IDS = 5;

  /** One thing that happened, in order. */
  private record Event(
      String what, String id, long fence, long time, long least, Outcome outcome) {}

  /** One claim of a timer. */
  private record Claim(long began, long returned, int index) {}

  /** One run. */
  private static final class Run {
    final SplittableRandom random;
    final Turns turns;
    final MapRecords records = new MapRecords();
    final List<Event> events = new ArrayList<>();
    final List<FaultyStore> stores = new ArrayList<>();
    final boolean faulty;
    final boolean crashes;

    Run(long seed, boolean faulty, boolean crashes) {
      this.random = new SplittableRandom(seed);
      this.turns = new Turns(random.split());
      this.faulty = faulty;
      this.crashes = crashes;
    }

    TimerInstance open() {
      Faults faults =
          new Faults(random.nextLong()) {
            @Override
            void before() {
              turns.yieldTurn();
              super.before();
            }
          };
      if (faulty) {
        faults.withErrors(0.03, 0.06);
      }
      if (crashes && random.nextInt(3) == 0) {
        faults.crashAfter(random.nextInt(400));
      }
      FaultyStore store = new FaultyStore(records, turns::now, faults);
      stores.add(store);
      return new TimerInstance(store, 4);
    }

    void log(String what, String id, long fence, long least, Outcome outcome) {
      events.add(new Event(what, id, fence, turns.now(), least, outcome));
    }

    /** Sets timers of its own ids. */
    void setter(TimerInstance instance, int number) {
      long[] delays = {0, 3, 20, 50, 300, 900, 2500};
      for (int n = 0; n < 12; n++) {
        List<String> kinds = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        List<Long> leasts = new ArrayList<>();
        for (int k = 0; k <= random.nextInt(3); k++) {
          String id = "id" + number + "-" + random.nextInt(IDS);
          long delay = delays[random.nextInt(delays.length)];
          leasts.add(turns.now() + delay);
          ids.add(id);
          switch (random.nextInt(4)) {
            case 0, 1 -> {
              kinds.add("set");
              instance.addSchedule(id, delay, "");
            }
            case 2 -> {
              kinds.add("move");
              instance.addReschedule(id, delay);
            }
            default -> {
              kinds.add("cancel");
              instance.addCancel(id);
            }
          }
        }
        for (int k = 0; k < ids.size(); k++) {
          log("begin " + kinds.get(k), ids.get(k), 0, leasts.get(k), Outcome.PENDING);
        }
        List<Outcome> outcomes = instance.run();
        for (int k = 0; k < ids.size(); k++) {
          log(kinds.get(k), ids.get(k), 0, leasts.get(k), outcomes.get(k));
        }
        turns.passTime(random.nextInt(150));
      }
    }

    /** Claims and finishes whatever is due. */
    void claimant(TimerInstance instance, int rounds) {
      for (int n = 0; n < rounds; n++) {
        long began = turns.now();
        List<Claimed> claimed = instance.claim(1 + random.nextInt(4), LEASE);
        for (Claimed c : claimed) {
          assertThat(c.deadline()).isLessThanOrEqualTo(turns.now());
          log("claimed", c.id(), c.fence(), began, Outcome.OK);
        }
        for (Claimed c : claimed) {
          if (random.nextInt(8) == 0) {
            continue; // forgets it
          }
          boolean rearm = random.nextInt(4) == 0;
          String end = rearm ? "begin rearm" : "begin complete";
          log(end, c.id(), c.fence(), turns.now() + 60, Outcome.PENDING);
          Outcome outcome = rearm ? instance.rearm(c, 60) : instance.complete(c);
          log(rearm ? "rearm" : "complete", c.id(), c.fence(), 0, outcome);
        }
        turns.passTime(random.nextInt(100));
      }
    }

    void play() {
      for (int i = 0; i < 2; i++) {
        int number = i;
        TimerInstance instance = open();
        turns.add(() -> setter(instance, number));
      }
      for (int i = 0; i < 3; i++) {
        TimerInstance instance = open();
        turns.add(() -> claimant(instance, 25));
      }
      turns.run();
      TimerInstance last =
          new TimerInstance(new FaultyStore(records, turns::now, new Faults(random.nextLong())));
      for (int n = 0; n < 12; n++) {
        turns.passTime(LEASE + 50);
        long began = turns.now();
        for (Claimed c : last.claim(100, LEASE)) {
          log("claimed", c.id(), c.fence(), began, Outcome.OK);
          log("begin complete", c.id(), c.fence(), 0, Outcome.PENDING);
          log("complete", c.id(), c.fence(), 0, last.complete(c));
        }
      }
      last.store.close();
      stores.forEach(FaultyStore::close);
    }

    void check() {
      Map<String, List<Event>> byId = new HashMap<>();
      for (Event event : events) {
        byId.computeIfAbsent(event.id(), id -> new ArrayList<>()).add(event);
      }
      byId.values().forEach(this::checkOne);
      if (!faulty && !crashes) {
        assertThat(records.table("default/~t.q")).isEmpty();
        assertThat(records.table("default/~b.q")).isEmpty();
      }
    }

    private void checkOne(List<Event> all) {
      String story = String.join("\n", all.stream().map(Event::toString).toList());
      int settings = 0;
      int completions = 0;
      boolean sure = false; // a setting that nothing ended was acknowledged
      int lastEnd = -1;
      long least = Long.MAX_VALUE; // nothing may fire before the earliest of all settings
      Map<String, Integer> begun = new HashMap<>();
      Map<Long, Claim> claims = new TreeMap<>();
      for (int i = 0; i < all.size(); i++) {
        Event event = all.get(i);
        switch (event.what()) {
          case "begin set", "begin move", "begin rearm" -> {
            settings++;
            least = Math.min(least, event.least());
            begun.put(event.what().substring(6) + event.fence(), i);
          }
          case "set", "move", "rearm" -> {
            int since = begun.getOrDefault(event.what() + event.fence(), -1);
            sure = event.outcome() == Outcome.OK ? lastEnd < since : sure && lastEnd < since;
          }
          case "begin cancel", "begin complete" -> {
            lastEnd = i;
            sure = false;
          }
          case "cancel", "complete" -> {
            if (event.outcome() == Outcome.OK || event.outcome() == Outcome.UNKNOWN) {
              lastEnd = i; // at any time until now
              sure = false;
            }
            boolean completed = event.what().equals("complete");
            completions += completed && event.outcome() == Outcome.OK ? 1 : 0;
          }
          case "claimed" -> {
            assertThat(event.time()).as("early%n%s", story).isGreaterThanOrEqualTo(least);
            assertThat(settings).as("fired without being set%n%s", story).isPositive();
            Claim twin = claims.put(event.fence(), new Claim(event.least(), event.time(), i));
            assertThat(twin).as("fence twice%n%s", story).isNull();
          }
          default -> {}
        }
      }
      assertThat(sure).as("lost%n%s", story).isFalse();
      assertThat(completions)
          .as("finished more often than set%n%s", story)
          .isLessThanOrEqualTo(settings);
      checkLeases(all, List.copyOf(claims.values()), story);
    }

    /** Two claims with no setting begun in between must be a lease apart. */
    private void checkLeases(List<Event> all, List<Claim> claims, String story) {
      for (int i = 1; i < claims.size(); i++) {
        Claim one = claims.get(i - 1);
        Claim two = claims.get(i);
        boolean set = false;
        boolean open = false; // begun and not answered by then
        for (int k = 0; k < Math.max(one.index(), two.index()); k++) {
          String what = all.get(k).what();
          if (what.startsWith("begin") && !what.endsWith("complete") && !what.endsWith("cancel")) {
            open = true;
            set |= all.get(k).time() >= one.began();
          } else if (what.equals("set") || what.equals("move") || what.equals("rearm")) {
            open = false;
            set |= all.get(k).time() >= one.began();
          }
        }
        if (!set && !open) {
          assertThat(two.returned())
              .as("claimed by two within a lease%n%s", story)
              .isGreaterThanOrEqualTo(one.began() + LEASE);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"300, false, false", "300, false, true", "300, true, false", "300, true, true"})
  void shouldKeepThePromises(int runs, boolean faulty, boolean crashes) {
    play(1, runs, faulty, crashes);
  }

  @ParameterizedTest
  @CsvSource({"20000, false, true", "20000, true, true"})
  @Tag("long")
  void shouldKeepThePromisesForLong(int runs, boolean faulty, boolean crashes) {
    play(1_000_000, runs, faulty, crashes);
  }

  private static void play(long firstSeed, int runs, boolean faulty, boolean crashes) {
    for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
      Run run = new Run(seed, faulty, crashes);
      try {
        run.play();
        run.check();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
