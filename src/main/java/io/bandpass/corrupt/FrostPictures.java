package io.bandpass.corrupt;

import io.bandpass.config.ConfigException;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.PictureScaling;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbBytes;
import io.bandpass.image.RgbImage;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * The user's photographs of frost. ImageNet-C's are six pictures from the web without a known author, which Bandpass
 * cannot include; they come with the Python package {@code imagecorruptions}, in its folder {@code frost}. As published,
 * the sixth is never drawn. For small images the pictures are reduced first, as for CIFAR-10-C and Tiny-ImageNet-C; one
 * that is smaller than the image is enlarged to 1.1 times its size, as by {@code imagecorruptions}, which however
 * enlarges the others, too.
 */
public final class FrostPictures implements FrostSource {
    private static final int PUBLISHED = 6;
    private static final int DRAWN = 5;
    private static final long MOST_PIXELS = 100_000_000;
    private static final double ROOM = 1.1;
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    private final Map<CorruptionScale, List<RgbBytes>> pictures = new EnumMap<>(CorruptionScale.class);

    /**
     * Takes pictures.
     *
     * @param originals at least one, in their order
     */
    FrostPictures(List<RgbBytes> originals) {
        List<RgbBytes> drawn = originals.size() == PUBLISHED ? originals.subList(0, DRAWN) : originals;
        for (CorruptionScale scale : CorruptionScale.values()) {
            pictures.put(
                    scale, drawn.stream().map(picture -> scaled(picture, scale)).toList());
        }
    }

    /**
     * Reads the JPEG and PNG files of a folder, sorted by name.
     *
     * @throws ConfigException if it has none, or one that cannot be read
     */
    public static FrostPictures read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ConfigException(
                    "there is no folder " + name(folder) + " with pictures of frost: give one with JPEG or PNG files");
        }
        List<RgbBytes> pictures = new ArrayList<>();
        for (Path file : files(folder)) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage picture = ImageDecoder.read(file, Reduction.NONE, MOST_PIXELS);
                pictures.add(new RgbBytes(picture.toBytes(), picture.height(), picture.width()));
            } catch (BadImageException e) {
                throw new ConfigException("the picture of frost " + name(file)
                        + " cannot be used: " + e.reason()
                        + "; repair it, or take it out of the folder");
            }
        }
        if (pictures.isEmpty()) {
            throw new ConfigException("the folder " + name(folder)
                    + " has no pictures of frost: it must have at least one JPEG or PNG file");
        }
        return new FrostPictures(pictures);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(FrostPictures::isPicture)
                    .sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
                    .toList();
        }
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
    }

    private static String name(Path path) {
        return PrintableText.of(path.toString());
    }

    private static RgbBytes scaled(RgbBytes picture, CorruptionScale scale) {
        return switch (scale) {
            case IMAGENET -> picture;
            case TINY_IMAGENET -> PictureScaling.linear(picture, 0.3);
            case CIFAR -> PictureScaling.linear(picture, 0.2);
        };
    }

    @Override
    public RgbBytes draw(int height, int width, CorruptionScale scale, Draws draws) {
        List<RgbBytes> choice = pictures.getOrDefault(scale, List.of());
        RgbBytes picture = atLeast(choice.get(draws.below(choice.size())), height, width);
        int top = draws.below(picture.height() - height + 1);
        int left = draws.below(picture.width() - width + 1);
        byte[] part = new byte[Math.multiplyExact(Raster.RGB * height, width)];
        int rowLength = width * Raster.RGB;
        for (int y = 0; y < height; y++) {
            int from = ((top + y) * picture.width() + left) * Raster.RGB;
            System.arraycopy(picture.values(), from, part, y * rowLength, rowLength);
        }
        return new RgbBytes(part, height, width);
    }

    private static RgbBytes atLeast(RgbBytes picture, int height, int width) {
        if (picture.height() >= height && picture.width() >= width) {
            return picture;
        }
        double factor = ROOM * Math.max((double) height / picture.height(), (double) width / picture.width());
        return PictureScaling.cubic(
                picture, (int) Math.ceil(picture.height() * factor), (int) Math.ceil(picture.width() * factor));
    }
}
