package io.bandpass.cli;

import io.bandpass.BandpassException;
import io.bandpass.config.NearestKey;
import io.bandpass.machine.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program. */
@Command(
        name = "bandpass",
        description = "Pre-trains image encoders without labels, by masked frequency modeling.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        subcommands = {
            PretrainCommand.class,
            FinetuneCommand.class,
            SegmentCommand.class,
            EvaluateCommand.class,
            RobustnessCommand.class,
            PredictCommand.class,
            CompareCommand.class,
            ReconstructCommand.class,
            EmbedCommand.class,
            KnnCommand.class,
            ProbeCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            DataCommand.class,
            ListCommand.class,
            ShowCommand.class,
            ConfigCommand.class,
            BenchCommand.class,
            DoctorCommand.class
        },
        footer = {"", "Example: bandpass pretrain --data photos/ --recipe vit-small --out runs/a"})
public final class Main {
    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    private Main() {}

    /** Gives {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"bandpass " + Environment.version()};
        }
    }

    public static void main(String[] arguments) {
        if (FirstProcess.isThis()) {
            System.exit(FirstProcess.run(List.of(arguments)));
        }
        Signals.endProcess();
        int code = commandLine().execute(arguments);
        System.out.flush();
        System.exit(code);
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.registerConverter(Path.class, Main::path);
        commandLine.setParameterExceptionHandler(Main::refuse);
        commandLine.setExecutionExceptionHandler(Main::report);
        commandLine.setExecutionStrategy(Main::run);
        FlagNames.collect(commandLine);
        return commandLine;
    }

    /**
     * Runs the command; picocli would hand on to {@link #report} only what is an {@link Exception}, and an error of a
     * command that is a method in one of its own.
     */
    private static int run(CommandLine.ParseResult arguments) {
        try {
            return new CommandLine.RunLast().execute(arguments);
        } catch (CommandLine.ExecutionException e) {
            throw e.getCause() instanceof Error error ? translated(arguments, error) : e;
        } catch (Error e) {
            throw translated(arguments, e);
        }
    }

    private static CommandLine.ExecutionException translated(CommandLine.ParseResult arguments, Error error) {
        BandpassException known = BandpassException.of(error);
        return new CommandLine.ExecutionException(
                arguments.commandSpec().commandLine(), String.valueOf(known.getMessage()), known);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("it cannot be the name of a file here (" + e.getReason()
                    + "); for names beyond ASCII, set a UTF-8 locale such as LC_ALL=C.UTF-8");
        }
    }

    /** What picocli says, by the first long name of an option, as documents have it, where picocli takes the longest. */
    private static String problem(ParameterException error) {
        List<ArgSpec> about = new ArrayList<>();
        if (error instanceof MissingParameterException missing) {
            about.addAll(missing.getMissing());
        } else if (error.getArgSpec() != null) {
            about.add(error.getArgSpec());
        }
        String problem = String.valueOf(error.getMessage()).replaceFirst("^Error: ", "");
        for (ArgSpec each : about) {
            if (each instanceof OptionSpec option) {
                String first = Stream.of(option.names())
                        .filter(name -> name.startsWith("--"))
                        .findFirst()
                        .orElse(option.longestName());
                problem = problem.replace(option.longestName(), first);
            }
        }
        return problem;
    }

    private static int refuse(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        String advice = "; see ";
        String suggestion = error instanceof UnmatchedArgumentException unmatched
                ? NearestKey.suggestion(unmatched.getUnmatched().get(0), unmatched.getSuggestions())
                : "";
        if (!suggestion.isEmpty()) {
            advice = suggestion + " See ";
        } else if (!command.getSubcommands().isEmpty()) {
            advice = ", one of " + String.join(", ", command.getSubcommands().keySet()) + "; see ";
        }
        String sentence = problem(error) + advice + command.getCommandSpec().qualifiedName() + " --help";
        Terminal.error(sentence);
        ErrorFile.write(System.getenv(), sentence);
        return USAGE;
    }

    /** One sentence on the error stream; the trace only where the failure is ours. */
    private static int report(Exception error, CommandLine command, CommandLine.ParseResult arguments) {
        if (error instanceof BandpassException known) {
            Terminal.error(known.getMessage());
            return known.kind().exitCode();
        }
        if (error instanceof IOException || error instanceof UncheckedIOException) {
            Terminal.error("reading or writing failed: " + reason(error));
            return FAILURE;
        }
        Terminal.error("an error that should not happen: " + error + "; please report it with what is below");
        error.printStackTrace(command.getErr());
        return FAILURE;
    }

    /** Why reading or writing failed; what some of these exceptions say by themselves is a path and no reason. */
    private static String reason(Exception error) {
        Throwable said = error;
        Throwable cause = error.getCause();
        if (cause != null && cause.toString().equals(error.getMessage())) {
            said = cause;
        }
        if (said instanceof FileSystemException file && file.getReason() == null) {
            String why = said instanceof NoSuchFileException
                    ? "the file is not there"
                    : said instanceof AccessDeniedException
                            ? "there is no permission"
                            : said instanceof FileAlreadyExistsException
                                    ? "it exists already"
                                    : said.getClass().getSimpleName();
            return file.getMessage() + ": " + why;
        }
        return String.valueOf(said.getMessage());
    }
}
