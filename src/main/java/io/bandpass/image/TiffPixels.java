package io.bandpass.image;

import io.bandpass.image.TiffDirectory.Field;
import io.bandpass.image.TiffHeader.Blocks;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.InflaterInputStream;

/**
 * Decodes the first image of a TIFF block by block, row by row, in portions of a row, so that the memory besides the
 * pixels does not depend on the size of the blocks. OpenCV leaves memory unwritten for some variants, and continues
 * with missing data if a block is truncated.
 */
final class TiffPixels {
    private static final int CHANNELS = 3;
    private static final int BYTE = 8;

    /** Number of pixels of a row decoded at a time; as a multiple of 8 it ends at a byte for any number of bits. */
    private static final int PORTION = 4096;

    private final TiffHeader header;
    private final ChannelInput input;
    private final ByteOrder order;
    private final TiffColours colours;
    /** Number of samples per pixel that are read, and of the streams they come from. */
    private final int samples;

    private final int planes;
    private final int[] values;
    /** Samples of the pixel before a portion. */
    private final int[] previous;

    private final byte[] packed;
    private final byte[] rgbRow;

    private TiffPixels(TiffHeader header, ChannelInput input) throws IOException {
        this.header = header;
        this.input = input;
        order = input.getByteOrder();
        colours = TiffColours.of(header, input);
        planes = header.isPlanar() ? header.colours().samples() + (header.isMultiplied() ? 1 : 0) : 1;
        samples = header.isPlanar() ? planes : header.bits().size();
        int columns = Math.min(PORTION, header.storedWidth());
        values = new int[samples * columns];
        previous = new int[samples];
        packed = new byte[header.bits().stream().mapToInt(Integer::intValue).sum() * ((columns + BYTE - 1) / BYTE)];
        rgbRow = new byte[CHANNELS * columns];
    }

    /**
     * Decodes an image.
     *
     * @param input with the byte order of the file
     * @param rgb receives storedHeight * storedWidth * 3 bytes
     * @throws IOException if the pixels are damaged or truncated
     */
    static void decode(TiffHeader header, ChannelInput input, ByteBuffer rgb) throws IOException {
        TiffPixels pixels = new TiffPixels(header, input);
        for (int down = 0; down < header.blocks().down(); down++) {
            for (int across = 0; across < header.blocks().across(); across++) {
                pixels.block(down, across, rgb);
            }
        }
    }

    private void block(int down, int across, ByteBuffer rgb) throws IOException {
        Blocks blocks = header.blocks();
        int top = down * blocks.height();
        int left = across * blocks.width();
        int rows = Math.min(blocks.height(), header.storedHeight() - top);
        InputStream[] streams = new InputStream[planes];
        try {
            for (int plane = 0; plane < planes; plane++) {
                streams[plane] =
                        open((long) plane * blocks.down() * blocks.across() + (long) down * blocks.across() + across);
            }
            for (int y = top; y < top + rows; y++) {
                row(streams, y, left, rgb);
            }
        } finally {
            for (InputStream stream : streams) {
                if (stream != null) {
                    stream.close();
                }
            }
        }
    }

    /** Decodes the part of a block's row that lies in the image. */
    private void row(InputStream[] streams, int y, int left, ByteBuffer rgb) throws IOException {
        int columns = Math.min(header.blocks().width(), header.storedWidth() - left);
        Arrays.fill(previous, 0);
        for (int x = 0; x < columns; x += PORTION) {
            int count = Math.min(PORTION, columns - x);
            for (int plane = 0; plane < planes; plane++) {
                samples(streams[plane], plane, count);
            }
            colours.row(values, samples, count, rgbRow);
            rgb.put((int) (CHANNELS * ((long) y * header.storedWidth() + left + x)), rgbRow, 0, CHANNELS * count);
        }
        for (int plane = 0; plane < planes; plane++) {
            streams[plane].skipNBytes(bytes(plane, header.blocks().width()) - bytes(plane, columns));
        }
    }

    /** Returns the number of bytes for this many pixels of a row. */
    private long bytes(int plane, int columns) {
        long bits = 0;
        for (int i = plane; i < plane + samplesPerStream(); i++) {
            bits += header.bits().get(i);
        }
        return (bits * columns + BYTE - 1) / BYTE;
    }

    /** Returns the number of samples per pixel in one stream. */
    private int samplesPerStream() {
        return header.isPlanar() ? 1 : samples;
    }

    private InputStream open(long block) throws IOException {
        Blocks blocks = header.blocks();
        long offset = blocks.offsets().at(input, block);
        Field lengths = blocks.lengths();
        long length = lengths == null ? Long.MAX_VALUE : lengths.at(input, block);
        if (offset < 0 || offset > input.length() || length < 0) {
            throw new EOFException("a block lies behind the file");
        }
        InputStream raw = new SectionInput(input, offset, length, header.isReversed());
        return switch (header.compression()) {
            case NONE -> raw;
            case LZW -> LzwInput.ofTiff(raw);
            case DEFLATE -> new InflaterInputStream(raw);
            case PACK_BITS -> new PackBitsInput(raw);
        };
    }

    /** Reads a portion of a row: all samples of its pixels, or those of one plane. */
    private void samples(InputStream stream, int plane, int columns) throws IOException {
        int here = samplesPerStream();
        int length = (int) bytes(plane, columns);
        if (stream.readNBytes(packed, 0, length) < length) {
            throw new EOFException("a row is cut off");
        }
        int end = samples * columns;
        if (allHave(plane, here, BYTE)) {
            for (int i = 0, to = plane; i < length; i++, to = next(to, here)) {
                values[to] = packed[i] & 0xFF;
            }
        } else if (allHave(plane, here, 2 * BYTE)) {
            ByteBuffer words = ByteBuffer.wrap(packed).order(order);
            for (int i = 0, to = plane; i < length; i += 2, to = next(to, here)) {
                values[to] = words.getShort(i) & 0xFFFF;
            }
        } else {
            unpack(plane, here, end);
        }
        if (header.hasDifferences()) {
            integrate(plane, here, end);
        }
    }

    /** Undoes the horizontal predictor: sums differences to values. */
    private void integrate(int first, int here, int end) {
        int mask = (1 << header.bits().get(first)) - 1;
        for (int i = first; i < first + here; i++) {
            int value = previous[i];
            for (int x = i; x < end; x += samples) {
                value = (value + values[x]) & mask;
                values[x] = value;
            }
            previous[i] = value;
        }
    }

    private boolean allHave(int first, int count, int bits) {
        return header.bits().subList(first, first + count).stream().allMatch(sampleBits -> sampleBits == bits);
    }

    /**
     * Returns the position of the next sample: the adjacent one, or the one of the next pixel if the stream has a
     * single plane.
     */
    private int next(int to, int here) {
        return here == samples ? to + 1 : to + samples;
    }

    /** Unpacks samples of any number of bits, highest bit first, regardless of the byte order. */
    private void unpack(int first, int here, int end) {
        int bit = 0;
        for (int x = 0; x < end; x += samples) {
            for (int i = first; i < first + here; i++) {
                int value = 0;
                for (int left = header.bits().get(i); left > 0; ) {
                    int count = Math.min(left, BYTE - (bit & 7));
                    value = (value << count) | ((packed[bit >> 3] >> (BYTE - (bit & 7) - count)) & ((1 << count) - 1));
                    bit += count;
                    left -= count;
                }
                values[x + i] = value;
            }
        }
    }
}
