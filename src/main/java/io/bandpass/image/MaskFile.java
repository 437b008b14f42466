package io.bandpass.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads masks: files in the formats of images whose values are names of classes. Unlike pictures they are read as
 * stored: an index of a palette is not replaced by its colour, opacity does not matter, no orientation is applied, and
 * 16 bits stay 16 bits. Formats that change values, such as JPEG, are refused.
 */
public final class MaskFile {
    private static final long LARGEST_FILE = 1L << 30;
    private static final int PNG_COLOUR_TYPE = 25;
    private static final int PNG_PALETTE = 3;
    private static final int RGB = 3;
    private static final int RGB_AND_ALPHA = 4;
    private static final int BYTE_BITS = 8;
    private static final int LEVELS = 256;

    private MaskFile() {}

    /**
     * Reads format and size.
     *
     * @return the size as stored; a reason for files that cannot be a mask
     */
    public static HeaderCheck check(Path file, long maxPixels) {
        HeaderCheck check;
        try {
            check = ImageHeader.check(file, Files.readAttributes(file, BasicFileAttributes.class), true);
        } catch (IOException e) {
            return HeaderCheck.unreadable(BadImageException.unreadable(e).reason());
        }
        String refusal = check.refusal(maxPixels);
        if (refusal == null && check.format() != null) {
            refusal = lossy(check.format());
        }
        return refusal == null ? check : new HeaderCheck(null, check.width(), check.height(), refusal, false);
    }

    private static @Nullable String lossy(ImageFormat format) {
        return switch (format) {
            case JPEG ->
                "a JPEG cannot be a mask: its compression changes values, so that 0 and 255 become numbers"
                        + " near them; export masks as PNG";
            case WEBP -> "a WebP is not read as a mask, as most of them have changed values; export masks as PNG";
            default -> null;
        };
    }

    /**
     * Reads a mask.
     *
     * @param maxPixels maximum number of pixels to take memory for
     * @throws BadImageException if it is none, with the reason
     */
    public static MaskRaster read(Path file, long maxPixels) throws BadImageException {
        HeaderCheck check = check(file, maxPixels);
        if (check.format() == null) {
            throw new BadImageException(String.valueOf(check.reason()));
        }
        ByteBuffer bytes;
        try {
            bytes = Uninterrupted.read(() -> content(file));
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
        try (ChannelInput input = new ChannelInput(bytes)) {
            return decoded(bytes, input, check.format(), maxPixels);
        } catch (IOException | RuntimeException e) {
            // The readers of the JDK meet damaged files with exceptions of many kinds.
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
    }

    private static ByteBuffer content(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > LARGEST_FILE) {
                throw new IOException("it is larger than 1 GiB");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
            }
            return bytes.flip();
        }
    }

    private static MaskRaster decoded(ByteBuffer bytes, ChannelInput input, ImageFormat format, long maxPixels)
            throws IOException, BadImageException {
        // The file may have changed since its header was checked.
        StoredImage header = ImageHeader.read(input, format);
        String refusal = HeaderCheck.refusal(header.storedHeight(), header.storedWidth(), maxPixels);
        if (refusal != null) {
            throw new BadImageException(refusal);
        }
        boolean hasPalette = true;
        if (header instanceof PngHeader) {
            hasPalette = bytes.get(PNG_COLOUR_TYPE) == PNG_PALETTE;
            bytes.limit(PngChunks.keepPixels(bytes));
        } else {
            rejectDamaged(header, input);
            if (header instanceof TiffHeader tiff) {
                checkColours(tiff);
                hasPalette = tiff.colours() == TiffHeader.Colours.PALETTE;
            }
        }
        BufferedImage image = stored(bytes, format);
        if (image.getHeight() != header.storedHeight() || image.getWidth() != header.storedWidth()) {
            throw new BadImageException(BadImageException.UNDECODABLE);
        }
        return raster(image.getRaster(), image.getColorModel(), hasPalette);
    }

    /** Decodes a file with our own decoder too: the JDK's take some truncated files for whole ones. */
    private static void rejectDamaged(StoredImage header, ChannelInput input) throws IOException, BadImageException {
        ByteBuffer colours = ByteBuffer.allocate(RGB * header.storedHeight() * header.storedWidth());
        if (header instanceof GifHeader gif) {
            GifPixels.decode(gif, input, colours);
        } else if (header instanceof BmpHeader bmp) {
            BmpPixels.decode(bmp, input, colours);
        } else if (header instanceof TiffHeader tiff) {
            TiffPixels.decode(tiff, input, colours);
        } else {
            throw new IllegalStateException("no decoder for " + header);
        }
    }

    private static void checkColours(TiffHeader header) throws BadImageException {
        if (header.colours() == TiffHeader.Colours.WHITE_IS_ZERO || header.colours() == TiffHeader.Colours.CMYK) {
            throw new BadImageException("its values are amounts of ink, from white up; export masks as PNG");
        }
    }

    private static BufferedImage stored(ByteBuffer bytes, ImageFormat format) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format.word()).next();
        try (ChannelInput input = new ChannelInput(bytes)) {
            reader.setInput(input, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    private static MaskRaster raster(Raster raster, ColorModel colours, boolean hasPalette) throws BadImageException {
        int bands = raster.getNumBands();
        int bits = raster.getSampleModel().getSampleSize(0);
        int type = raster.getTransferType();
        boolean whole = type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_INT;
        if (!whole || bands > RGB_AND_ALPHA || bits > 2 * BYTE_BITS) {
            throw new BadImageException("its values are no whole numbers of up to 16 bits in one channel, nor colours;"
                    + " export masks as PNG");
        }
        if (bands >= RGB) {
            return colours(raster, bits);
        }
        int[] values = new int[raster.getHeight() * raster.getWidth()];
        raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, values);
        boolean indexed = hasPalette && colours instanceof IndexColorModel;
        return new MaskRaster(
                values,
                raster.getHeight(),
                raster.getWidth(),
                indexed ? MaskRaster.Kind.PALETTE : MaskRaster.Kind.NUMBERS,
                indexed ? palette((IndexColorModel) colours) : new int[0],
                bits + "-bit " + (indexed ? "palette" : "grey") + (bands == 2 ? " with alpha" : ""));
    }

    private static int[] palette(IndexColorModel colours) {
        int[] palette = new int[colours.getMapSize()];
        colours.getRGBs(palette);
        return Arrays.stream(palette).map(colour -> colour & 0xFFFFFF).toArray();
    }

    /** Packs colours; three equal channels everywhere are grey numbers that some program has stored as colours. */
    private static MaskRaster colours(Raster raster, int bits) throws BadImageException {
        if (bits != BYTE_BITS) {
            throw new BadImageException(
                    "its colours have " + bits + " bits in each channel, not 8; export masks as 8-bit PNG");
        }
        int height = raster.getHeight();
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        int[] values = new int[height * width];
        int[] row = new int[bands * width];
        boolean grey = true;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int red = row[bands * x];
                int green = row[bands * x + 1];
                int blue = row[bands * x + 2];
                grey &= red == green && green == blue;
                values[y * width + x] = (red * LEVELS + green) * LEVELS + blue;
            }
        }
        if (grey) {
            Arrays.setAll(values, i -> values[i] % LEVELS);
        }
        return new MaskRaster(
                values,
                height,
                width,
                grey ? MaskRaster.Kind.NUMBERS : MaskRaster.Kind.COLOURS,
                new int[0],
                "8-bit " + (bands == RGB ? "RGB" : "RGBA"));
    }
}
