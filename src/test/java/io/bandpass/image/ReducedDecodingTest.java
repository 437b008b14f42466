package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.AugmentConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.ImageFiles;
import io.bandpass.data.PathTable;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs decoded at a smaller size, against whole ones. */
final class ReducedDecodingTest {
    private static final int LARGEST_DIFFERENCE = 24;
    private static final double MEAN_DIFFERENCE = 2.5;
    /** Of tiny pictures; any other orientation differs by more than 40. */
    private static final double TURNED_DIFFERENCE = 25;

    private static final List<Double> GREY = List.of(0.5, 0.5, 0.5);
    private static final AugmentConfig WHOLE = new AugmentConfig(List.of(1.0, 1.0), List.of(0.01, 100.0), 0);
    private static final AugmentConfig PUBLISHED = new AugmentConfig(List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), 0.5);

    @TempDir
    private Path folder;

    private static List<Path> photos() {
        try (Stream<Path> files = Files.list(Path.of("samples/photos"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("photos")
    void photographsHardlyDifferFromWhollyDecodedOnes(Path photo) throws Exception {
        byte[] encoded = Files.readAllBytes(photo);
        for (int factor : List.of(2, 4, 8)) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage whole = Decoded.of(encoded);
                RgbImage reduced = Decoded.of(encoded, (height, width) -> factor);
                assertThat(reduced.height()).isEqualTo(whole.height());
                assertThat(reduced.width()).isEqualTo(whole.width());
                int height = whole.height() / 8 * 8 - 16;
                int width = whole.width() / 8 * 8 - 16;
                int size = (int) (Math.min(height, width) / (1.5 * factor));
                byte[] expected = Pixels.of(Resize.bicubic(whole.part(8, 16, height, width), size, size));
                byte[] actual = Pixels.of(Resize.bicubic(reduced.part(8, 16, height, width), size, size));
                assertThat(Pixels.largestDifference(actual, expected)).isBetween(1, LARGEST_DIFFERENCE);
                assertThat(meanDifference(actual, expected)).isLessThan(MEAN_DIFFERENCE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void theLargestReductionIsTakenThatLeavesOneAndAHalfTimesTheSize(int factor) {
        Reduction reduction = new Augmentation(WHOLE, GREY, 32, 0).reduction(0, 0);
        int enough = (int) (1.5 * factor * 32);
        assertThat(reduction.factor(enough, enough)).isEqualTo(factor);
        assertThat(reduction.factor(enough - 1, enough)).isEqualTo(Math.max(1, factor / 2));
        assertThat(reduction.factor(enough, enough - 1)).isEqualTo(Math.max(1, factor / 2));
    }

    @Test
    void whatIsAskedForIsTheUprightSize() throws Exception {
        List<String> asked = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            for (String name : List.of("turned-6.jpg", "turned-3.jpg", "colour.jpg")) {
                RgbImage image = Decoded.of(Images.bytes(name), (height, width) -> {
                    asked.add(height + " x " + width);
                    return 1;
                });
                assertThat(asked).last().isEqualTo(image.height() + " x " + image.width());
            }
        }
        assertThat(asked).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void turnedImagesAreReducedToThePixelsOfTheWhole(int orientation) throws Exception {
        byte[] encoded = Images.bytes("turned-" + orientation + ".jpg");
        for (int factor : List.of(2, 4)) {
            try (PointerScope scope = new PointerScope()) {
                RgbImage whole = Decoded.of(encoded);
                RgbImage reduced = Decoded.of(encoded, (height, width) -> factor);
                int height = whole.height() / factor;
                int width = whole.width() / factor;
                assertThat(reduced.view().size(2)).as("rows that are left").isEqualTo(height);
                assertThat(reduced.view().size(3)).as("columns that are left").isEqualTo(width);
                byte[] expected = squares(Pixels.of(whole), whole.width(), factor);
                assertThat(meanDifference(Pixels.of(reduced), expected)).isLessThan(TURNED_DIFFERENCE);
            }
        }
    }

    /** The means of the squares of this edge. */
    private static byte[] squares(byte[] pixels, int width, int edge) {
        int[] sums = new int[pixels.length / edge / edge];
        for (int i = 0; i < pixels.length; i++) {
            int pixel = Math.floorDiv(i, 3);
            int row = Math.floorDiv(Math.floorDiv(pixel, width), edge);
            int column = Math.floorDiv(pixel % width, edge);
            sums[3 * (row * Math.floorDiv(width, edge) + column) + i % 3] += pixels[i] & 0xFF;
        }
        byte[] means = new byte[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (byte) Math.round(sums[i] / (double) (edge * edge));
        }
        return means;
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.jpg", "cmyk.jpg", "progressive.jpg", "colour.jpg", "colour.png", "alpha16.tif"})
    void everyKindKeepsItsColours(String name) throws Exception {
        try (PointerScope scope = new PointerScope()) {
            RgbImage whole = Decoded.of(Images.bytes(name));
            RgbImage reduced = Decoded.of(Images.bytes(name), (height, width) -> 2);
            byte[] expected = Pixels.of(Resize.bicubic(whole.view(), 1, 1));
            byte[] actual = Pixels.of(Resize.bicubic(reduced.view(), 1, 1));
            assertThat(Pixels.largestDifference(actual, expected)).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void theSwitchTurnsItOff() throws Exception {
        Path photo = Images.write(folder.resolve("a.jpg"), 1, 400, 300);
        Augmentation augmentation = new Augmentation(PUBLISHED, GREY, 16, 5);
        PathTable table = new PathTable();
        table.add(photo);
        table.finish();
        ImageFiles on = ImageFiles.unlabelled(table, Path.of(""), new DecodeOptions(true, Long.MAX_VALUE));
        ImageFiles off = ImageFiles.unlabelled(table, Path.of(""), new DecodeOptions(false, Long.MAX_VALUE));
        for (int epoch = 0; epoch < 20; epoch++) {
            try (PointerScope scope = new PointerScope()) {
                byte[] exact = Pixels.of(augmentation.apply(off.read(0), epoch, 0));
                Reduction reduction = augmentation.reduction(epoch, 0);
                assertThat(Pixels.of(augmentation.apply(off.read(0, reduction), epoch, 0)))
                        .isEqualTo(exact);
                byte[] reduced = Pixels.of(augmentation.apply(on.read(0, reduction), epoch, 0));
                assertThat(reduced).isNotEqualTo(exact);
                // The crop is the same up to a third of a pixel.
                assertThat(meanDifference(reduced, exact)).isLessThan(10);
            }
        }
    }

    @Test
    void aPartIsMovedToTheNearestReducedPixels() {
        byte[] pixels = new byte[3 * 5 * 4];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = RgbImage.reduced(new BytePointer(pixels), 20, 15, 4);
            // Rows 7 to 18 of 20 are nearest to 8 to 20, columns 1 to 9 of 15 to 0 to 8.
            byte[] part = Pixels.of(image.part(7, 1, 11, 8));
            assertThat(part).containsExactly(24, 25, 26, 27, 28, 29, 36, 37, 38, 39, 40, 41, 48, 49, 50, 51, 52, 53);
        }
    }

    private static double meanDifference(byte[] actual, byte[] expected) {
        double sum = 0;
        for (int i = 0; i < actual.length; i++) {
            sum += Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF));
        }
        return sum / actual.length;
    }
}
