package io.bandpass.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes TIFF files of any form, sample by sample, so that their pixels are known by construction. */
final class TiffFile {
    static final int NONE = 1;
    static final int LZW = 5;
    static final int DEFLATE = 8;
    static final int OLD_DEFLATE = 32946;
    static final int PACK_BITS = 32773;

    private final int height;
    private final int width;
    private final int[] samples;
    private final int[] bits;
    private final Map<Integer, long[]> fields = new TreeMap<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean large;
    private boolean planar;
    private int compression = NONE;
    private boolean differences;
    private boolean reversed;
    private int tileWidth;
    private int blockHeight;
    private int dropped;
    private byte[] icing = new byte[0];

    /**
     * A file.
     *
     * @param samples height * width * bits.length numbers
     * @param bits of each sample of a pixel
     */
    TiffFile(int photometric, int height, int width, int[] samples, int... bits) {
        this.height = height;
        this.width = width;
        this.samples = samples.clone();
        this.bits = bits.clone();
        blockHeight = height;
        field(262, photometric);
        field(277, bits.length);
        field(258, Arrays.stream(bits).asLongStream().toArray());
    }

    TiffFile field(int tag, long... values) {
        fields.put(tag, values);
        return this;
    }

    TiffFile without(int tag) {
        fields.put(tag, new long[0]);
        return this;
    }

    TiffFile order(ByteOrder byteOrder) {
        order = byteOrder;
        return this;
    }

    TiffFile large() {
        large = true;
        return this;
    }

    TiffFile planar() {
        planar = true;
        field(284, 2);
        return this;
    }

    TiffFile compressed(int kind) {
        compression = kind;
        return this;
    }

    TiffFile withDifferences() {
        differences = true;
        field(317, 2);
        return this;
    }

    TiffFile reversed() {
        reversed = true;
        field(266, 2);
        return this;
    }

    TiffFile strips(int rows) {
        blockHeight = rows;
        return this;
    }

    TiffFile tiles(int rows, int columns) {
        blockHeight = rows;
        tileWidth = columns;
        return this;
    }

    /** Leaves the last row of each block out, before it is compressed. */
    TiffFile withoutLastRows() {
        dropped = 1;
        return this;
    }

    /** Bytes that stand between the header and the pixels. */
    TiffFile after(byte[] bytes) {
        icing = bytes.clone();
        return this;
    }

    byte[] bytes() {
        int columns = tileWidth > 0 ? tileWidth : width;
        List<byte[]> blocks = new ArrayList<>();
        for (int plane = 0; plane < (planar ? bits.length : 1); plane++) {
            for (int top = 0; top < height; top += blockHeight) {
                for (int left = 0; left < width; left += columns) {
                    int rows = tileWidth > 0 ? blockHeight : Math.min(blockHeight, height - top);
                    blocks.add(compress(block(top, left, rows - dropped, columns, plane)));
                }
            }
        }
        field(256, width);
        field(257, height);
        field(259, compression);
        if (tileWidth > 0) {
            field(322, tileWidth);
            field(323, blockHeight);
        } else {
            field(278, blockHeight);
        }
        return file(blocks, new TreeMap<>(fields));
    }

