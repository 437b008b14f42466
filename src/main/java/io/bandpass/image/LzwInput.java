package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Decompresses LZW in the variants of GIF (GIF89a, appendix F) and TIFF (TIFF 6.0, section 13). */
final class LzwInput extends InputStream {
    private static final int WIDEST = 12;
    private static final int ENTRIES = 1 << WIDEST;
    private static final int NONE = -1;
    private static final int BYTE = 8;

    private final InputStream codes;
    private final int firstWidth;
    private final boolean lowBitsFirst;
    /** Number of entries by which the code width increases earlier than necessary. */
    private final int early;

    private final int clear;
    private final short[] prefixes = new short[ENTRIES];
    private final byte[] suffixes = new byte[ENTRIES];
    private final byte[] firsts = new byte[ENTRIES];
    private final short[] lengths = new short[ENTRIES];
    private final byte[] string = new byte[ENTRIES + 1];

    private int next;
    private int width;
    private int previous = NONE;
    private int held;
    private int heldBits;
    private int stringPosition;
    private int stringEnd;
    private boolean ended;

    private LzwInput(InputStream codes, int dataBits, boolean lowBitsFirst, int early) {
        this.codes = codes;
        this.lowBitsFirst = lowBitsFirst;
        this.early = early;
        clear = 1 << dataBits;
        firstWidth = dataBits + 1;
        for (int i = 0; i < clear; i++) {
            suffixes[i] = (byte) i;
            firsts[i] = (byte) i;
            lengths[i] = 1;
        }
        clear();
    }

    /**
     * Decompresses the codes of a GIF.
     *
     * @param dataBits bits per index, 1 to 8
     */
    static LzwInput ofGif(InputStream codes, int dataBits) {
        return new LzwInput(codes, dataBits, true, 0);
    }

    static LzwInput ofTiff(InputStream codes) {
        return new LzwInput(codes, BYTE, false, 1);
    }

    private void clear() {
        next = clear + 2;
        width = firstWidth;
        previous = NONE;
    }

    @Override
    public int read() throws IOException {
        return stringPosition < stringEnd || expand() ? string[stringPosition++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length && (stringPosition < stringEnd || expand())) {
            int count = Math.min(length - done, stringEnd - stringPosition);
            System.arraycopy(string, stringPosition, target, offset + done, count);
            stringPosition += count;
            done += count;
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    /** Expands the next code into {@code string}; returns false at the end. */
    private boolean expand() throws IOException {
        int code = ended ? clear + 1 : code();
        while (code == clear) {
            clear();
            code = code();
        }
        if (code == clear + 1) {
            ended = true;
            return false;
        }
        if (previous != NONE && next < ENTRIES) {
            add(code);
        }
        if (code >= next || (previous == NONE && code > clear)) {
            throw new IOException("a code stands for nothing");
        }
        int length = lengths[code];
        int entry = code;
        for (int i = length - 1; i >= 0; i--) {
            string[i] = suffixes[entry];
            entry = prefixes[entry];
        }
        stringPosition = 0;
        stringEnd = length;
        previous = code;
        return true;
    }

    /** Adds an entry: the previous string plus the first byte of this one, which may be the new entry itself. */
    private void add(int code) throws IOException {
        if (code > next) {
            throw new IOException("a code stands for nothing");
        }
        prefixes[next] = (short) previous;
        suffixes[next] = code == next ? firsts[previous] : firsts[code];
        firsts[next] = firsts[previous];
        lengths[next] = (short) (lengths[previous] + 1);
        next++;
        if (next + early >= (1 << width) && width < WIDEST) {
            width++;
        }
    }

    private int code() throws IOException {
        while (heldBits < width) {
            int more = codes.read();
            if (more < 0) {
                throw new EOFException("the codes end before their end code");
            }
            held = lowBitsFirst ? held | (more << heldBits) : (held << BYTE) | more;
            heldBits += BYTE;
        }
        int mask = (1 << width) - 1;
        int code;
        if (lowBitsFirst) {
            code = held & mask;
            held >>>= width;
        } else {
            code = (held >>> (heldBits - width)) & mask;
        }
        heldBits -= width;
        return code;
    }
}
