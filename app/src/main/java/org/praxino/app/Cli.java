package org.praxino.app;

import java.io.PrintWriter;
import org.praxino.app.bench.BenchCommand;
import org.praxino.app.bench.FaultsBenchCommand;
import org.praxino.app.bench.JobsBenchCommand;
import org.praxino.app.bench.ServeBenchCommand;
import org.praxino.app.bench.SoakBenchCommand;
import org.praxino.app.bench.StreamBenchCommand;
import org.praxino.app.bench.WanBenchCommand;
import org.praxino.app.cli.BoundAction;
import org.praxino.app.cli.CommandAction;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.GlobalOptions;
import org.praxino.app.cli.StopSignal;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command tree, bound to its actions. */
final class Cli {
    private static final int HELP_WIDTH = 100;

    private final CommandLine commandLine;
    private final Console console;
    private final ErrorReporter failures;

    private Cli(CommandLine commandLine, Console console, ErrorReporter failures) {
        this.commandLine = commandLine;
        this.console = console;
        this.failures = failures;
    }

    static Cli of(CommandActions actions, Console console, StopSignal stop) {
        var global = new GlobalOptions();
        var failures = new ErrorReporter(console, stop);
        var bench = new CommandLine(new BenchCommand())
                .addSubcommand(new BenchCommand.GemmCommand(runner(actions.benchGemm(), global, console, stop)))
                .addSubcommand(new BenchCommand.GenerateBenchCommand(runner(actions.benchGenerate(), global, console, stop)))
                .addSubcommand(new BenchCommand.TrainBenchCommand(runner(actions.benchTrain(), global, console, stop)))
                .addSubcommand(new StreamBenchCommand(runner(actions.benchStream(), global, console, stop)))
                .addSubcommand(new SoakBenchCommand(runner(actions.benchSoak(), global, console, stop)))
                .addSubcommand(new ServeBenchCommand(runner(actions.benchServe(), global, console, stop)))
                .addSubcommand(new JobsBenchCommand(runner(actions.benchJobs(), global, console, stop)))
                .addSubcommand(new FaultsBenchCommand(runner(actions.benchFaults(), global, console, stop)))
                .addSubcommand(new WanBenchCommand(runner(actions.benchWan(), global, console, stop)));
        var data = new CommandLine(new DataCommand())
                .addSubcommand(new CommandLine(new DataCommand.Prepare())
                        .addSubcommand(new PrepareEmojiCommand(files(actions.prepareEmoji(), global, console, stop)))
                        .addSubcommand(new PrepareFolderCommand(files(actions.prepareFolder(), global, console, stop))))
                .addSubcommand(new DataInspectCommand(files(actions.inspect(), global, console, stop)));
        var train = new CommandLine(new TrainCommand())
                .addSubcommand(TrainCommand.Stage.TOKENIZER.command(runner(actions.trainTokenizer(), global, console, stop)))
                .addSubcommand(TrainCommand.Stage.WALT.command(runner(actions.trainWalt(), global, console, stop)))
                .addSubcommand(TrainCommand.Stage.CAUSAL.command(runner(actions.trainCausal(), global, console, stop)))
                .addSubcommand(TrainCommand.Stage.ODE.command(runner(actions.trainOde(), global, console, stop)))
                .addSubcommand(TrainCommand.Stage.DMD.command(runner(actions.trainDmd(), global, console, stop)))
                .addSubcommand(new TrainAllCommand(runner(actions.trainAll(), global, console, stop)));
        var keys = new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCommand.Add(files(actions.keysAdd(), global, console, stop)))
                .addSubcommand(new KeysCommand.ListAll(files(actions.keysList(), global, console, stop)))
                .addSubcommand(new KeysCommand.Revoke(files(actions.keysRevoke(), global, console, stop)));
        var root = new CommandLine(new PraxinoCommand(global))
                .addSubcommand(new GenerateCommand(runner(actions.generate(), global, console, stop)))
                .addSubcommand(new StreamCommand(runner(actions.stream(), global, console, stop)))
                .addSubcommand(new ServeCommand(runner(actions.serve(), global, console, stop)))
                .addSubcommand(keys)
                .addSubcommand(data)
                .addSubcommand(train)
                .addSubcommand(new EvalCommand(runner(actions.eval(), global, console, stop)))
                .addSubcommand(new ExperimentCommand(runner(actions.experiment(), global, console, stop)))
                .addSubcommand(new VerifyCommand(runner(actions.verify(), global, console, stop)))
                .addSubcommand(bench)
                .addSubcommand(new InfoCommand(runner(actions.info(), global, console, stop)))
                .addSubcommand(new ModelsCommand(files(actions.models(), global, console, stop)))
                .addSubcommand(new PullCommand(files(actions.pull(), global, console, stop)))
                .addSubcommand(new ConvertCommand(files(actions.convert(), global, console, stop)))
                .addSubcommand(new HelpCommand());
        root.setOut(new PrintWriter(console.out(), true));
        root.setErr(new PrintWriter(console.err(), true));
        layOut(root);
        root.setUsageHelpWidth(HELP_WIDTH);
        root.setUsageHelpAutoWidth(false);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler((e, args) -> unparsable(e, console));
        root.setExecutionExceptionHandler((e, c, parsed) -> failures.handle(e));
        return new Cli(root, console, failures);
    }

    /** Runs one command line; nothing escapes it. */
    int run(String... args) {
        int code;
        try {
            code = commandLine.execute(DashedPrompts.asOptions(commandLine, args));
        } catch (Throwable t) { // an Error such as UnsatisfiedLinkError deserves the same one line
            code = failures.handle(t);
        }
        console.err().flush();
        if (console.out().checkError() && code == 0) { // flushes; a stream that prints never throws
            console.message("standard output could not be written.");
            return ErrorReporter.UNEXPECTED;
        }
        return code;
    }

    /** The tree itself, for the help texts. */
    CommandLine commandLine() {
        return commandLine;
    }

    private static <O> BoundAction<O> runner(CommandAction<O> action, GlobalOptions global, Console console, StopSignal stop) {
        return options -> action.run(options, global.context(console, stop).forOptions(options));
    }

    /** Of a command that only works on files. */
    private static <O> BoundAction<O> files(CommandAction<O> action, GlobalOptions global, Console console, StopSignal stop) {
        return options -> {
            global.refuseComputing();
            return action.run(options, global.context(console, stop).forOptions(options));
        };
    }

    /** The same shape of help text for every command: own options in the order written, then those that all share. */
    private static void layOut(CommandLine command) {
        var usage = command.getCommandSpec().usageMessage();
        usage.sortOptions(false)
                .abbreviateSynopsis(true)
                .description(usage.description().length == 0 ? usage.description() : new String[] {String.join(" ", usage.description())})
                .synopsisHeading("%nUsage: ")
                .descriptionHeading(usage.description().length == 0 ? "" : "%n")
                .parameterListHeading("%nParameters:%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .footerHeading("%n");
        command.getSubcommands().values().forEach(Cli::layOut);
    }

    private static int unparsable(ParameterException e, Console console) {
        console.message(CommandLineErrors.message(e) + ". Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ErrorReporter.USAGE;
    }
}
