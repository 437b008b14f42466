package io.bandpass.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Decodes BMP. OpenCV leaves the low bits of 16-bit pixels empty, and assumes a fixed channel order in 32-bit ones. */
final class BmpPixels {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;
    private static final int BYTE = 8;

    private static final int END_OF_LINE = 0;
    private static final int END = 1;
    private static final int MOVE = 2;

    private BmpPixels() {}

    /**
     * Decodes an image.
     *
     * @param rgb receives storedHeight * storedWidth * 3 bytes
     * @throws IOException if the pixels are truncated
     */
    static void decode(BmpHeader header, ChannelInput input, ByteBuffer rgb) throws IOException {
        int width = header.storedWidth();
        byte[] palette = header.masks().length == 0 ? palette(header, input) : new byte[0];
        Channel[] channels = new Channel[header.masks().length == 0 ? 0 : CHANNELS];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = new Channel(header.masks()[i]);
        }
        input.seek(header.data());
        Runs runs = header.compression() == BmpHeader.RUNS_8 || header.compression() == BmpHeader.RUNS_4
                ? new Runs(input, width, header.compression() == BmpHeader.RUNS_4)
                : null;
        byte[] stored = new byte[(int) (((long) width * header.bits() + BYTE - 1) / BYTE)];
        int padding = -stored.length & 3;
        byte[] colours = new byte[CHANNELS * width];
        for (int row = 0; row < header.storedHeight(); row++) {
            if (runs != null) {
                indexed(runs.row(), BYTE, palette, colours);
            } else {
                input.readFully(stored);
                input.seek(input.getStreamPosition() + padding);
                if (channels.length == 0) {
                    indexed(stored, header.bits(), palette, colours);
                } else {
                    masked(stored, header.bits() / BYTE, channels, colours);
                }
            }
            int y = header.isTopDown() ? row : header.storedHeight() - 1 - row;
            rgb.put(y * colours.length, colours);
        }
    }

    /** Returns red, green and blue of each index; indices without a colour in the file are grey. */
    private static byte[] palette(BmpHeader header, ChannelInput input) throws IOException {
        byte[] palette = GreyPalette.create();
        byte[] colour = new byte[header.colourBytes()];
        input.seek(header.palette());
        for (int i = 0; i < header.colours(); i++) {
            input.readFully(colour);
            for (int c = 0; c < CHANNELS; c++) {
                palette[CHANNELS * i + c] = colour[CHANNELS - 1 - c];
            }
        }
        return palette;
    }

    private static void indexed(byte[] stored, int bits, byte[] palette, byte[] colours) {
        int mask = (1 << bits) - 1;
        for (int x = 0; CHANNELS * x < colours.length; x++) {
            int bit = x * bits;
            int index = (stored[bit >> 3] >> (BYTE - bits - (bit & 7))) & mask;
            System.arraycopy(palette, CHANNELS * index, colours, CHANNELS * x, CHANNELS);
        }
    }

    private static void masked(byte[] stored, int bytes, Channel[] channels, byte[] colours) {
        for (int x = 0; CHANNELS * x < colours.length; x++) {
            int pixel = 0;
            for (int i = 0; i < bytes; i++) {
                pixel |= (stored[x * bytes + i] & 0xFF) << (BYTE * i);
            }
            for (int c = 0; c < CHANNELS; c++) {
                colours[CHANNELS * x + c] = channels[c].level(pixel);
            }
        }
    }

    /** The bits of a colour: up to eight are scaled to the full range, of more the highest eight are used. */
    private static final class Channel {
        private final int shift;
        private final byte[] levels;

        Channel(long mask) {
            int bits = Long.bitCount(mask);
            int used = Math.min(bits, BYTE);
            shift = Long.numberOfTrailingZeros(mask) + bits - used;
            levels = new byte[1 << used];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = (byte) Math.floorDiv(i * (LEVELS - 1), levels.length - 1);
            }
        }

        byte level(int pixel) {
            return levels[(pixel >>> shift) & (levels.length - 1)];
        }
    }

    /** Expands run-length encoded rows; skipped pixels have index 0. */
    private static final class Runs {
        private final ChannelInput input;
        private final boolean fourBit;
        private final byte[] row;
        private int x;
        private int emptyRows;
        private boolean ended;

        Runs(ChannelInput input, int width, boolean fourBit) {
            this.input = input;
            this.fourBit = fourBit;
            row = new byte[width];
        }

        byte[] row() throws IOException {
            Arrays.fill(row, (byte) 0);
            if (emptyRows > 0) {
                emptyRows--;
                if (emptyRows > 0) {
                    return row;
                }
            } else {
                x = 0;
            }
            while (!ended) {
                int count = input.readUnsignedByte();
                int value = input.readUnsignedByte();
                if (count > 0) {
                    for (int i = 0; i < count && x < row.length; i++) {
                        put(fourBit ? half(value, i) : value);
                    }
                } else if (value == END_OF_LINE) {
                    return row;
                } else if (value == END) {
                    ended = true;
                } else if (value == MOVE) {
                    x = Math.min(row.length, x + input.readUnsignedByte());
                    emptyRows = input.readUnsignedByte();
                    if (emptyRows > 0) {
                        return row;
                    }
                } else {
                    literal(value);
                }
            }
            return row;
        }

        private void literal(int count) throws IOException {
            int bytes = fourBit ? (count + 1) / 2 : count;
            byte[] values = new byte[bytes + (bytes & 1)];
            input.readFully(values);
            for (int i = 0; i < count; i++) {
                put(fourBit ? half(values[i / 2], i) : values[i]);
            }
        }

        private static int half(int value, int i) {
            return (i & 1) == 0 ? (value >> 4) & 0xF : value & 0xF;
        }

        /** Appends an index; whatever exceeds the row is dropped. */
        private void put(int index) {
            if (x < row.length) {
                row[x] = (byte) index;
                x++;
            }
        }
    }
}
