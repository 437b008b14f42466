package io.bandpass.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Changes TIFF files after they were written, so that a field says something else than what there is. */
final class TiffFiles {
    private TiffFiles() {}

    /**
     * A file with another number in a field.
     *
     * @param file little-endian, with one number in the field
     */
    static byte[] with(TiffFile file, int tag, long number) {
        byte[] bytes = file.bytes();
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean large = numbers.getShort(2) == 43;
        int start = large ? (int) numbers.getLong(8) : numbers.getInt(4);
        int fields = large ? (int) numbers.getLong(start) : numbers.getShort(start);
        for (int i = 0; i < fields; i++) {
            int entry = start + (large ? 8 + 20 * i : 2 + 12 * i);
            if ((numbers.getShort(entry) & 0xFFFF) == tag) {
                if (large) {
                    numbers.putLong(entry + 12, number);
                } else {
                    numbers.putInt(entry + 8, (int) number);
                }
                return bytes;
            }
        }
        throw new AssertionError("no field " + tag);
    }
}
