package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteOrder;

/** Orientation of an image, as stated by the first directory of an EXIF block (EXIF 2.32, 4.6.4), in any format. */
final class ExifOrientation {
    static final int UPRIGHT = 1;
    private static final int LAST = 8;

    private static final int HEADER_LENGTH = 8;
    private static final int ENTRY_LENGTH = 12;
    private static final int LITTLE = 0x4949;
    private static final int BIG = 0x4D4D;
    private static final int VERSION = 42;
    private static final int ORIENTATION = 0x0112;
    private static final int VALUE_BYTES = 4;

    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;
    private static final int SBYTE = 6;
    private static final int SSHORT = 8;
    private static final int SLONG = 9;
    private static final int SRATIONAL = 10;
    private static final int FLOAT = 11;
    private static final int DOUBLE = 12;
    private static final int DIRECTORY = 13;

    private ExifOrientation() {}

    /**
     * Reads the entry in any numeric type: SHORT as EXIF requires, or LONG and others as some programs write. Bytes do
     * not count as numbers, as in Pillow.
     *
     * @param start of the block, at its byte-order mark
     * @param length of the block in bytes
     * @return 1 to 8; 1 if the block has no orientation
     */
    static int of(ChannelInput input, long start, long length) throws IOException {
        ByteOrder before = input.getByteOrder();
        try {
            return find(input, start, start + length);
        } finally {
            input.setByteOrder(before);
        }
    }

    private static int find(ChannelInput input, long start, long end) throws IOException {
        if (end - start < HEADER_LENGTH) {
            return UPRIGHT;
        }
        input.setByteOrder(ByteOrder.BIG_ENDIAN);
        input.seek(start);
        int order = input.readUnsignedShort();
        if (order != LITTLE && order != BIG) {
            return UPRIGHT;
        }
        input.setByteOrder(order == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (input.readUnsignedShort() != VERSION) {
            return UPRIGHT;
        }
        long directory = start + input.readUnsignedInt();
        if (directory + 2 > end) {
            return UPRIGHT;
        }
        input.seek(directory);
        int entries = input.readUnsignedShort();
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) ENTRY_LENGTH * i;
            if (entry + ENTRY_LENGTH > end) {
                return UPRIGHT;
            }
            input.seek(entry);
            if (input.readUnsignedShort() == ORIENTATION) {
                return value(input, start, end);
            }
        }
        return UPRIGHT;
    }

    /** Reads type, count and the first value of an entry, which is inline or at an offset. */
    private static int value(ChannelInput input, long start, long end) throws IOException {
        int type = input.readUnsignedShort();
        int bytes = bytes(type);
        long count = input.readUnsignedInt();
        if (bytes == 0 || count < 1) {
            return UPRIGHT;
        }
        long position = count * bytes <= VALUE_BYTES ? input.getStreamPosition() : start + input.readUnsignedInt();
        if (position + bytes > end) {
            return UPRIGHT;
        }
        input.seek(position);
        double value = switch (type) {
            case SBYTE -> input.readByte();
            case SHORT, SSHORT -> input.readUnsignedShort();
            case FLOAT -> input.readFloat();
            case DOUBLE -> input.readDouble();
            case RATIONAL, SRATIONAL -> (double) input.readUnsignedInt() / input.readUnsignedInt();
            default -> input.readUnsignedInt();
        };
        return value == Math.rint(value) ? valid((long) value) : UPRIGHT;
    }

    /** Returns a valid orientation unchanged, and 1 for any other value. */
    static int valid(long value) {
        return value >= UPRIGHT && value <= LAST ? (int) value : UPRIGHT;
    }

    /** Returns the size of a numeric type in bytes; 0 for bytes and text. */
    private static int bytes(int type) {
        return switch (type) {
            case SBYTE -> 1;
            case SHORT, SSHORT -> 2;
            case LONG, SLONG, DIRECTORY, FLOAT -> 4;
            case RATIONAL, SRATIONAL, DOUBLE -> 8;
            default -> 0;
        };
    }
}
