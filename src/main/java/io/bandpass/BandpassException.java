package io.bandpass;

import java.util.Locale;

/**
 * Why an operation failed: one sentence that says what is wrong, where, and what would be right, and a kind that becomes
 * the exit code of the command line. Packages that fail in ways of their own have subclasses.
 */
public class BandpassException extends RuntimeException {
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

    public BandpassException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * What is no {@link Exception}, and has come through all that handles those: no memory, no stack, no library, or a
     * fault of the program. The trace is in its cause, and in train.log where a run was under way.
     */
    public static BandpassException of(Error error) {
        // A class that loads a library when it is first used hides the sentence in its own failure.
        if (error instanceof LinkageError && error.getCause() instanceof BandpassException known) {
            return new BandpassException(known.kind, String.valueOf(known.getMessage()), error);
        }
        // Not "Could not initialize class io/bandpass/...", which is said of a library.
        if (error instanceof NoClassDefFoundError
                && String.valueOf(error.getMessage()).startsWith("io/bandpass/")) {
            return new BandpassException(
                    Kind.FAILURE,
                    "the program's own class "
                            + String.valueOf(error.getMessage()).replace('/', '.')
                            + " is gone: it was probably rebuilt while it ran; start it again",
                    error);
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
                "an error that should not happen: " + firstLine(error) + " ("
                        + error.getClass().getName() + where(error) + "); please report it",
                error);
    }

    /** What a failure of any sort is about, in a sentence. */
    public static String reason(Throwable failure) {
        if (failure instanceof Error error) {
            return String.valueOf(of(error).getMessage());
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** The first message that says something: that of an error in an initialiser is in its cause. */
    private static String firstReason(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause.getMessage() == null && cause.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : firstLine(cause);
    }

    private static String where(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        return trace.length == 0 ? "" : " in " + trace[0].getClassName() + "." + trace[0].getMethodName();
    }

    /** The first line of a message: behind that of a native exception stands a C++ trace. */
    public static String firstLine(Throwable error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    }
}
