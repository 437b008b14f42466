package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Decodes the first frame of a GIF. The decoder of the other formats refuses frames beyond the screen and odd background
 * colours, which other readers take, and blends what is transparent with black.
 */
final class GifPixels {
    private static final int CHANNELS = 3;
    private static final int MOST_BITS = 8;

    /** First row and step of each pass of an interlaced frame. */
    private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] ONE_PASS = {{0, 1}};

    private GifPixels() {}

    /**
     * Decodes.
     *
     * @param rgb takes storedHeight * storedWidth * 3 bytes
     * @throws IOException if the pixels are damaged or end too early
     */
    static void decode(GifHeader header, ChannelInput input, ByteBuffer rgb) throws IOException, BadImageException {
        byte[] palette = palette(header, input);
        if (header.frameHeight() < header.storedHeight() || header.frameWidth() < header.storedWidth()) {
            fill(header, palette, rgb);
        }
        input.seek(header.data());
        int bits = input.readUnsignedByte();
        if (bits < 1 || bits > MOST_BITS) {
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
        InputStream indices = LzwInput.ofGif(new Blocks(input), bits);
        byte[] row = new byte[header.frameWidth()];
        byte[] colours = new byte[CHANNELS * header.frameWidth()];
        for (int[] pass : header.isInterlaced() ? PASSES : ONE_PASS) {
            for (int y = pass[0]; y < header.frameHeight(); y += pass[1]) {
                if (indices.readNBytes(row, 0, row.length) < row.length) {
                    throw new EOFException("a row is cut off");
                }
                colours(row, palette, colours);
                rgb.put((int) (CHANNELS * ((header.top() + y) * (long) header.storedWidth() + header.left())), colours);
            }
        }
    }

    /** A colour for each index; those that the file has none for are grey. */
    private static byte[] palette(GifHeader header, ChannelInput input) throws IOException {
        byte[] palette = GreyPalette.create();
        input.seek(header.palette());
        input.readFully(palette, 0, CHANNELS * header.colours());
        return palette;
    }

    private static void fill(GifHeader header, byte[] palette, ByteBuffer rgb) {
        byte[] indices = new byte[header.storedWidth()];
        Arrays.fill(indices, (byte) header.outside());
        byte[] colours = new byte[CHANNELS * indices.length];
        colours(indices, palette, colours);
        for (int y = 0; y < header.storedHeight(); y++) {
            rgb.put(y * colours.length, colours);
        }
    }

    private static void colours(byte[] indices, byte[] palette, byte[] colours) {
        for (int x = 0; x < indices.length; x++) {
            System.arraycopy(palette, CHANNELS * (indices[x] & 0xFF), colours, CHANNELS * x, CHANNELS);
        }
    }

    /** The bytes in blocks of up to 255, the last of which is empty. */
    private static final class Blocks extends BytewiseInput {
        private final ChannelInput input;
        private int left;

        Blocks(ChannelInput input) {
            this.input = input;
        }

        @Override
        int next() throws IOException {
            if (left == 0) {
                left = input.read();
            }
            if (left <= 0) {
                left = -1;
                return -1;
            }
            left--;
            return input.read();
        }
    }
}
