package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first directory of a TIFF (TIFF 6.0, section 2) or BigTIFF: its fields of whole numbers, of which tags are known. */
final class TiffDirectory {
    private static final int LITTLE = 0x4949;
    private static final int BIG = 0x4D4D;
    private static final int CLASSIC = 42;
    private static final int LARGE = 43;

    /**
     * A row of numbers in the file.
     *
     * @param bytes length of one
     * @param count how many there are
     * @param position of the first one
     */
    record Field(int bytes, long count, long position) {
        /** One of the numbers; those from 2^63 on, which no file has a use for, as the largest that there is. */
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

    /** Whether the file is a BigTIFF. */
    boolean isLarge() {
        return isLarge;
    }

    /**
     * Reads the directory, and leaves the byte order of the input as that of the file.
     *
     * @throws BadImageException if it is damaged, or names a tag twice, of which readers would take one or the other
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
            // Whatever it is, the pixels are none the worse for it.
            return;
        }
        if (bytes == 0 || count < 1) {
            throw new BadImageException("damaged: field " + tag + " of its directory holds no whole numbers");
        }
        int room = isLarge ? Long.BYTES : Integer.BYTES;
        long position = input.getStreamPosition();
        if (count > Math.floorDiv(room, bytes)) {
            position = isLarge ? input.readLong() : input.readUnsignedInt();
            if (position < 0 || count > Math.floorDiv(Math.max(0, input.length() - position), bytes)) {
                throw new EOFException("a field leads out of the file");
            }
        }
        if (fields.put(tag, new Field(bytes, count, position)) != null) {
            throw new BadImageException("damaged: its directory has the field " + tag + " twice");
        }
    }

    /** Length of BYTE, SHORT, LONG, LONG8 and their likes; 0 for what is no whole number without sign. */
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
     * A field that must be there.
     *
     * @throws BadImageException if it is not
     */
    Field needed(int tag) throws BadImageException {
        Field field = fields.get(tag);
        if (field == null) {
            throw new BadImageException("damaged: its directory lacks the field " + tag);
        }
        return field;
    }

    /** The first number of a field, or another one where the field is missing. */
    long number(int tag, long otherwise) throws IOException {
        Field field = fields.get(tag);
        return field == null ? otherwise : field.at(input, 0);
    }

    /** The number that a field has for a sample: of fields that are too short the last one; or another one without a field. */
    int ofSample(int tag, int sample, int otherwise) throws IOException {
        Field field = fields.get(tag);
        return field == null
                ? otherwise
                : (int) Math.min(Integer.MAX_VALUE, field.at(input, Math.min(sample, field.count() - 1)));
    }
}
