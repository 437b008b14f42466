package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first directory of a TIFF (TIFF 6.0, section 2) or BigTIFF: the integer fields with known tags. */
final class TiffDirectory {
    private static final int LITTLE = 0x4949;
    private static final int BIG = 0x4D4D;
    private static final int CLASSIC = 42;
    private static final int LARGE = 43;

    /**
     * A sequence of numbers in the file.
     *
     * @param bytes per number
     * @param count of numbers
     * @param position of the first one
     */
    record Field(int bytes, long count, long position) {
        /** Returns one of the numbers; values from 2^63, which no valid file needs, are clamped. */
        long at(ChannelInput input, long index) throws IOException {
            input.seek(position + index * bytes);
            return switch (bytes) {
                case 1 -> input.readUnsignedByte();
                case 2 -> input.readUnsignedShort();
                case 4 -> input.readUnsignedInt();
                default -> unsigned(input.readLong());
            };
        }

        private static long unsigned(long number) {
            return number < 0 ? Long.MAX_VALUE : number;
        }
    }

    private final ChannelInput input;
    private final boolean isLarge;
    private final Map<Integer, Field> fields = new HashMap<>();

    private TiffDirectory(ChannelInput input, boolean isLarge) {
        this.input = input;
        this.isLarge = isLarge;
    }

    boolean isLarge() {
        return isLarge;
    }

    /**
     * Reads the directory, and sets the input to the byte order of the file.
     *
     * @throws BadImageException if it is damaged, or has a tag twice, so that readers would disagree
     */
    static TiffDirectory of(ChannelInput input) throws IOException, BadImageException {
        input.setByteOrder(ByteOrder.BIG_ENDIAN);
        input.seek(0);
        int order = input.readUnsignedShort();
        if (order != LITTLE && order != BIG) {
            throw new BadImageException("damaged: it does not begin as a TIFF");
        }
        input.setByteOrder(order == LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int version = input.readUnsignedShort();
        if (version != CLASSIC && version != LARGE) {
            throw new BadImageException("damaged: it does not begin as a TIFF");
        }
        boolean large = version == LARGE;
        if (large && input.readInt() != (input.getByteOrder() == ByteOrder.LITTLE_ENDIAN ? 8 : 8 << 16)) {
            throw new BadImageException("damaged: its offsets have another length than those of BigTIFF");
        }
        long start = large ? input.readLong() : input.readUnsignedInt();
        TiffDirectory directory = new TiffDirectory(input, large);
        seek(input, start);
        long entries = large ? input.readLong() : input.readUnsignedShort();
        if (entries < 1 || entries > 0xFFFF) {
            throw new BadImageException("damaged: its directory claims " + entries + " fields");
        }
        int length = large ? 20 : 12;
        for (int i = 0; i < entries; i++) {
            seek(input, start + (large ? 8 : 2) + (long) i * length);
            directory.add();
        }
        return directory;
    }

    private static void seek(ChannelInput input, long position) throws IOException {
        if (position < 0 || position > input.length()) {
            throw new EOFException("an offset leads out of the file");
        }
        input.seek(position);
    }

    private void add() throws IOException, BadImageException {
        int tag = input.readUnsignedShort();
        int bytes = bytes(input.readUnsignedShort());
        long count = isLarge ? input.readLong() : input.readUnsignedInt();
        if (!TiffTags.USED.contains(tag)) {
            return;
        }
        if (tag == TiffTags.ORIENTATION && bytes < Short.BYTES) {
            // An invalid orientation does not affect the pixels.
            return;
        }
        if (bytes == 0 || count < 1) {
            throw new BadImageException("damaged: field " + tag + " of its directory holds no whole numbers");
        }
        int inline = isLarge ? Long.BYTES : Integer.BYTES;
        long position = input.getStreamPosition();
        if (count > Math.floorDiv(inline, bytes)) {
            position = isLarge ? input.readLong() : input.readUnsignedInt();
            if (position < 0 || count > Math.floorDiv(Math.max(0, input.length() - position), bytes)) {
                throw new EOFException("a field leads out of the file");
            }
        }
        if (fields.put(tag, new Field(bytes, count, position)) != null) {
            throw new BadImageException("damaged: its directory has the field " + tag + " twice");
        }
    }

    /** Returns the size of BYTE, SHORT, LONG, LONG8 and similar types; 0 if it is not an unsigned integer type. */
    private static int bytes(int type) {
        return switch (type) {
            case 1, 7 -> 1;
            case 3 -> 2;
            case 4, 13 -> 4;
            case 16, 18 -> 8;
            default -> 0;
        };
    }

    @Nullable
    Field field(int tag) {
        return fields.get(tag);
    }

    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    /**
     * Returns a mandatory field.
     *
     * @throws BadImageException if it is missing
     */
    Field needed(int tag) throws BadImageException {
        Field field = fields.get(tag);
        if (field == null) {
            throw new BadImageException("damaged: its directory lacks the field " + tag);
        }
        return field;
    }

    /** Returns the first number of a field, or a fallback if the field is missing. */
    long number(int tag, long fallback) throws IOException {
        Field field = fields.get(tag);
        return field == null ? fallback : field.at(input, 0);
    }

    /** Returns a field's number for a sample: the last one if the field is too short, a fallback if it is missing. */
    int ofSample(int tag, int sample, int fallback) throws IOException {
        Field field = fields.get(tag);
        return field == null
                ? fallback
                : (int) Math.min(Integer.MAX_VALUE, field.at(input, Math.min(sample, field.count() - 1)));
    }
}
