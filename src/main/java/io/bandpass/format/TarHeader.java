package io.bandpass.format;

import io.bandpass.format.TarReader.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header block of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
 *
 * @param block 512 bytes
 */
record TarHeader(byte[] block) {
    /** Length of a header; content is padded to a multiple of it. */
    static final int BLOCK = 512;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int SPARSE_MAP_FOLLOWS = 482;
    private static final int SPARSE_MAP_CONTINUES = 504;
    private static final byte[] POSIX = "ustar\0".getBytes(StandardCharsets.US_ASCII);

    boolean isZero() {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the checksum holds, which old programs computed with signed bytes. */
    boolean isValid() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < block.length; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            unsigned += own ? ' ' : block[i] & 0xFF;
            signed += own ? ' ' : block[i];
        }
        long stored = octal(CHECKSUM, CHECKSUM_LENGTH);
        return stored == unsigned || stored == signed;
    }

    char type() {
        return (char) (block[TYPE] & 0xFF);
    }

    /** Returns whether this is no member, but describes the next one, or all that follow. */
    boolean isExtension() {
        return "LKxXg".indexOf(type()) >= 0;
    }

    Kind kind() {
        return switch (type()) {
            case '0', '7', 0 -> endsWithSlash() ? Kind.FOLDER : Kind.FILE;
            case '1', '2' -> Kind.LINK;
            case '5', 'D' -> Kind.FOLDER;
            case 'S' -> Kind.SPARSE;
            default -> Kind.OTHER;
        };
    }

    /** Returns whether content follows. The size of links, devices, pipes and folders stands for nothing in the archive. */
    boolean hasContent() {
        return "123456".indexOf(type()) < 0;
    }

    private boolean endsWithSlash() {
        byte[] name = name();
        return name.length > 0 && name[name.length - 1] == '/';
    }

    byte[] name() {
        byte[] name = text(NAME, NAME_LENGTH);
        // GNU tar keeps times where POSIX has the first part of a long name.
        boolean posix = Arrays.equals(block, MAGIC, MAGIC + POSIX.length, POSIX, 0, POSIX.length);
        byte[] prefix = posix ? text(PREFIX, PREFIX_LENGTH) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        whole[prefix.length] = '/';
        System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
        return whole;
    }

    private byte[] text(int from, int length) {
        int to = from;
        while (to < from + length && block[to] != 0) {
            to++;
        }
        return Arrays.copyOfRange(block, from, to);
    }

    /**
     * Returns the claimed size.
     *
     * @param start of the header, for messages
     * @throws TarException if it is no number
     */
    long size(long start) throws TarException {
        long size = (block[SIZE] & 0x80) == 0 ? octal(SIZE, SIZE_LENGTH) : binary();
        if (size < 0) {
            throw new TarException("the header at byte " + start + " has no valid size: it is damaged");
        }
        return size;
    }

    /** Returns GNU's form of numbers that are too large for octal digits; -1 if it does not fit. */
    private long binary() {
        boolean fits = (block[SIZE] & 0xFF) == 0x80;
        for (int i = SIZE + 1; i < SIZE + SIZE_LENGTH - Long.BYTES; i++) {
            fits &= block[i] == 0;
        }
        long value = 0;
        for (int i = SIZE + SIZE_LENGTH - Long.BYTES; i < SIZE + SIZE_LENGTH; i++) {
            value = (value << 8) | (block[i] & 0xFF);
        }
        return fits ? value : -1;
    }

    /** Returns a number of octal digits, which may stand between spaces and end in a zero byte; -1 if it is none. */
    private long octal(int from, int length) {
        int at = from;
        while (at < from + length && block[at] == ' ') {
            at++;
        }
        long value = 0;
        while (at < from + length && block[at] >= '0' && block[at] <= '7') {
            value = 8 * value + block[at] - '0';
            at++;
        }
        return at == from + length || block[at] == 0 || block[at] == ' ' ? value : -1;
    }

    /** Returns whether the map of an old sparse file goes on in blocks of its own. */
    boolean hasSparseMap() {
        return block[SPARSE_MAP_FOLLOWS] != 0;
    }

    static boolean isSparseMapContinued(byte[] map) {
        return map[SPARSE_MAP_CONTINUES] != 0;
    }

    /** Returns the length that content of a size has in an archive. */
    static long padded(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }
}
