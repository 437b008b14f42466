package io.bandpass.format;

import java.io.IOException;

/** An archive that cannot be read, from some byte on. The message is a clause about the archive: {@code it is empty}. */
public final class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    TarException(String clause) {
        super(clause);
    }
}
