package org.statelessnf.host;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.statelessnf.host.bench.BenchCommand;
import org.statelessnf.host.command.CompletionCommand;
import org.statelessnf.host.command.ConformanceCommand;
import org.statelessnf.host.command.RunCommand;
import org.statelessnf.host.command.StateCommand;
import org.statelessnf.host.command.StoresCommand;
import org.statelessnf.host.demo.DemoCommand;
import org.statelessnf.host.experiment.ExperimentCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The command's way in. {@code ./snf} in the project's root starts it.
 *
 * <p>stdout is data, stderr is talk. Whatever goes wrong is one line on stderr and an {@link
 * ExitCode}; {@code --debug} adds the stack trace.
 */
@Command(
    name = "snf",
    description = "Network functions whose per-flow state lives in a shared store.",
    mixinStandardHelpOptions = true,
    versionProvider = Snf.Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ConformanceCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      StateCommand.class,
      StoresCommand.class,
      CompletionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:something failed while it ran",
      "2:a flag, URI, configuration or capture is wrong",
      "3:the store does not keep the contract",
      "4:the store cannot be reached within its deadline"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  snf run --nf firewall --store caffeine: --in in.pcap --out out.pcap",
      "  snf run --nf nat --external 192.0.2.1 --store redis://localhost:6379 \\",
      "      --in in.pcap --out out.pcap --instances 4 --kill-instance-after 5000",
      "  snf stores"
    })
public final class Snf implements Runnable {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces and what libraries log.")
  private boolean debug;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, err, args));
  }

  /**
   * Runs the command within this process.
   *
   * @param out where data goes
   * @param err where talk goes
   * @param args as on the command line
   * @return an {@link ExitCode}
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    Snf root = new Snf();
    CommandLine line =
        new CommandLine(root)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setExecutionStrategy(root::start)
            .setParameterExceptionHandler((e, all) -> root.refuse(e, err))
            .setExecutionExceptionHandler((e, of, parsed) -> root.fail(e, of, err));
    try {
      int code = line.execute(args);
      out.flush();
      return code;
    } catch (Throwable e) { // an Error: picocli hands on exceptions only
      return root.fail(e, line, err);
    }
  }

  private int start(ParseResult parsed) {
    if (debug) {
      Logging.showAll();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "no command given");
    }
  }

  private int refuse(ParameterException e, PrintWriter err) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    String line = Failure.of(new UsageException(String.valueOf(e.getMessage()))).line();
    err.println(name + ": " + line + " (see " + name + " --help)");
    trace(e, err);
    return ExitCode.USAGE;
  }

  private int fail(Throwable e, CommandLine of, PrintWriter err) {
    Failure failure = Failure.of(e);
    err.println(of.getCommandSpec().qualifiedName() + ": " + failure.line());
    trace(e, err);
    return failure.exitCode();
  }

  private void trace(Throwable e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
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
