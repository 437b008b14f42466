package io.bandpass.data;

import io.bandpass.data.TiffDirectory.Field;
import io.bandpass.data.TiffHeader.Blocks;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.InflaterInputStream;

/**
 * Decodes the first image of a TIFF: the samples of a block after the other, row by row, so that no more memory is taken
 * than for a row of a block beside the pixels. The decoder of the other formats leaves memory unwritten for some forms, and
 * goes on with what is not there where a block ends early.
 */
final class TiffPixels {
    private static final int CHANNELS = 3;
    private static final int BYTE = 8;

    private final TiffHeader header;
    private final ChannelInput input;
    private final ByteOrder order;
    private final TiffColours colours;

    private TiffPixels(TiffHeader header, ChannelInput input) throws IOException {
        this.header = header;
        this.input = input;
        order = input.getByteOrder();
        colours = TiffColours.of(header, input);
    }

    /**
     * Decodes.
     *
     * @param input has the byte order of the file
     * @param rgb takes storedHeight * storedWidth * 3 bytes
     * @throws IOException if the pixels are damaged or end too early
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
        int planes = header.isPlanar() ? header.colours().samples() : 1;
        if (header.isMultiplied() && header.isPlanar()) {
            planes++;
        }
        int top = down * blocks.height();
        int left = across * blocks.width();
        int rows = Math.min(blocks.height(), header.storedHeight() - top);
        int columns = Math.min(blocks.width(), header.storedWidth() - left);
        InputStream[] streams = new InputStream[planes];
        try {
            for (int plane = 0; plane < planes; plane++) {
                streams[plane] =
                        open((long) plane * blocks.down() * blocks.across() + (long) down * blocks.across() + across);
            }
            int samples = header.isPlanar() ? planes : header.bits().size();
            int[] values = new int[Math.multiplyExact(samples, blocks.width())];
            byte[] row = new byte[CHANNELS * columns];
            for (int y = 0; y < rows; y++) {
                for (int plane = 0; plane < planes; plane++) {
                    samples(streams[plane], plane, samples, values);
                }
                colours.row(values, samples, columns, row);
                rgb.put((int) (CHANNELS * ((long) (top + y) * header.storedWidth() + left)), row);
            }
        } finally {
            for (InputStream stream : streams) {
                if (stream != null) {
                    stream.close();
                }
            }
        }
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

    /** Reads a row of a block, all samples of its pixels, or those of a plane. */
    private void samples(InputStream stream, int plane, int samples, int[] values) throws IOException {
        boolean planar = header.isPlanar();
        int first = planar ? plane : 0;
        int here = planar ? 1 : samples;
        long bits = 0;
        for (int i = first; i < first + here; i++) {
            bits += header.bits().get(i);
        }
        byte[] row = new byte[(int) ((bits * header.blocks().width() + BYTE - 1) / BYTE)];
        if (stream.readNBytes(row, 0, row.length) < row.length) {
            throw new EOFException("a row is cut off");
        }
        if (bits == (long) BYTE * here && alike(first, here, BYTE)) {
            for (int i = 0, to = first; i < row.length; i++, to = next(to, here, samples)) {
                values[to] = row[i] & 0xFF;
            }
        } else if (alike(first, here, 2 * BYTE)) {
            ByteBuffer words = ByteBuffer.wrap(row).order(order);
            for (int i = 0, to = first; i < row.length; i += 2, to = next(to, here, samples)) {
                values[to] = words.getShort(i) & 0xFFFF;
            }
        } else {
            unpack(row, first, here, samples, values);
        }
        if (header.hasDifferences()) {
            int mask = (1 << header.bits().get(first)) - 1;
            for (int x = samples; x < values.length; x += samples) {
                for (int i = first; i < first + here; i++) {
                    values[x + i] = (values[x + i] + values[x + i - samples]) & mask;
                }
            }
        }
    }

    private boolean alike(int first, int count, int bits) {
        return header.bits().subList(first, first + count).stream().allMatch(each -> each == bits);
    }

    /** Where the next sample goes: beside this one, or to the next pixel where a row holds one sample of each. */
    private static int next(int to, int here, int samples) {
        return here == samples ? to + 1 : to + samples;
    }

    /** Samples of any number of bits, the highest bit first, whatever the byte order. */
    private void unpack(byte[] row, int first, int here, int samples, int[] values) {
        int bit = 0;
        for (int x = 0; x < values.length; x += samples) {
            for (int i = first; i < first + here; i++) {
                int value = 0;
                for (int left = header.bits().get(i); left > 0; ) {
                    int count = Math.min(left, BYTE - (bit & 7));
                    value = (value << count) | ((row[bit >> 3] >> (BYTE - (bit & 7) - count)) & ((1 << count) - 1));
                    bit += count;
                    left -= count;
                }
                values[x + i] = value;
            }
        }
    }
}
