package org.statelessnf.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.statelessnf.conformance.kit.Kit.bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.statelessnf.conformance.history.RecordedRun;
import org.statelessnf.conformance.history.RegisterLoad;
import org.statelessnf.conformance.kit.Answer;
import org.statelessnf.conformance.kit.Client;
import org.statelessnf.conformance.kit.Kit;
import org.statelessnf.conformance.kit.Rule;
import org.statelessnf.conformance.process.Worker;
import org.statelessnf.conformance.process.Workers;
import org.statelessnf.store.Durability;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.Scope;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;

/** Rule L, linearizability per key, and the declared scope. */
public interface LinearRules {
  /** Clients that contend. */
  int CLIENTS = 4;

  @Rule(
      id = "L01",
      text = "Operations of several sessions on one key are linearizable.",
      lookAt = "the operations shown: what a read saw must be the last write before it")
  default void stochastic_l01_sessionsAreLinearizable(Kit kit) {
    kit.requireLinearizable();
    RecordedRun run = new RecordedRun(kit, RegisterLoad.Plan.of(16, kit.scaled(15_000)));
    run.runThreads(CLIENTS, kit.store(), () -> false);
    run.requireAnswers();
    run.requireLinearizable();
  }

  @Rule(
      id = "L02",
      text = "Operations of several processes on one key are linearizable.",
      lookAt = "caches and locks that live in one process only",
      scope = Scope.HOST)
  default void stochastic_l02_processesAreLinearizable(Kit kit) throws Exception {
    kit.requireLinearizable();
    Workers workers = kit.workers();
    Path directory = workers.directory();
    RecordedRun run = new RecordedRun(kit, RegisterLoad.Plan.of(16, kit.scaled(8000)));
    List<Worker> processes = run.startProcesses(workers, 2, 2, directory);
    for (Worker worker : processes) {
      worker.send("go");
    }
    run.runThreads(2, kit.store(), () -> false);
    for (Worker worker : processes) {
      assertEquals("done", worker.receive());
    }
    run.collect(directory);
    run.readAll(kit.client());
    run.requireAnswers();
    run.requireLinearizable();
  }

  @Rule(
      id = "L03",
      text = "Read, then write if-version, by several sessions: no update is lost.",
      lookAt = "whether comparing and writing are one step at the store")
  default void required_l03_noUpdateIsLost(Kit kit) {
    Table table = kit.table();
    int each = Math.max(100, kit.scaled(3000));
    kit.parallel(CLIENTS, (index, client) -> AddTask.add(client, table, each));
    assertEquals((long) CLIENTS * each, AddTask.sum(kit.client(), table));
  }

  @Rule(
      id = "L04",
      text =
          "Of several sessions that create one record if-absent, one wins; all learn its version.",
      lookAt = "whether if-absent is one step at the store")
  default void required_l04_oneCreatorWins(Kit kit) {
    Table table = kit.table();
    int rounds = Math.max(50, kit.scaled(2000));
    AtomicLongArray versions = new AtomicLongArray(rounds);
    AtomicInteger wins = new AtomicInteger();
    kit.parallel(
        CLIENTS,
        (index, client) -> {
          for (int round = 0; round < rounds; round++) {
            Answer answer = client.putIfAbsent(table, bytes("k" + round), bytes("by " + index));
            if (answer.outcome() == Outcome.OK) {
              wins.incrementAndGet();
            } else {
              answer.is(Outcome.MISMATCH);
            }
            long told = answer.versioned().version();
            long before = versions.compareAndExchange(round, 0, told);
            assertEquals(before == 0 ? told : before, told, "version of round " + round);
          }
        });
    assertEquals(rounds, wins.get(), "creations that succeeded");
  }

  @Rule(
      id = "L05",
      text = "What one process wrote, another one reads, at once.",
      lookAt = "the declared scope; write-behind and read caches",
      scope = Scope.HOST)
  default void optional_l05_processesSeeEachOthersWrites(Kit kit) throws Exception {
    TableSpec spec = TableSpec.of(kit.name("echo"), 16, 64);
    Table table = kit.table(spec);
    Client client = kit.client();
    Worker worker = kit.workers().start(1, EchoTask.class, Map.of("table", spec.name())).getFirst();
    worker.awaitReady();
    worker.send("go");
    for (int round = 0; round < 200; round++) {
      long asked = client.put(table, bytes("ask"), bytes("" + round)).ok().version();
      worker.send("echo");
      assertEquals(round + " " + asked, worker.receive(), "value and version the process read");
      client.read(table, bytes("answer")).ok().hasValue(bytes("" + round));
    }
    worker.send("end");
    worker.awaitEnd();
  }

  @Rule(
      id = "L06",
      text = "Read, then write if-version, by several processes: no update is lost.",
      lookAt = "locks that live in one process only",
      scope = Scope.HOST)
  default void optional_l06_noUpdateIsLostAmongProcesses(Kit kit) throws Exception {
    TableSpec spec = TableSpec.of(kit.name("add"), 16, 64);
    Table table = kit.table(spec);
    int each = Math.max(100, kit.scaled(2000));
    List<Worker> workers =
        kit.workers().start(3, AddTask.class, Map.of("table", spec.name(), "times", "" + each));
    for (Worker worker : workers) {
      worker.awaitReady();
    }
    for (Worker worker : workers) {
      worker.send("go");
    }
    Client client = kit.client();
    AddTask.add(client, table, each);
    for (Worker worker : workers) {
      assertEquals("done", worker.receive());
    }
    assertEquals(4L * each, AddTask.sum(client, table));
  }

  @Rule(
      id = "L07",
      text =
          "A process killed in mid-write takes nothing with it: what it was told is kept, the others"
              + " go on within their deadlines, and all together is linearizable.",
      lookAt = "locks held by the dead, writes acknowledged before they were shared",
      scope = Scope.HOST)
  default void stochastic_l07_killedProcessTakesNothingWithIt(Kit kit) throws Exception {
    kit.requireLinearizable();
    if (kit.capabilities().durability() == Durability.NONE) {
      throw kit.skip("the store declares durability NONE");
    }
    for (int round = 0; round < 3; round++) {
      killOne(kit, round);
    }
  }

  private static void killOne(Kit kit, int round) throws IOException, InterruptedException {
    Workers workers = kit.workers();
    Path directory = workers.directory();
    RegisterLoad.Plan plan =
        new RegisterLoad.Plan(24, kit.scaled(30_000), 6, TimeUnit.SECONDS.toNanos(5), 20_000);
    RecordedRun run = new RecordedRun(kit, plan);
    List<Worker> processes = run.startProcesses(workers, 2, 2, directory);
    for (Worker worker : processes) {
      worker.send("go");
    }
    AtomicBoolean stop = new AtomicBoolean();
    Thread killer =
        new Thread(
            () -> {
              Kit.sleep(300 + 100L * round);
              processes.getFirst().kill();
              Kit.sleep(500);
              stop.set(true);
            },
            "kit-killer");
    killer.setDaemon(true);
    killer.start();
    run.runThreads(2, kit.store(), stop::get);
    killer.join();
    Worker survivor = processes.getLast();
    survivor.send("stop");
    assertEquals("done", survivor.receive());
    run.collect(directory);
    run.readAll(kit.client());
    workers.close();
    run.requireDeadlines();
    run.requireLinearizable();
  }
}
