package io.bandpass.store;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How often a request is repeated, and after what time: twice as long after each failure, less a random part, so that
 * many processes do not come back at the same moment.
 *
 * @param most number of attempts without progress
 * @param firstMillis the wait after the first failure
 */
record Attempts(int most, long firstMillis) {
    /** Two minutes in all, which is time for a server to be started again. */
    static final Attempts USUAL = new Attempts(9, 500);

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final long LONGEST_MILLIS = 60_000;
    private static final int WORTH_A_WARNING = 3;

    /** A failure that may pass. */
    static final class Passing extends IOException {
        private static final long serialVersionUID = 1L;

        private final long waitMillis;

        Passing(String reason) {
            this(reason, 0);
        }

        /**
         * Creates a failure.
         *
         * @param waitMillis time that the server asks for; 0 for none
         */
        Passing(String reason, long waitMillis) {
            super(reason);
            this.waitMillis = waitMillis;
        }
    }

    /** A request. */
    interface Request<T> {
        T send() throws IOException;
    }

    /** Returns whether the last attempts came further, so that they do not count. */
    interface Progress {
        boolean made();
    }

    /** Sends a request until it succeeds, each time as a whole; as {@link #of(String, Request, Progress)}. */
    <T> T of(String what, Request<T> request) throws IOException {
        return of(what, request, () -> false);
    }

    /**
     * Sends a request until it succeeds.
     *
     * @param what is asked for, without what is secret
     * @throws StoreException if it never does
     * @throws IOException any other than {@link Passing} at once
     */
    <T> T of(String what, Request<T> request, Progress progress) throws IOException {
        int failures = 0;
        while (true) {
            try {
                return request.send();
            } catch (Passing e) {
                failures = progress.made() ? 1 : failures + 1;
                if (failures >= most) {
                    throw new StoreException(
                            what + " cannot be read, " + most + " times in a row: " + e.getMessage()
                                    + "; check the address and the network, then start again with the same command",
                            e);
                }
                long wait = Math.max(e.waitMillis, delay(failures));
                LOG.atLevel(failures < WORTH_A_WARNING ? Level.INFO : Level.WARN)
                        .log("{}: {}; again in {} ms", what, e.getMessage(), wait);
                Pause.millis(wait);
            }
        }
    }

    private long delay(int failures) {
        long full = Math.min(LONGEST_MILLIS, firstMillis << Math.min(failures - 1, 20));
        return full - ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }
}
