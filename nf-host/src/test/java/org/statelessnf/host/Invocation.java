package org.statelessnf.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run of the command within this process. */
public record Invocation(int exitCode, String out, String err) {

  /** Runs the command. */
  public static Invocation snf(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Snf.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Invocation(code, out.toString(), err.toString());
  }

  /** What was printed, as JSON. */
  public JsonNode json() {
    assertThat(exitCode).as(err).isZero();
    return JsonMapper.builder().build().readTree(out);
  }

  /** Checks that it ended with an error: nothing on stdout, exactly one line on stderr. */
  public Invocation refusedWith(int code, String... words) {
    assertThat(exitCode).as(err).isEqualTo(code);
    assertThat(out).isEmpty();
    List<String> lines = err.lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).startsWith("snf").contains(words);
    return this;
  }
}
