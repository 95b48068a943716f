package org.statelessnf.host.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.lab.Lab;
import org.statelessnf.host.lab.LabException;
import org.statelessnf.host.lab.Namespace;
import org.statelessnf.host.lab.SnfProcess;
import org.statelessnf.host.lab.TwoPaths;

/**
 * The dissertation's failure experiment (section 4.6.3): downloads through a firewall, which is
 * killed in the middle, while all traffic is redirected to another instance. Failure detection is
 * taken to be perfect, as there.
 *
 * @param downloads how many
 * @param bytes of each
 * @param atOnce how many at a time
 * @param stallMillis after which a client gives a silent connection up
 */
record Failover(int downloads, long bytes, int atOnce, int stallMillis) {
  private static final int PORT = 8080;

  /** Share of the downloads after which the instance is killed. */
  private static final double KILL_AT = 0.4;

  private static final long POLL_MILLIS = 10;

  /**
   * Runs one case.
   *
   * @param store where each instance has its state, shared or not; null for shared memory
   * @param talk told what happens
   */
  FailoverResult run(
      boolean stateless, boolean failure, @Nullable String store, Consumer<String> talk)
      throws InterruptedException {
    try (Lab lab = Lab.open().optimizing()) {
      TwoPaths paths = new TwoPaths(lab, false);
      String state = store == null ? "chronicle:" + lab.sharedMemory().resolve("state") : store;
      List<String> function = List.of("--nf", "firewall", "--store", state);
      SnfProcess first = paths.launch(lab, 0, function);
      SnfProcess second = paths.launch(lab, 1, function);
      SnfProcess server =
          SnfProcess.start(
              lab,
              paths.server(),
              "server",
              List.of("experiment", "serve", "--port", "" + PORT, "--bytes", Long.toString(bytes)));
      first.awaitWord("Ctrl-C");
      second.awaitWord("Ctrl-C");
      server.awaitWord("serving");
      List<Download> ended = new ArrayList<>();
      long killed = download(lab, paths, failure ? first : null, ended, talk);
      return new FailoverResult(stateless, failure, state, ended, killed);
    }
  }

  private long download(
      Lab lab,
      TwoPaths paths,
      @Nullable SnfProcess victim,
      List<Download> ended,
      Consumer<String> talk)
      throws InterruptedException {
    SnfProcess client = client(lab, paths.client());
    long killed = -1;
    long killAfter = Math.max(1, Math.round(downloads * KILL_AT));
    boolean goesOn = true;
    while (goesOn) {
      Thread.sleep(POLL_MILLIS);
      goesOn = client.process().isAlive(); // asked first: what it said before its end is read
      List<String> lines = lines(client.out());
      for (int line = ended.size() + 1; line < lines.size(); line++) {
        ended.add(Download.parse(lines.get(line)));
      }
      if (victim != null && killed < 0 && ended.size() >= killAfter) {
        victim.kill();
        paths.only(1);
        killed = System.currentTimeMillis() - began(lines);
        talk.accept("killed an instance after " + ended.size() + " downloads");
      }
    }
    if (client.process().waitFor() != 0 || ended.size() < downloads) {
      throw new LabException("the downloads did not end well: " + client.err().strip());
    }
    return killed;
  }

  /** The client's lines; the last one may still be on its way. */
  private static List<String> lines(String said) {
    return said.substring(0, said.lastIndexOf('\n') + 1).lines().toList();
  }

  private static long began(List<String> lines) {
    return Long.parseLong(lines.getFirst().substring("start ".length()));
  }

  private SnfProcess client(Lab lab, Namespace space) {
    return SnfProcess.start(
        lab,
        space,
        "client",
        List.of(
            "experiment",
            "fetch",
            "--host",
            TwoPaths.SERVER,
            "--port",
            "" + PORT,
            "--bytes",
            Long.toString(bytes),
            "--downloads",
            Integer.toString(downloads),
            "--at-once",
            Integer.toString(atOnce),
            "--stall-millis",
            Integer.toString(stallMillis)));
  }
}
