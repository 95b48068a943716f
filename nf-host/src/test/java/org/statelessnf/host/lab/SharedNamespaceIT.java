package org.statelessnf.host.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.statelessnf.host.Snf;

/**
 * Two bridges in one network namespace. The driver of packet sockets numbers their groups by
 * process id xor interface index, and the kernel refuses a number that another interface has.
 *
 * <pre>
 *   inside eth0 10.1.0.2 -- a0 [first]  a1 -- 10.1.0.3 eth0 outside
 *   inside eth1 10.2.0.2 -- b0 [second] b1 -- 10.2.0.3 eth1 outside
 * </pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SharedNamespaceIT {
  /** More than any process id, so that indices made with one are nobody's. */
  private static final long INDEX = 1 << 23;

  @Test
  void shouldServeBesideAnotherProcessWhoseSocketsHaveTheSameNumber() throws Exception {
    LabTools.assumeLab("ping");
    try (Lab lab = Lab.open()) {
      Namespace inside = lab.namespace("in");
      Namespace outside = lab.namespace("out");
      Namespace middle = lab.silentNamespace("mid");
      Path go = lab.directory().resolve("go");
      SnfProcess first = bridge(lab, middle, "a", go);
      SnfProcess second = bridge(lab, middle, "b", go);
      // The same number for a0 of the first as for b0 of the second.
      long difference = first.process().pid() ^ second.process().pid();
      lab.join(middle, List.of("a0", "index", "" + INDEX), inside, "eth0");
      lab.join(middle, List.of("b0", "index", "" + (INDEX ^ difference)), inside, "eth1");
      lab.join(middle, "a1", outside, "eth0");
      lab.join(middle, "b1", outside, "eth1");
      for (int way = 0; way < 2; way++) {
        inside.sh("ip addr add 10." + (way + 1) + ".0.2/24 dev eth" + way);
        outside.sh("ip addr add 10." + (way + 1) + ".0.3/24 dev eth" + way);
      }
      Files.createFile(go);
      first.awaitWord("Ctrl-C");
      second.awaitWord("Ctrl-C");

      inside.run("ping", "-c", "1", "-W", "60", "10.1.0.3");
      inside.run("ping", "-c", "1", "-W", "60", "10.2.0.3");
      for (SnfProcess snf : List.of(first, second)) {
        assertThat(snf.terminate()).as(snf.err()).isZero();
      }
    }
  }

  /**
   * A firewall between two interfaces, which has its process id, and begins once a file is there.
   */
  private static SnfProcess bridge(Lab lab, Namespace middle, String name, Path go) {
    String wait = "until [ -e '" + go + "' ]; do sleep 0.02; done; exec \"$@\"";
    List<String> arguments =
        List.of(
            "run",
            "--nf",
            "firewall",
            "--store",
            "caffeine:",
            "--in",
            "dpdk:net_af_packet,iface=" + name + "0",
            "--out",
            "dpdk:net_af_packet,iface=" + name + "1");
    return SnfProcess.start(
        lab, middle, name, List.of("sh", "-c", wait, "sh"), Snf.class, arguments);
  }
}