    private byte[] file(List<byte[]> blocks, Map<Integer, long[]> all) {
        long[] offsets = new long[blocks.size()];
        long[] lengths = new long[blocks.size()];
        ByteBuffer file = ByteBuffer.allocate(1 << 22).order(order);
        file.put(order == ByteOrder.LITTLE_ENDIAN ? new byte[] {'I', 'I'} : new byte[] {'M', 'M'});
        file.putShort((short) (large ? 43 : 42));
        if (large) {
            file.putShort((short) 8).putShort((short) 0).putLong(0);
        } else {
            file.putInt(0);
        }
        file.put(icing);
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = file.position();
            lengths[i] = blocks.get(i).length;
            file.put(blocks.get(i));
        }
        all.putIfAbsent(tileWidth > 0 ? 324 : 273, offsets);
        all.putIfAbsent(tileWidth > 0 ? 325 : 279, lengths);
        all.values().removeIf(values -> values.length == 0);
        file.position((file.position() + 1) & ~1);
        Map<Integer, Long> places = new TreeMap<>();
        all.forEach((tag, values) -> {
            places.put(tag, (long) file.position());
            for (long value : values) {
                number(file, value, large ? 8 : 4);
            }
        });
        long start = file.position();
        number(file, all.size(), large ? 8 : 2);
        all.forEach((tag, values) -> {
            // Written as LONG or LONG8; one by itself fits in its field.
            file.putShort((short) (int) tag).putShort((short) (large ? 16 : 4));
            number(file, values.length, large ? 8 : 4);
            number(file, values.length == 1 ? values[0] : places.getOrDefault(tag, 0L), large ? 8 : 4);
        });
        number(file, 0, large ? 8 : 4);
        if (large) {
            file.putLong(8, start);
        } else {
            file.putInt(4, (int) start);
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    private static void number(ByteBuffer file, long value, int bytes) {
        switch (bytes) {
            case 2 -> file.putShort((short) value);
            case 4 -> file.putInt((int) value);
            default -> file.putLong(value);
        }
    }

    private byte[] block(int top, int left, int rows, int columns, int plane) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int y = top; y < top + rows; y++) {
            List<int[]> row = new ArrayList<>();
            for (int x = left; x < left + columns; x++) {
                for (int s = 0; s < bits.length; s++) {
                    if (planar && s != plane) {
                        continue;
                    }
                    int value = differences ? sample(y, x, s) - (x == left ? 0 : sample(y, x - 1, s)) : sample(y, x, s);
                    row.add(new int[] {value & ((1 << bits[s]) - 1), bits[s]});
                }
            }
            block.writeBytes(packed(row));
        }
        return block.toByteArray();
    }

    /** Outside of the image, in the rest of a tile, there is anything. */
    private int sample(int y, int x, int s) {
        return y < height && x < width ? samples[(y * width + x) * bits.length + s] : (21 * x + y) & 1;
    }

    private byte[] packed(List<int[]> row) {
        StringBuilder digits = new StringBuilder();
        for (int[] value : row) {
            boolean swapped = value[1] == 16 && order == ByteOrder.LITTLE_ENDIAN;
            int number = swapped ? Short.reverseBytes((short) value[0]) & 0xFFFF : value[0];
            for (int i = value[1] - 1; i >= 0; i--) {
                digits.append(((number >> i) & 1) == 0 ? '0' : '1');
            }
        }
        byte[] bytes = new byte[(digits.length() + 7) / 8];
        for (int i = 0; i < digits.length(); i++) {
            bytes[i / 8] |= (byte) ((digits.charAt(i) - '0') << (7 - i % 8));
        }
        return bytes;
    }

    private byte[] compress(byte[] plain) {
        byte[] compressed = switch (compression) {
            case LZW -> LzwCodes.ofTiff(plain);
            case DEFLATE, OLD_DEFLATE -> Deflated.of(plain);
            case PACK_BITS -> packBits(plain);
            default -> plain.clone();
        };
        for (int i = 0; reversed && i < compressed.length; i++) {
            compressed[i] = (byte) (Integer.reverse(compressed[i]) >>> 24);
        }
        return compressed;
    }

    private static byte[] packBits(byte[] plain) {
        ByteArrayOutputStream runs = new ByteArrayOutputStream();
        for (int i = 0; i < plain.length; ) {
            int same = 1;
            while (i + same < plain.length && same < 128 && plain[i + same] == plain[i]) {
                same++;
            }
            if (same > 1) {
                runs.write(257 - same);
                runs.write(plain[i]);
                i += same;
            } else {
                int count = Math.min(3, plain.length - i);
                runs.write(count - 1);
                runs.write(plain, i, count);
                i += count;
                // Stands for nothing.
                runs.write(128);
            }
        }
        return runs.toByteArray();
    }
}
