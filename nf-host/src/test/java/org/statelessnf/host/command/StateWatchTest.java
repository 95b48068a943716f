package org.statelessnf.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.statelessnf.host.ExitCode;
import org.statelessnf.host.Invocation;
import org.statelessnf.host.OutputFormat;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StateWatchTest {
  private final StringWriter text = new StringWriter();

  private List<String> told() {
    List<String> lines = text.toString().lines().toList();
    text.getBuffer().setLength(0);
    return lines;
  }

  private static Table flows(StateStore store) {
    return store.table(StateCommand.layout("firewall").tables().getFirst().spec());
  }

  @Test
  void shouldTellWhatCameChangedAndWent() {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      StateWatch watch = new StateWatch("firewall", OutputFormat.TABLE, new PrintWriter(text));
      SingleKey single = session.single();
      Table flows = flows(store);
      watch.look(store, session);
      assertThat(told()).isEmpty();
      single.put(flows, new byte[] {1}, new byte[] {1});
      single.put(flows, new byte[] {2}, new byte[] {1});
      watch.look(store, session);
      assertThat(told()).hasSize(2).allMatch(line -> line.startsWith("+ firewall.flows  "));
      watch.look(store, session);
      assertThat(told()).isEmpty();
      single.put(flows, new byte[] {1}, new byte[] {1});
      single.remove(flows, new byte[] {2});
      watch.look(store, session);
      assertThat(told())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("~ firewall.flows  "),
              line -> assertThat(line).startsWith("- firewall.flows  "));
    }
  }

  @Test
  void shouldTellItAsJsonALine() throws Exception {
    try (StateStore store = Stores.open("caffeine:");
        StoreSession session = store.openSession()) {
      session.single().put(flows(store), new byte[] {1, 2}, new byte[] {1});
      new StateWatch("firewall", OutputFormat.JSON, new PrintWriter(text)).run(store, 1, 3);
      List<String> lines = told();
      assertThat(lines).hasSize(1);
      JsonNode line = JsonMapper.builder().build().readTree(lines.getFirst());
      assertThat(line.get("change").asString()).isEqualTo("added");
      assertThat(line.get("key").asString()).isEqualTo("0102");
      assertThat(line.get("version").asLong()).isNotZero();
    }
  }

  @Test
  void shouldNotWaitForWhatDiesWithItsProcess() {
    Invocation run = Invocation.snf("state", "watch", "--store", "caffeine:", "--nf", "nat");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("dies with its process");
  }

  @Test
  void shouldRefuseWhatIsWrongInOneLine() {
    String[] usual = {"state", "watch", "--store", "caffeine:", "--nf", "nat"};
    Invocation.snf(with(usual, "--interval", "0")).refusedWith(ExitCode.USAGE, "--interval '0'");
    Invocation.snf(with(usual, "--times", "-1")).refusedWith(ExitCode.USAGE, "--times");
    Invocation.snf("state", "watch", "--store", "wrong:away", "--nf", "nat")
        .refusedWith(ExitCode.STORE_UNREACHABLE, "wrong:away");
  }

  private static String[] with(String[] usual, String... further) {
    String[] all = Arrays.copyOf(usual, usual.length + further.length);
    System.arraycopy(further, 0, all, usual.length, further.length);
    return all;
  }
}
