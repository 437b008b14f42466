package io.bandpass;

import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.download.DownloadException;
import io.bandpass.eval.NotFiniteException;
import io.bandpass.torch.Engine;
import io.bandpass.torch.EngineException;
import io.bandpass.train.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Why an operation failed: one sentence for people, and a kind that becomes the exit code of the command line. */
public final class BandpassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int DEEPEST_CAUSE = 8;

    /** What was at fault. */
    public enum Kind {
        /** Anything else, such as a full disk. */
        FAILURE(1),
        /** Flags, recipes, or a run folder that does not fit them. */
        CONFIGURATION(2),
        /** Images or weights that cannot be read. */
        DATA(3),
        /** LibTorch or the device. */
        DEVICE(4),
        /** Loss or gradient were not finite several steps in a row. */
        DIVERGED(5);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    public BandpassException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    private BandpassException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Runs an operation and gives every failure that has a sentence for people its kind. */
    static <T> T translating(Callable<T> operation) {
        try {
            return operation.call();
        } catch (ConfigException | RunFolderException e) {
            throw new BandpassException(Kind.CONFIGURATION, text(e), e);
        } catch (DataException | WeightsException | NotFiniteException e) {
            throw new BandpassException(Kind.DATA, text(e), e);
        } catch (EngineException e) {
            throw new BandpassException(Kind.DEVICE, text(e), e);
        } catch (DivergedException e) {
            throw new BandpassException(Kind.DIVERGED, text(e), e);
        } catch (DownloadException e) {
            throw new BandpassException(Kind.FAILURE, text(e), e);
        } catch (IOException | UncheckedIOException e) {
            throw new BandpassException(Kind.FAILURE, "reading or writing failed: " + text(e), e);
        } catch (Error e) {
            throw of(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What is no {@link Exception}, and has come through all that handles those: no memory, no stack, no library, or a
     * fault of the program. The trace is in its cause, and in train.log where a run was under way.
     */
    public static BandpassException of(Error error) {
        // A class that loads a library when it is first used hides the sentence in its own failure.
        if (error instanceof LinkageError && error.getCause() instanceof EngineException known) {
            return new BandpassException(Kind.DEVICE, text(known), error);
        }
        if (error instanceof LinkageError) {
            return new BandpassException(
                    Kind.DEVICE,
                    "a native library cannot be loaded (" + firstReason(error)
                            + "); 'bandpass doctor' shows the native cache and what it lacks",
                    error);
        }
        if (error instanceof OutOfMemoryError) {
            return new BandpassException(
                    Kind.FAILURE,
                    String.format(
                            Locale.ROOT,
                            "there is not enough memory (%s), of which Java may take %d MB: allow more, as with BANDPASS_JAVA_OPTIONS=-Xmx8g, or ask for less at once",
                            firstReason(error),
                            Runtime.getRuntime().maxMemory() >> 20),
                    error);
        }
        if (error instanceof StackOverflowError) {
            return new BandpassException(
                    Kind.FAILURE,
                    "something is nested too deeply to be worked on" + where(error)
                            + "; a file that was given may be damaged or made up",
                    error);
        }
        return new BandpassException(
                Kind.FAILURE,
                "an error that should not happen: " + Engine.firstLine(error) + " ("
                        + error.getClass().getName() + where(error) + "); please report it",
                error);
    }

    /** The first message that says something: that of an error in an initialiser is in its cause. */
    private static String firstReason(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause.getMessage() == null && cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : Engine.firstLine(cause);
    }

    private static String where(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        return trace.length == 0 ? "" : " in " + trace[0].getClassName() + "." + trace[0].getMethodName();
    }

    private static String text(Throwable error) {
        return String.valueOf(error.getMessage());
    }
}
