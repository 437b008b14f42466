package io.bandpass.image;

import io.bandpass.image.TiffDirectory.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a TIFF before its first image is decoded (TIFF 6.0). Whatever is not read is refused here, so
 * that nothing is decoded by guess.
 *
 * @param storedHeight rows as they are stored
 * @param storedWidth columns as they are stored
 * @param orientation as of EXIF, 1 to 8; 1 is upright
 * @param colours what the samples of a pixel mean
 * @param bits of each sample of a pixel, those beyond the colours included
 * @param compression of the blocks
 * @param blocks strips or tiles
 * @param isPlanar whether each block holds one sample of its pixels
 * @param hasDifferences whether samples are stored as differences to the pixel before
 * @param isReversed whether the bits of each byte stand the other way round
 * @param isMultiplied whether the colours were multiplied with an opacity, which is the sample behind them
 * @param palette of indices; null without one
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

    /** How many times the pixels of the image its tiles may hold, unless they hold no more than the second number. */
    private static final int MOST_PADDING = 16;

    private static final long ALWAYS_TAKEN = 1 << 24;

    /** What samples mean, by the numbers of the field. */
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

        /** How many samples make a colour. */
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
                case 4 -> throw unread("holds a mask instead of colours");
                case 6 -> throw unread("has YCbCr colours without JPEG compression");
                case 8, 9, 10 -> throw unread("has colours in L*a*b*");
                default -> throw unread("has colours of the kind " + number);
            };
        }
    }

    /** How blocks are compressed. */
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
                case 2, 3, 4 -> throw unread("is compressed as a fax (CCITT)");
                case 6, 7 -> throw unread("is compressed as a JPEG");
                case 34925 -> throw unread("is compressed by LZMA");
                case 50000 -> throw unread("is compressed by Zstandard");
                case 50001 -> throw unread("is compressed as a WebP");
                default -> throw unread("has the compression " + number);
            };
        }
    }

    /**
     * Where the pixels are.
     *
     * @param height rows of a block that lie in the image
     * @param width columns of a block
     * @param across blocks beside each other
     * @param down blocks below each other
     * @param offsets of the blocks in the file
     * @param lengths of the blocks in the file; null where they are not told
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
     * @throws BadImageException if it is damaged, or of a kind that is not read
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
            throw unread("has other inks than cyan, magenta, yellow and black");
        }
        boolean planar = isSecond(directory, TiffTags.PLANES, "the layout of samples") && bits.size() > 1;
        if (!planar && bits.contains(WORD) && bits.stream().distinct().count() > 1) {
            // Of the two bytes of a sample, one or the other may come first, wherever it begins.
            throw unread("has 16 bits in some of its samples and other numbers in others");
        }
        boolean reversed = isSecond(directory, TiffTags.BIT_ORDER, "the order of bits");
        Blocks blocks = blocks(directory, (int) width, (int) height, planar ? bits.size() : 1);
        if (compression == Compression.LZW) {
            refuseOldCodes(input, blocks, reversed);
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

    /** Whether a field that can be 1 or 2 is 2. */
    private static boolean isSecond(TiffDirectory directory, int tag, String meaning)
            throws IOException, BadImageException {
        long number = directory.number(tag, 1);
        if (number != 1 && number != 2) {
            throw unread("has " + number + " for " + meaning + " (field " + tag + "), which can be 1 or 2");
        }
        return number == 2;
    }

    /** The codes of programs from before TIFF 5.0 begin with the same one, but with its lowest bit first. */
    private static void refuseOldCodes(ChannelInput input, Blocks blocks, boolean reversed)
            throws IOException, BadImageException {
        long offset = blocks.offsets().at(input, 0);
        if (offset >= input.length() - 1) {
            return;
        }
        input.seek(offset);
        int first = input.readUnsignedByte();
        int second = input.readUnsignedByte();
        if (first == 0 && (second & (reversed ? 0x80 : 1)) != 0) {
            throw unread("is compressed by LZW in the form from before TIFF 5.0");
        }
    }

    /** A TIFF is a block of EXIF; a BigTIFF is laid out otherwise. */
    private static int orientation(TiffDirectory directory, ChannelInput input) throws IOException {
        return directory.isLarge()
                ? ExifOrientation.valid(directory.number(TiffTags.ORIENTATION, ExifOrientation.UPRIGHT))
                : ExifOrientation.of(input, 0, input.length());
    }

    private static List<Integer> bits(TiffDirectory directory, Colours colours) throws IOException, BadImageException {
        long samples = directory.number(TiffTags.SAMPLES, colours.samples());
        if (samples < colours.samples() || samples > MOST_SAMPLES) {
            throw unread("has " + samples + " samples per pixel");
        }
        List<Integer> bits = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            int each = directory.ofSample(TiffTags.BITS, i, 1);
            int format = directory.ofSample(TiffTags.SAMPLE_FORMAT, i, UNSIGNED);
            if (i < colours.samples() && format != UNSIGNED && format != UNDEFINED) {
                throw unread("has samples " + (format == SIGNED ? "with a sign" : "that are no whole numbers"));
            }
            if (each < 1 || each > MOST_BITS) {
                throw unread("has " + each + " bits per sample, of which 1 to 16 are read");
            }
            bits.add(each);
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
            throw unread("has the predictor " + predictor + " with " + bits.get(0) + " bits per sample");
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
        // What lies below the image in a tile is not read.
        blockHeight = Math.min(height, blockHeight);
        long across = Math.floorDiv(width + blockWidth - 1, blockWidth);
        long down = Math.floorDiv(height + blockHeight - 1, blockHeight);
        // What lies beside the image is read, and costs time however few pixels are wanted.
        if (across * blockWidth > Math.max((long) MOST_PADDING * width, Math.floorDiv(ALWAYS_TAKEN, height))) {
            throw new BadImageException("its tiles, " + blockWidth + " pixels wide, hold more than " + MOST_PADDING
                    + " times the " + width + " x " + height + " pixels of the image");
        }
        Field offsets = directory.needed(tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS);
        Field lengths = directory.field(tiled ? TiffTags.TILE_LENGTHS : TiffTags.STRIP_LENGTHS);
        // No more than 2^31 * 2^31 * 32, which a header may claim before its size is held against any limit.
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

    private static BadImageException unread(String what) {
        return new BadImageException("it is a TIFF that " + what + ", which is not read");
    }
}
