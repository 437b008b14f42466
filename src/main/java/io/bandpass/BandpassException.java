package io.bandpass;

import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.download.DownloadException;
import io.bandpass.torch.Engine;
import io.bandpass.torch.EngineException;
import io.bandpass.train.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

/** Why an operation failed: one sentence for people, and a kind that becomes the exit code of the command line. */
public final class BandpassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

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
        } catch (DataException | WeightsException e) {
            throw new BandpassException(Kind.DATA, text(e), e);
        } catch (EngineException e) {
            throw new BandpassException(Kind.DEVICE, text(e), e);
        } catch (DivergedException e) {
            throw new BandpassException(Kind.DIVERGED, text(e), e);
        } catch (DownloadException e) {
            throw new BandpassException(Kind.FAILURE, text(e), e);
        } catch (IOException | UncheckedIOException e) {
            throw new BandpassException(Kind.FAILURE, "reading or writing failed: " + text(e), e);
        } catch (LinkageError e) {
            // A class that loads a library when it is first used hides the sentence in its own failure.
            String sentence = e.getCause() instanceof EngineException known
                    ? text(known)
                    : "a native library cannot be loaded (" + Engine.firstLine(e)
                            + "); 'bandpass doctor' shows the native cache and what it lacks";
            throw new BandpassException(Kind.DEVICE, sentence, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Throwable error) {
        return String.valueOf(error.getMessage());
    }
}
