package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.SceneAugmentConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.BilinearResize;
import io.bandpass.image.PhotometricDistortion;
import io.bandpass.image.RgbBytes;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class SceneAugmentationTest {
    private static final int SIZE = 32;
    private static final SceneAugmentConfig ALL =
            new SceneAugmentConfig(List.of(80, 40), List.of(0.5, 2.0), OptionalInt.empty(), 0.75, 0.5, 0.5, true);

    private final FakeScenes scenes = new FakeScenes(20, 30, 45);

    @Test
    void whatIsComputedOfTheCropAloneIsWhatThePlainOrderGives() throws BadImageException {
        int padded = 0;
        int cut = 0;
        SceneAugmentation augmentation = new SceneAugmentation(ALL, SIZE, 3);
        for (int draw = 0; draw < 60; draw++) {
            try (PointerScope scope = new PointerScope()) {
                LabelledImage scene = scenes.readLabelled(draw % 20);
                SceneDraw drawn = augmentation.draw(scene.labels(), 1, draw);
                AugmentedScene augmented = augmentation.apply(scene, 1, draw);
                assertSame(augmented, plain(scene, drawn));
                boolean whole = drawn.crop().rows() == drawn.crop().height();
                padded += whole && drawn.crop().rows() < SIZE ? 1 : 0;
                cut += whole ? 0 : 1;
            }
        }
        assertThat(padded).isGreaterThan(5);
        assertThat(cut).isGreaterThan(5);
    }

    private static void assertSame(AugmentedScene actual, AugmentedScene expected) {
        assertThat(actual.image().values()).isEqualTo(expected.image().values());
        assertThat(actual.labels().ids()).isEqualTo(expected.labels().ids());
    }

    /** One whole image after the other, in the order of the pipelines. */
    private static AugmentedScene plain(LabelledImage scene, SceneDraw drawn) {
        SceneCrop crop = drawn.crop();
        int width = crop.width();
        byte[] image = new BilinearResize(crop.height(), width)
                .window(scene.image().view(), 0, 0, crop.height(), width)
                .values();
        short[] labels =
                SceneCrop.whole(crop.height(), width).of(scene.labels()).ids();
        byte[] flippedImage = new byte[3 * crop.rows() * crop.columns()];
        short[] flippedLabels = new short[crop.rows() * crop.columns()];
        for (int row = 0; row < crop.rows(); row++) {
            for (int column = 0; column < crop.columns(); column++) {
                int y = crop.top() + (drawn.upsideDown() ? crop.rows() - 1 - row : row);
                int x = crop.left() + (drawn.flipped() ? crop.columns() - 1 - column : column);
                int to = row * crop.columns() + column;
                flippedLabels[to] = labels[y * width + x];
                for (int channel = 0; channel < 3; channel++) {
                    flippedImage[3 * to + channel] = image[3 * (y * width + x) + channel];
                }
            }
        }
        RgbBytes flipped = new RgbBytes(flippedImage, crop.rows(), crop.columns());
        byte[] distorted = drawn.distortion()
                .map(distortion -> distortion.apply(flipped))
                .orElse(flipped)
                .values();
        byte[] padded = new byte[3 * SIZE * SIZE];
        short[] paddedLabels = new short[SIZE * SIZE];
        Arrays.fill(paddedLabels, LabelMap.PADDING);
        for (int row = 0; row < crop.rows(); row++) {
            System.arraycopy(distorted, 3 * row * crop.columns(), padded, 3 * row * SIZE, 3 * crop.columns());
            System.arraycopy(flippedLabels, row * crop.columns(), paddedLabels, row * SIZE, crop.columns());
        }
        return new AugmentedScene(
                new RgbBytes(padded, SIZE, SIZE), new LabelMap(paddedLabels, SIZE, SIZE), drawn.describe());
    }

    @Test
    void theSameKeyGivesTheSameAndAnotherOneSomethingElse() throws BadImageException {
        Set<String> looks = new HashSet<>();
        try (PointerScope scope = new PointerScope()) {
            LabelledImage scene = scenes.readLabelled(4);
            for (long seed = 0; seed < 2; seed++) {
                for (long epoch = 0; epoch < 2; epoch++) {
                    for (int draw = 0; draw < 2; draw++) {
                        AugmentedScene once = new SceneAugmentation(ALL, SIZE, seed).apply(scene, epoch, draw);
                        assertSame(new SceneAugmentation(ALL, SIZE, seed).apply(scene, epoch, draw), once);
                        looks.add(Arrays.toString(once.image().values()));
                    }
                }
            }
        }
        assertThat(looks).hasSize(8);
    }

    @Test
    void nothingDrawnLeavesTheImageAlone() throws BadImageException {
        SceneAugmentConfig none =
                new SceneAugmentConfig(List.of(), List.of(1.0, 1.0), OptionalInt.empty(), 1, 0, 0, false);
        try (PointerScope scope = new PointerScope()) {
            LabelledImage scene = new FakeScenes(1, SIZE, SIZE).readLabelled(0);
            AugmentedScene same = new SceneAugmentation(none, SIZE, 3).apply(scene, 0, 0);
            assertThat(same.image().values()).isEqualTo(scene.image().toBytes());
            assertThat(same.labels().ids()).isEqualTo(scene.labels().ids());
            assertThat(same.steps()).containsExactly("32 x 32 px at (0, 0) of 32 x 32");
        }
    }

    @Test
    void aSmallImageIsPaddedOnTheRightAndAtTheBottom() throws BadImageException {
        SceneAugmentConfig flips =
                new SceneAugmentConfig(List.of(), List.of(1.0, 1.0), OptionalInt.empty(), 0.75, 1, 1, false);
        try (PointerScope scope = new PointerScope()) {
            LabelledImage scene = new FakeScenes(1, 20, 10).readLabelled(0);
            AugmentedScene padded = new SceneAugmentation(flips, SIZE, 3).apply(scene, 0, 0);
            assertThat(padded.steps()).containsExactly("10 x 20 px at (0, 0) of 10 x 20, flip, upside down");
            for (int i = 0; i < SIZE * SIZE; i++) {
                boolean inside = i / SIZE < 20 && i % SIZE < 10;
                short id = inside ? scene.labels().ids()[(19 - i / SIZE) * 10 + 9 - i % SIZE] : LabelMap.PADDING;
                assertThat(padded.labels().ids()[i]).isEqualTo(id);
            }
        }
    }

    @Test
    void distortionIsDescribed() {
        PhotometricDistortion distortion = PhotometricDistortion.draw(new SplittableRandom(2));
        SceneDraw drawn = new SceneDraw(new SceneCrop(90, 60, 5, 6, 30, 20), true, false, Optional.of(distortion));
        assertThat(distortion.describe()).isNotEmpty();
        assertThat(drawn.describe())
                .startsWith("20 x 30 px at (6, 5) of 60 x 90, flip")
                .endsWith(distortion.describe().toArray(String[]::new));
    }
}
