package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.statelessnf.conformance.kit.Kit.bytes;
import static org.statelessnf.conformance.rules.FaultRun.TIMEOUT_MILLIS;
import static org.statelessnf.conformance.rules.FaultRun.pause;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Fault;
import org.statelessnf.conformance.kit.FaultInjector;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.proxy.Direction;
import org.statelessnf.conformance.proxy.TcpProxy;
import org.statelessnf.conformance.proxy.Toxic;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Table;

/**
 * Rule O under faults. A recorded load runs while the store is hurt: every operation must end
 * within its deadline, the same sessions must be served again when it is over, and the whole
 * history must be linearizable: nothing acknowledged is lost, nothing answered {@code UNAVAILABLE}
 * was applied, no late answer was taken for another's.
 */
public interface FaultRules {

  @Rule(
      id = "O10",
      text =
          "A server that stands still and goes on: deadlines hold, sessions go on, nothing lost.",
      lookAt = "waits without a limit; operations that timed out but were answered UNAVAILABLE",
      faults = Fault.STOP)
  default void required_o10_stoppedServer(Kit kit) throws IOException {
    FaultInjector faults = kit.fixture().faults();
    FaultRun run = new FaultRun(kit);
    run.run(
        kit.store(),
        () -> {
          faults.stopServer();
          pause(4 * TIMEOUT_MILLIS);
          faults.resumeServer();
        });
    run.requireNothingLost();
  }

  @Rule(
      id = "O11",
      text =
          "A server killed in mid-write and started again: deadlines hold, sessions go on, what"
              + " the declared durability keeps is kept, and no version is used again.",
      lookAt = "reconnecting; versions that start again with an empty store; acknowledging early",
      faults = Fault.KILL)
  default void required_o11_killedServer(Kit kit) throws IOException {
    FaultInjector faults = kit.fixture().faults();
    FaultRun run = new FaultRun(kit);
    AtomicLong killed = new AtomicLong();
    run.run(
        kit.store(),
        () -> {
          killed.set(System.nanoTime());
          faults.killServer();
          pause(2 * TIMEOUT_MILLIS);
          faults.startServer();
        });
    if (kit.capabilities().durability() == Durability.NODE_CRASH) {
      run.requireNothingLost();
    } else {
      run.requireNothingReused(killed.get());
    }
    FaultRun later = new FaultRun(kit);
    later.run(kit.store(), () -> pause(200));
    later.requireNothingLost();
  }

