package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.app.broker.BrokerException;
import io.crossgate.app.registry.RegistryException;
import io.crossgate.ingest.UsageException;
import io.crossgate.ingest.publish.PublishException;
import io.crossgate.retention.lake.DuckDb;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: what it is made of, and what becomes of each kind of failure. */
@Command(name = "crossgate", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false,
        description = "Finds traffic that leaves by one gateway and comes back by another, through a stateful firewall that never saw it leave.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 usage."})
public final class Crossgate implements Runnable {
    private static final List<String> COMMANDS = List.of("demo", "scan", "explain", "run", "ingest", "streams", "events", "feed", "retain", "query", "registry");

    @Spec
    CommandSpec spec;

    private Crossgate() {}

    /** Runs a command line and gives its exit code. */
    public static int run(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("query")) {
            DuckDb.preload();
        }
        CommandLine line = new CommandLine(new Crossgate());
        if (arguments.length > 0 && COMMANDS.contains(arguments[0])) {
            line.addSubcommand(command(arguments[0])); // the only one that this line can mean: looking at all the others takes longer than a small scan
        } else {
            addAll(line);
        }
        line.registerConverter(Duration.class, new DurationConverter());
        line.setUsageHelpAutoWidth(true);
        line.getSubcommands().values().forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        line.setParameterExceptionHandler((e, args) -> usage(e.getCommandLine(), e.getMessage()));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, command));
        return line.execute(arguments);
    }

    private static void addAll(CommandLine line) {
        COMMANDS.forEach(name -> line.addSubcommand(command(name)));
        for (MoreCommands more : ServiceLoader.load(MoreCommands.class)) {
            more.commands().forEach(line::addSubcommand);
        }
        line.addSubcommand(new HelpCommand());
    }

    private static Object command(String name) {
        return switch (name) {
            case "demo" -> new DemoCommand();
            case "scan" -> new ScanCommand();
            case "explain" -> new ExplainCommand();
            case "run" -> new RunCommand();
            case "ingest" -> new IngestCommand();
            case "streams" -> new StreamsCommand();
            case "events" -> new EventsCommand();
            case "feed" -> new FeedCommand();
            case "retain" -> new RetainCommand();
            case "query" -> new QueryCommand();
            case "registry" -> new RegistryCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? `crossgate demo` shows what this is about");
    }

    private static int usage(CommandLine command, String message) {
        Terminal.say("crossgate: " + message.lines().findFirst().orElse("usage"));
        Terminal.say(command.getHelp().synopsisHeading().strip() + " " + command.getHelp().synopsis(0).strip().replaceAll("\\s+", " "));
        return Exit.USAGE;
    }

    private static int failed(Exception e, CommandLine command) throws Exception {
        if (e instanceof UsageFault || e instanceof UsageException) {
            return usage(command, e.getMessage());
        }
        boolean known = e instanceof Failure || e instanceof IOException || e instanceof BrokerException || e instanceof RegistryException
                || e instanceof io.crossgate.schemas.wire.RegistryException || e instanceof PublishException;
        Terminal.say("crossgate: " + (known ? oneLine(e.getMessage()) : "internal error: " + oneLine(e.toString())));
        if (!known) {
            e.printStackTrace();
        }
        return Exit.FAILED;
    }

    private static String oneLine(String message) {
        return String.valueOf(message).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
