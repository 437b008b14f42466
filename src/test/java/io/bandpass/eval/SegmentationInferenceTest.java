package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.eval.SegmentationInference.Settings;
import io.bandpass.image.RgbImage;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class SegmentationInferenceTest {
    private static Settings settings(SlidingWindows windows, int batchSize) {
        return new Settings(InputSize.own(), windows, List.of(1.0), false, batchSize);
    }

    /** Logits of two classes: 0, and the mean of a pixel's channels minus 100. */
    private static Tensor brighterThan100(Tensor windows) {
        Tensor brightness = Tensors.mean(windows.to(ScalarType.Float), 1).unsqueeze(1);
        return Tensors.add(brightness, -100).mul(Tensors.ofFloats(new float[] {0, 1}, 1, 2, 1, 1));
    }

    private static Tensor image(int height, int width) {
        return Tensors.zeros(ScalarType.Byte, 1, 3, height, width);
    }

    @Test
    void ofEquallyProbableClassesTheFirstIsTaken() {
        UnaryOperator<Tensor> equal =
                windows -> Tensors.zeros(ScalarType.Float, windows.size(0), 5, windows.size(2), windows.size(3));
        try (PointerScope scope = new PointerScope()) {
            short[] ids =
                    new SegmentationInference(equal, 5, settings(new SlidingWindows(4, 3), 2)).classes(image(9, 7));
            assertThat(ids).hasSize(63).containsOnly(0);
        }
    }

    @Test
    void windowsAreOfOneSizeAndAtMostABatch() {
        List<String> shapes = new ArrayList<>();
        UnaryOperator<Tensor> model = windows -> {
            shapes.add(windows.size(0) + " of " + windows.size(3) + " x " + windows.size(2));
            return brighterThan100(windows);
        };
        try (PointerScope scope = new PointerScope()) {
            new SegmentationInference(model, 2, settings(new SlidingWindows(32, 20), 3)).classes(image(30, 100));
        }
        assertThat(shapes).containsExactly("3 of 32 x 30", "2 of 32 x 30");
    }

    @Test
    void aViewOfAnImageIsSegmentedInItsOrderOfPixels() {
        byte[] pixels = new byte[3 * 20 * 30];
        for (int i = 0; i < 3; i++) {
            pixels[3 * (7 * 30 + 11) + i] = (byte) 200;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor view = RgbImage.of(pixels, 20, 30).view();
            short[] ids = new SegmentationInference(
                            SegmentationInferenceTest::brighterThan100, 2, settings(new SlidingWindows(8, 5), 4))
                    .classes(view);
            short[] expected = new short[20 * 30];
            expected[7 * 30 + 11] = 1;
            assertThat(ids).isEqualTo(expected);
        }
    }

    @Test
    void logitsThatAreNotFiniteAreAnError() {
        UnaryOperator<Tensor> broken = windows -> brighterThan100(windows).div(new Scalar(0));
        try (PointerScope scope = new PointerScope()) {
            SegmentationInference inference = new SegmentationInference(broken, 2, settings(SlidingWindows.whole(), 1));
            assertThatThrownBy(() -> inference.classes(image(8, 8)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessage("the logits of 1 of 1 parts of an image are not finite numbers");
        }
    }

    @Test
    void logitsOfOtherClassesAreAnError() {
        try (PointerScope scope = new PointerScope()) {
            SegmentationInference inference = new SegmentationInference(
                    SegmentationInferenceTest::brighterThan100, 3, settings(SlidingWindows.whole(), 1));
            assertThatThrownBy(() -> inference.classes(image(8, 8)))
                    .hasMessage("logits of the shape [1, 2, 8, 8] must be (1, 3, height, width)");
        }
    }

    @Test
    void edgesOfSingleWindowsAreMadeToFit() {
        IntUnaryOperator eights = edge -> Math.max(8, (edge + 4) / 8 * 8);
        List<String> shapes = new ArrayList<>();
        UnaryOperator<Tensor> model = windows -> {
            shapes.add(windows.size(3) + " x " + windows.size(2));
            return brighterThan100(windows);
        };
        Settings fitting = settings(new SlidingWindows(32, 20), 9).fitting(eights);
        Settings whole = settings(SlidingWindows.whole(), 1).fitting(eights);
        try (PointerScope scope = new PointerScope()) {
            assertThat(new SegmentationInference(model, 2, fitting).classes(image(29, 50)))
                    .hasSize(29 * 50);
            assertThat(new SegmentationInference(model, 2, whole).classes(image(3, 50)))
                    .hasSize(3 * 50);
        }
        assertThat(shapes).containsExactly("32 x 32", "48 x 8");
        assertThatThrownBy(() -> settings(new SlidingWindows(30, 20), 9).fitting(eights))
                .isInstanceOf(ConfigException.class)
                .hasMessage("crop is 30, but must be an edge that the model takes, such as 32");
    }

    @Test
    void settingsThatLeaveNothingToDoAreRefused() {
        assertThatThrownBy(() -> new SlidingWindows(512, 600))
                .isInstanceOf(ConfigException.class)
                .hasMessage("stride is 600, but must be from 1 to the 512 pixels of a window, or pixels between windows"
                        + " would be left out");
        assertThatThrownBy(() -> new Settings(InputSize.own(), SlidingWindows.whole(), List.of(), false, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessage("ratios is [], but must be at least one number above 0");
        assertThat(SlidingWindows.of(512)).isEqualTo(new SlidingWindows(512, 341));
        assertThat(SlidingWindows.of(640)).isEqualTo(new SlidingWindows(640, 426));
        assertThat(SlidingWindows.of(1)).isEqualTo(new SlidingWindows(1, 1));
    }

    /** The numbers for each class and pixel of this image would take 1.3 GB. */
    @Test
    void aLargeImageNeedsLittleMemory() {
        int classes = 150;
        UnaryOperator<Tensor> model = windows ->
                Tensors.zeros(ScalarType.Float, windows.size(0), classes, windows.size(2) / 4, windows.size(3) / 4);
        try (PointerScope scope = new PointerScope()) {
            Tensor image = image(1500, 1500);
            long before = Engine.residentBytes();
            long[] most = {0};
            new SegmentationInference(model, classes, settings(SlidingWindows.of(256), 4))
                    .each(image, (row, probabilities) -> most[0] = Math.max(most[0], Engine.residentBytes() - before));
            assertThat(most[0]).isPositive().isLessThan(400_000_000L);
        }
    }
}
