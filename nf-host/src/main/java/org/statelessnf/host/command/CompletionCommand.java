package org.statelessnf.host.command;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code snf completion}: a script that makes a shell complete the command. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  source <(./snf completion)")
public final class CompletionCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      CommandLine root = spec.root().commandLine();
      root.getOut().println(AutoComplete.bash("snf", root));
    }
  }
}
