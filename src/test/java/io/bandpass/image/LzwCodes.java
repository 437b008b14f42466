package io.bandpass.image;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/** Compresses by LZW, in the forms of GIF and TIFF. */
final class LzwCodes {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final boolean tiff;
    private long held;
    private int heldBits;

    private LzwCodes(boolean tiff) {
        this.tiff = tiff;
    }

    static byte[] ofTiff(byte[] values) {
        return new LzwCodes(true).codes(values, 8);
    }

    static byte[] ofGif(byte[] indices, int bits) {
        return new LzwCodes(false).codes(indices, bits);
    }

    private byte[] codes(byte[] values, int bits) {
        int clear = 1 << bits;
        int early = tiff ? 1 : 0;
        Map<String, Integer> table = new HashMap<>();
        int width = bits + 1;
        int next = clear + 2;
        put(clear, width);
        String current = "";
        for (byte value : values) {
            String longer = current + (char) (value & 0xFF);
            if (longer.length() == 1 || table.containsKey(longer)) {
                current = longer;
                continue;
            }
            put(code(table, current), width);
            table.put(longer, next++);
            // The reader knows this entry only when the next code comes.
            if (next - 1 + early >= (1 << width)) {
                width++;
            }
            if (next >= 4094) {
                put(code(table, longer.substring(longer.length() - 1)), width);
                current = "";
                put(clear, width);
                table.clear();
                width = bits + 1;
                next = clear + 2;
                continue;
            }
            current = longer.substring(longer.length() - 1);
        }
        if (!current.isEmpty()) {
            put(code(table, current), width);
            if (next + early >= (1 << width) && width < 12) {
                width++;
            }
        }
        put(clear + 1, width);
        flush();
        return output.toByteArray();
    }

    private static int code(Map<String, Integer> table, String string) {
        return string.length() == 1 ? string.charAt(0) : table.getOrDefault(string, -1);
    }

    private void put(int code, int width) {
        if (tiff) {
            held = (held << width) | code;
        } else {
            held |= (long) code << heldBits;
        }
        heldBits += width;
        while (heldBits >= 8) {
            output.write((int) (tiff ? held >>> (heldBits - 8) : held));
            held = tiff ? held & ((1L << (heldBits - 8)) - 1) : held >>> 8;
            heldBits -= 8;
        }
    }

    private void flush() {
        if (heldBits > 0) {
            output.write((int) (tiff ? held << (8 - heldBits) : held));
        }
    }
}
