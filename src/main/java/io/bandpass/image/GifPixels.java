package io.bandpass.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Decodes the first frame of a GIF. OpenCV rejects frames beyond the screen and unusual background colours, which other
 * readers accept, and blends transparent pixels with black.
 */
final class GifPixels {
    private static final int CHANNELS = 3;
    private static final int MOST_BITS = 8;

    /** First row and step of each pass of an interlaced frame. */
    private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] ONE_PASS = {{0, 1}};

    private GifPixels() {}

    /**
     * Decodes an image.
     *
     * @param rgb receives storedHeight * storedWidth * 3 bytes
     * @throws IOException if the pixels are damaged or truncated
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

    /** Returns a colour for each index; indices without a colour in the file are grey. */
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

    /** Bytes stored in blocks of up to 255, ended by an empty block. */
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
