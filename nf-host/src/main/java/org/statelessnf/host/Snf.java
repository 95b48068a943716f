package org.statelessnf.host;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command's way in. {@code ./snf} in the project's root starts it. */
@Command(
    name = "snf",
    description = "Network functions whose per-flow state lives in a shared store.",
    mixinStandardHelpOptions = true,
    versionProvider = Snf.Version.class)
public final class Snf implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Snf()).execute(args));
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
    }
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Snf.class.getPackage().getImplementationVersion();
      return new String[] {"snf " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
