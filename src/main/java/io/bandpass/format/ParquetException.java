package io.bandpass.format;

import java.io.IOException;

/** A Parquet file that cannot be read, or not from some place on. The message is a clause about it: {@code it is empty}. */
public final class ParquetException extends IOException {
    private static final long serialVersionUID = 1L;

    ParquetException(String clause) {
        super(clause);
    }
}
