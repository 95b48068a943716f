package org.statelessnf.host.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.statelessnf.host.replay.Replay;
import org.statelessnf.host.replay.ReplayConfig;
import org.statelessnf.host.replay.ReplayConfig.KillMode;
import org.statelessnf.host.replay.ReplayResult;
import org.statelessnf.host.replay.Spray;
import org.statelessnf.host.trace.TraceSource;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/**
 * Runs each scene in five ways: one instance, which shows what is right; several instances that
 * share a store and get single packets in turn, one of which is killed half-way; the same number of
 * instances that keep their state to themselves and get whole flows, as instances do that are not
 * stateless; and, for the latencies, one instance and several at a rate that leaves them air.
 */
final class Demo {
  /** Packets per second when latencies are measured. */
  static final int MEASURED_RATE = 8_000;

  private static final int STATE_SHOWN = 6;

  private final long seed;
  private final int instances;
  private final String storeUri;
  private final Consumer<String> talk;

  /**
   * A demo.
   *
   * @param seed of the traffic
   * @param instances how many share the work
   * @param storeUri the store of the stateless runs
   * @param talk told how it goes, a line at a time
   */
  Demo(long seed, int instances, String storeUri, Consumer<String> talk) {
    this.seed = seed;
    this.instances = instances;
    this.storeUri = storeUri;
    this.talk = talk;
  }

  List<SceneResult> run() throws IOException, InterruptedException {
    List<Scene> scenes = Scene.all(seed);
    List<Played> played = new ArrayList<>();
    for (Scene scene : scenes) {
      talk.accept(
          "%s: %,d packets of %,d conversations"
              .formatted(scene.title(), scene.trace().size(), scene.trace().conversations()));
      played.add(play(scene));
    }
    // Latencies come last, when everything is compiled.
    talk.accept("latencies at %,d packets/s".formatted(MEASURED_RATE));
    List<SceneResult> results = new ArrayList<>();
    for (Played each : played) {
      results.add(measure(each));
    }
    return results;
  }

  /** What the runs at full speed gave. */
  private record Played(
      Scene scene, Showing whole, Showing shared, Showing apart, StateExcerpt state) {}

  private Played play(Scene scene) throws IOException, InterruptedException {
    ReplayConfig one = ReplayConfig.of(1, Spray.PACKET).withRepliesWaiting();
    ReplayConfig several = ReplayConfig.of(instances, Spray.PACKET).withRepliesWaiting();
    ReplayConfig byFlow = ReplayConfig.of(instances, Spray.FLOW).withRepliesWaiting();
    long half = scene.trace().size() / 2;
    alone(scene, one); // warms up
    Showing whole = alone(scene, one);
    Showing apart = apart(scene, byFlow.withKill(half, KillMode.AT_ONCE));
    try (StateStore store = open(scene, "shared")) {
      Showing shared = play(scene, several.withKill(half, KillMode.BETWEEN_TURNS), i -> store);
      StateExcerpt state =
          StateExcerpt.of(store, scene.function().get().layout(), scene.words(), STATE_SHOWN);
      return new Played(scene, whole, shared, apart, state);
    }
  }

  private SceneResult measure(Played played) throws IOException, InterruptedException {
    Scene scene = played.scene();
    ReplayConfig one = ReplayConfig.of(1, Spray.PACKET).withRate(MEASURED_RATE);
    ReplayConfig several = ReplayConfig.of(instances, Spray.PACKET).withRate(MEASURED_RATE);
    Histogram wholeLatency = alone(scene, one.withRepliesWaiting()).result().latencyNanos();
    Histogram sharedLatency;
    try (StateStore store = open(scene, "measured")) {
      sharedLatency = play(scene, several.withRepliesWaiting(), i -> store).result().latencyNanos();
    }
    return new SceneResult(
        scene,
        played.whole(),
        played.shared(),
        compare(scene, played.whole(), played.shared()),
        played.apart(),
        compare(scene, played.whole(), played.apart()),
        wholeLatency,
        sharedLatency,
        played.state());
  }

  private static Comparison compare(Scene scene, Showing whole, Showing run) {
    ReplayResult.Kill kill = run.result().kill();
    if (kill == null) {
      throw new IllegalStateException("nobody was killed in " + scene.title());
    }
    String name = kill.instance();
    int victim = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)) - 1;
    return Comparison.of(scene.trace(), whole, run, victim, kill.afterPackets());
  }

  /** One instance with an in-process store of its own. */
  private Showing alone(Scene scene, ReplayConfig config) throws IOException, InterruptedException {
    try (StateStore store = Stores.open("caffeine:")) {
      return play(scene, config, i -> store);
    }
  }

  /** Instances that keep their state to themselves. */
  private Showing apart(Scene scene, ReplayConfig config) throws IOException, InterruptedException {
    List<StateStore> stores = new ArrayList<>();
    try {
      for (int i = 0; i < config.instances(); i++) {
        stores.add(Stores.open("caffeine:"));
      }
      return play(scene, config, stores::get);
    } finally {
      stores.forEach(StateStore::close);
    }
  }

  private StateStore open(Scene scene, String run) {
    // A namespace of its own: a store that outlives the demo may hold records of an earlier one.
    String namespace =
        "demo-%s-%s-%x".formatted(scene.name(), run, System.nanoTime() & 0xffffffffL);
    return Stores.open(storeUri + (storeUri.contains("?") ? "&" : "?") + "namespace=" + namespace);
  }

  private Showing play(Scene scene, ReplayConfig config, IntFunction<StateStore> stores)
      throws IOException, InterruptedException {
    Showing showing = new Showing(scene.trace(), scene.peers().get());
    Replay replay =
        new Replay(
            scene.name(),
            config,
            scene.function(),
            stores,
            scene.inside()::containsSource,
            showing);
    try (TraceSource source = new TraceSource(scene.trace().frames())) {
      showing.ended(replay.run(source, showing));
    }
    return showing;
  }

  /** Drops of a run by their words. */
  static Map<String, Long> drops(ReplayResult result) {
    Map<String, Long> drops = new java.util.LinkedHashMap<>();
    result.drops().forEach((reason, count) -> drops.put(reason.text(), count));
    return drops;
  }
}
