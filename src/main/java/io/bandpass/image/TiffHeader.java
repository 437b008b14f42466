package io.bandpass.image;

import io.bandpass.image.TiffDirectory.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header of a TIFF and its first image (TIFF 6.0). Unsupported variants are rejected here, so that no pixels are
 * guessed.
 *
 * @param storedHeight rows as stored
 * @param storedWidth columns as stored
 * @param orientation as in EXIF, 1 to 8; 1 is upright
 * @param colours meaning of a pixel's samples
 * @param bits of each sample of a pixel, including those beyond the colours
 * @param compression of the blocks
 * @param blocks strips or tiles
 * @param isPlanar whether each block holds a single sample of its pixels
 * @param hasDifferences whether samples are stored as differences to the previous pixel
 * @param isReversed whether the bits of each byte are in reverse order
 * @param isMultiplied whether the colours are premultiplied with an opacity, which is the sample after them
 * @param palette of indexed pixels; null without one
 */
record TiffHeader(
        int storedHeight,
        int storedWidth,
        int orientation,
        Colours colours,
        List<Integer> bits,
        Compression compression,
        Blocks blocks,
        boolean isPlanar,
        boolean hasDifferences,
        boolean isReversed,
        boolean isMultiplied,
        @Nullable Field palette)
        implements StoredImage {
    private static final int MOST_SAMPLES = 32;
    private static final int MOST_BITS = 16;
    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int UNDEFINED = 4;
    private static final int DIFFERENCES = 2;
    private static final int MULTIPLIED = 1;
    private static final int WORD = 16;

    /** Maximum padding: pixels in tiles per pixel of the image, enforced only above {@link #ALWAYS_TAKEN} pixels. */
    private static final int MOST_PADDING = 16;

    private static final long ALWAYS_TAKEN = 1 << 24;

    /** Meaning of samples, by the numbers of the field. */
    enum Colours {
        WHITE_IS_ZERO(1),
        BLACK_IS_ZERO(1),
        RGB(3),
        PALETTE(1),
        CMYK(4);

        private final int samples;

        Colours(int samples) {
            this.samples = samples;
        }

        /** Number of samples per colour. */
        int samples() {
            return samples;
        }

        private static Colours of(long number) throws BadImageException {
            return switch ((int) Math.min(number, Integer.MAX_VALUE)) {
                case 0 -> WHITE_IS_ZERO;
                case 1 -> BLACK_IS_ZERO;
                case 2 -> RGB;
                case 3 -> PALETTE;
                case 5 -> CMYK;
                case 4 -> throw unsupported("holds a mask instead of colours");
                case 6 -> throw unsupported("has YCbCr colours without JPEG compression");
                case 8, 9, 10 -> throw unsupported("has colours in L*a*b*");
                default -> throw unsupported("has colours of the kind " + number);
            };
        }
    }

    /** Compression of the blocks. */
    enum Compression {
        NONE,
        LZW,
        DEFLATE,
        PACK_BITS;

        private static Compression of(long number) throws BadImageException {
            return switch ((int) Math.min(number, Integer.MAX_VALUE)) {
                case 1 -> NONE;
                case 5 -> LZW;
                case 8, 32946 -> DEFLATE;
                case 32773 -> PACK_BITS;
                case 2, 3, 4 -> throw unsupported("is compressed as a fax (CCITT)");
                case 6, 7 -> throw unsupported("is compressed as a JPEG");
                case 34925 -> throw unsupported("is compressed by LZMA");
                case 50000 -> throw unsupported("is compressed by Zstandard");
                case 50001 -> throw unsupported("is compressed as a WebP");
                default -> throw unsupported("has the compression " + number);
            };
        }
    }

    /**
     * Layout of the pixels.
     *
     * @param height rows of a block that lie in the image
     * @param width columns of a block
     * @param across number of blocks side by side
     * @param down number of blocks one below the other
     * @param offsets of the blocks in the file
     * @param lengths of the blocks in the file; null if not stated
     */
    record Blocks(
            int height,
            int width,
            int across,
            int down,
            Field offsets,
            @Nullable Field lengths) {}

    /**
     * Reads the first directory.
     *
     * @throws BadImageException if it is damaged, or of an unsupported kind
     */
    static TiffHeader of(ChannelInput input) throws IOException, BadImageException {
        TiffDirectory directory = TiffDirectory.of(input);
        long width = directory.needed(TiffTags.WIDTH).at(input, 0);
        long height = directory.needed(TiffTags.HEIGHT).at(input, 0);
        StoredImage.check(width, height);
        directory.needed(TiffTags.COLOURS);
        Compression compression = Compression.of(directory.number(TiffTags.COMPRESSION, 1));
        Colours colours = Colours.of(directory.number(TiffTags.COLOURS, 0));
        List<Integer> bits = bits(directory, colours);
        if (colours == Colours.CMYK && directory.number(TiffTags.INKS, 1) != 1) {
            throw unsupported("has other inks than cyan, magenta, yellow and black");
        }
        boolean planar = isSecond(directory, TiffTags.PLANES, "the layout of samples") && bits.size() > 1;
        if (!planar && bits.contains(WORD) && bits.stream().distinct().count() > 1) {
            // Byte order and position of 16-bit samples among others are ambiguous.
            throw unsupported("has 16 bits in some of its samples and other numbers in others");
        }
        boolean reversed = isSecond(directory, TiffTags.BIT_ORDER, "the order of bits");
        Blocks blocks = blocks(directory, (int) width, (int) height, planar ? bits.size() : 1);
        if (compression == Compression.LZW) {
            rejectOldCodes(input, blocks, reversed);
        }
        return new TiffHeader(
                (int) height,
                (int) width,
                orientation(directory, input),
                colours,
                bits,
                compression,
                blocks,
                planar,
                differences(directory, compression, bits),
                reversed,
                colours == Colours.RGB
                        && bits.size() > colours.samples()
                        && directory.ofSample(TiffTags.EXTRA_SAMPLES, 0, 0) == MULTIPLIED,
                palette(directory, colours, bits.get(0)));
    }

    /** Returns whether a field that can be 1 or 2 is 2. */
    private static boolean isSecond(TiffDirectory directory, int tag, String meaning)
            throws IOException, BadImageException {
        long number = directory.number(tag, 1);
        if (number != 1 && number != 2) {
            throw unsupported("has " + number + " for " + meaning + " (field " + tag + "), which can be 1 or 2");
        }
        return number == 2;
    }

    /**
     * Rejects the LZW codes of programs from before TIFF 5.0: they start with the same clear code, but lowest bit
     * first.
     */
    private static void rejectOldCodes(ChannelInput input, Blocks blocks, boolean reversed)
            throws IOException, BadImageException {
        long offset = blocks.offsets().at(input, 0);
        if (offset >= input.length() - 1) {
            return;
        }
        input.seek(offset);
        int first = input.readUnsignedByte();
        int second = input.readUnsignedByte();
        if (first == 0 && (second & (reversed ? 0x80 : 1)) != 0) {
            throw unsupported("is compressed by LZW in the form from before TIFF 5.0");
        }
    }

    /** Reads the orientation: a TIFF has the layout of an EXIF block, a BigTIFF has not. */
    private static int orientation(TiffDirectory directory, ChannelInput input) throws IOException {
        return directory.isLarge()
                ? ExifOrientation.valid(directory.number(TiffTags.ORIENTATION, ExifOrientation.UPRIGHT))
                : ExifOrientation.of(input, 0, input.length());
    }

    private static List<Integer> bits(TiffDirectory directory, Colours colours) throws IOException, BadImageException {
        long samples = directory.number(TiffTags.SAMPLES, colours.samples());
        if (samples < colours.samples() || samples > MOST_SAMPLES) {
            throw unsupported("has " + samples + " samples per pixel");
        }
        List<Integer> bits = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            int sampleBits = directory.ofSample(TiffTags.BITS, i, 1);
            int format = directory.ofSample(TiffTags.SAMPLE_FORMAT, i, UNSIGNED);
            if (i < colours.samples() && format != UNSIGNED && format != UNDEFINED) {
                throw unsupported("has samples " + (format == SIGNED ? "with a sign" : "that are no whole numbers"));
            }
            if (sampleBits < 1 || sampleBits > MOST_BITS) {
                throw unsupported("has " + sampleBits + " bits per sample, of which 1 to 16 are read");
            }
            bits.add(sampleBits);
        }
        return List.copyOf(bits);
    }

    private static boolean differences(TiffDirectory directory, Compression compression, List<Integer> bits)
            throws IOException, BadImageException {
        long predictor = directory.number(TiffTags.PREDICTOR, 1);
        if (predictor == 1 || (compression != Compression.LZW && compression != Compression.DEFLATE)) {
            return false;
        }
        boolean alike = bits.stream().distinct().count() == 1 && (bits.get(0) == 8 || bits.get(0) == 16);
        if (predictor != DIFFERENCES || !alike) {
            throw unsupported("has the predictor " + predictor + " with " + bits.get(0) + " bits per sample");
        }
        return true;
    }

    private static Blocks blocks(TiffDirectory directory, int width, int height, int planes)
            throws IOException, BadImageException {
        boolean tiled = directory.has(TiffTags.TILE_WIDTH) || directory.has(TiffTags.TILE_OFFSETS);
        long blockWidth = tiled ? directory.number(TiffTags.TILE_WIDTH, 0) : width;
        long blockHeight =
                tiled ? directory.number(TiffTags.TILE_HEIGHT, 0) : directory.number(TiffTags.ROWS_PER_STRIP, height);
        if (blockHeight < 1 || blockWidth < 1 || blockWidth > Math.max(width, HeaderCheck.LARGEST_EDGE)) {
            throw new BadImageException("damaged: its blocks have " + blockWidth + " x " + blockHeight + " pixels");
        }
        // Rows of a tile below the image are not read.
        blockHeight = Math.min(height, blockHeight);
        long across = Math.floorDiv(width + blockWidth - 1, blockWidth);
        long down = Math.floorDiv(height + blockHeight - 1, blockHeight);
        // Columns of a tile beside the image are read, which takes time even if few pixels are wanted.
        if (across * blockWidth > Math.max((long) MOST_PADDING * width, Math.floorDiv(ALWAYS_TAKEN, height))) {
            throw new BadImageException("its tiles, " + blockWidth + " pixels wide, hold more than " + MOST_PADDING
                    + " times the " + width + " x " + height + " pixels of the image");
        }
        Field offsets = directory.needed(tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS);
        Field lengths = directory.field(tiled ? TiffTags.TILE_LENGTHS : TiffTags.STRIP_LENGTHS);
        // At most 2^31 * 2^31 * 32, which a header may claim before its size is checked against any limit.
        long count = Math.min(across * down, Math.floorDiv(Long.MAX_VALUE, planes)) * planes;
        if (offsets.count() < count || (lengths != null && lengths.count() < count)) {
            throw new BadImageException("damaged: it holds fewer than the " + count + " blocks of its pixels");
        }
        return new Blocks((int) blockHeight, (int) blockWidth, (int) across, (int) down, offsets, lengths);
    }

    private static @Nullable Field palette(TiffDirectory directory, Colours colours, int bits)
            throws BadImageException {
        if (colours != Colours.PALETTE) {
            return null;
        }
        Field palette = directory.needed(TiffTags.PALETTE);
        if (palette.count() < 3L << bits) {
            throw new BadImageException("damaged: its palette has fewer colours than its pixels can name");
        }
        return palette;
    }

    private static BadImageException unsupported(String property) {
        return new BadImageException("it is a TIFF that " + property + ", which is not read");
    }
}