  @Rule(
      id = "O12",
      text = "Connections that are cut, again and again: sessions go on, nothing is lost.",
      lookAt = "what is answered for operations whose connection broke: sent means UNKNOWN",
      faults = Fault.PROXY)
  default void required_o12_cutConnections(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          for (int i = 0; i < 8; i++) {
            proxy.cutConnections();
            pause(100);
          }
          proxy.add(new Toxic.ResetPeer("reset", Direction.DOWNSTREAM, 20));
          pause(2 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O13",
      text = "Requests that never arrive: operations end in time, nothing is lost.",
      lookAt = "half-open connections: who notices, and what happens to what was sent",
      faults = Fault.PROXY)
  default void required_o13_requestsThatNeverArrive(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          proxy.add(new Toxic.Timeout("hole", Direction.UPSTREAM, 0));
          pause(4 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O14",
      text = "Answers that never arrive: what was applied is not answered UNAVAILABLE.",
      lookAt = "the outcome of a write that was sent and not answered: UNKNOWN",
      faults = Fault.PROXY)
  default void required_o14_answersThatNeverArrive(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          proxy.add(new Toxic.Timeout("hole", Direction.DOWNSTREAM, 0));
          pause(4 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O15",
      text = "Answers that come after the deadline are not taken for those of later operations.",
      lookAt = "answers matched by order, after one was given up",
      faults = Fault.PROXY)
  default void required_o15_answersAfterTheDeadline(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          proxy.add(new Toxic.Latency("late", Direction.DOWNSTREAM, TIMEOUT_MILLIS, 200));
          pause(5 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O16",
      text = "Data in small pieces, slow and unsteady: every operation is answered, rightly.",
      lookAt = "decoders that expect a message in one piece",
      faults = Fault.PROXY)
  default void required_o16_dataInSmallPieces(Kit kit) throws IOException {
    TcpProxy proxy = kit.fixture().faults().proxy();
    try {
      proxy.reset();
      Client client = kit.client(kit.openThroughProxy(20_000));
      proxy.add(new Toxic.Slicer("slice up", Direction.UPSTREAM, 7, 6, 20));
      proxy.add(new Toxic.Slicer("slice down", Direction.DOWNSTREAM, 5, 4, 20));
      proxy.add(new Toxic.Latency("jitter", Direction.DOWNSTREAM, 2, 2));
      BatchModel model = new BatchModel(kit, client);
      for (int round = 0; round < 12; round++) {
        model.smallRound(round);
      }
    } finally {
      proxy.reset();
    }
  }

  @Rule(
      id = "O17",
      text = "A narrow link: large batches end in time, answered or not, and what is told is true.",
      lookAt = "write buffers without a bound; deadlines while a request is only half sent",
      faults = Fault.PROXY)
  default void required_o17_narrowLink(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          proxy.add(new Toxic.Bandwidth("narrow up", Direction.UPSTREAM, 4));
          proxy.add(new Toxic.Bandwidth("narrow down", Direction.DOWNSTREAM, 4));
          pause(5 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O18",
      text = "A server that refuses connections for a while: sessions go on when it is back.",
      lookAt = "reconnecting, and how long it waits between attempts",
      faults = Fault.PROXY)
  default void required_o18_refusedConnections(Kit kit) throws IOException {
    throughProxy(
        kit,
        proxy -> {
          proxy.down();
          pause(5 * TIMEOUT_MILLIS);
        });
  }

  @Rule(
      id = "O19",
      text = "Opening a store whose server refuses, or does not answer, fails in time.",
      lookAt = "connect timeouts; waiting for a greeting without a limit",
      faults = Fault.PROXY)
  default void required_o19_openingFailsInTime(Kit kit) throws IOException {
    TcpProxy proxy = kit.fixture().faults().proxy();
    try {
      proxy.reset();
      proxy.down();
      requireRefused(kit, "refused");
      proxy.up();
      proxy.add(new Toxic.Timeout("hole", Direction.DOWNSTREAM, 0));
      requireRefused(kit, "silent");
    } finally {
      proxy.reset();
    }
  }

  private static void requireRefused(Kit kit, String how) {
    long timeoutMillis = 500;
    long start = System.nanoTime();
    assertThrows(
        StoreUnavailableException.class,
        () -> kit.fixture().faults().openThroughProxy(timeoutMillis).close());
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    kit.report("took ms, " + how, took);
    long allowed = timeoutMillis + kit.options().deadlineSlack().toMillis();
    assertTrue(took <= allowed, "%s: it took %d ms".formatted(how, took));
  }

  @Rule(
      id = "O20",
      text =
          "A full store refuses new records as FULL, keeps the old ones, and takes new ones again"
              + " when there is room.",
      lookAt = "how the store says that it is full; eviction that was not asked for",
      faults = Fault.FULL)
  default void required_o20_fullStore(Kit kit) throws IOException {
    FaultInjector faults = kit.fixture().faults();
    Client client = kit.client();
    Table table = kit.table(32, 1024);
    long[] versions = new long[20];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = client.put(table, bytes("old" + i), bytes("value " + i)).ok().version();
    }
    try {
      faults.makeFull();
      client.put(table, bytes("new"), new byte[1024]).is(Outcome.FULL);
      client.putIfAbsent(table, bytes("new"), new byte[1024]).is(Outcome.FULL);
      client.read(table, bytes("new")).absent();
      for (int i = 0; i < versions.length; i++) {
        client.read(table, bytes("old" + i)).ok().hasVersion(versions[i]);
      }
      // An old record may have room to change, or not; it is never lost.
      Answer change = client.putIfVersion(table, bytes("old0"), bytes("changed"), versions[0]);
      if (change.outcome() == Outcome.OK) {
        client.read(table, bytes("old0")).ok().hasVersion(change.version());
      } else {
        change.is(Outcome.FULL);
        client.read(table, bytes("old0")).ok().hasVersion(versions[0]).hasValue(bytes("value 0"));
      }
      client.remove(table, bytes("old1")).ok();
    } finally {
      faults.makeRoom();
    }
    client.put(table, bytes("new"), new byte[1024]).ok();
    client.read(table, bytes("old2")).ok().hasValue(bytes("value 2"));
  }

  /** Something done to the proxy. */
  @FunctionalInterface
  interface Hurt {
    /** Does it. */
    void run(TcpProxy proxy) throws IOException;
  }

  private static void throughProxy(Kit kit, Hurt hurt) throws IOException {
    TcpProxy proxy = kit.fixture().faults().proxy();
    try {
      proxy.reset();
      StateStore store = kit.openThroughProxy(1000);
      FaultRun run = new FaultRun(kit);
      run.run(
          store,
          () -> {
            hurt.run(proxy);
            proxy.reset();
          });
      run.requireNothingLost();
    } finally {
      proxy.reset();
    }
  }
}
