package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.eval.InputSize.Size;
import io.bandpass.eval.SegmentationInference.Settings;
import io.bandpass.eval.SlidingWindows.Span;
import io.bandpass.format.TensorFile;
import io.bandpass.image.Resize;
import io.bandpass.testing.Golden;
import io.bandpass.testing.ToySegmenter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inference as in the descriptions of mmsegmentation, with a network of a few numbers. */
final class GoldenSegmentationTest {
    private static final String FILE = "segmentation_inference";
    private static final TensorFile GOLDEN = Golden.tensors(FILE);
    private static final ToySegmenter TOY = new ToySegmenter(GOLDEN.get("toy.colour"), GOLDEN.get("toy.place"));
    private static final SlidingWindows WINDOWS = new SlidingWindows(48, 32);
    private static final int CLASSES = 4;
    private static final int WHOLE = Integer.MAX_VALUE;

    @AfterAll
    static void close() {
        TOY.close();
        GOLDEN.close();
    }

    private static Tensor image(String name) {
        return GOLDEN.get(name + ".img_u8").unsqueeze(0);
    }

    private static SegmentationInference inference(SlidingWindows windows, int batchSize, int bandValues) {
        Settings settings = new Settings(InputSize.own(), windows, List.of(1.0), false, batchSize);
        return new SegmentationInference(TOY, CLASSES, settings, bandValues);
    }

    private static short[] ids(String name) {
        return Golden.shorts(GOLDEN.get(name));
    }

    @Test
    void windowsAreWhereTheyAre() {
        for (JsonNode axis : Golden.json(FILE).get("windows")) {
            SlidingWindows windows = new SlidingWindows(
                    axis.get("crop").asInt(), axis.get("stride").asInt());
            List<Span> expected = new ArrayList<>();
            axis.get("start_end")
                    .forEach(span -> expected.add(
                            new Span(span.get(0).asInt(), span.get(1).asInt())));
            assertThat(windows.along(axis.get("size").asInt())).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40x60", "48x48", "75x110", "96x128"})
    void windowsCoverEachPixelSoOften(String name) {
        try (PointerScope scope = new PointerScope()) {
            Tensor expected = GOLDEN.get(name + ".cover");
            int height = (int) expected.size(0);
            int width = (int) expected.size(1);
            short[] cover = new short[height * width];
            for (Span rows : WINDOWS.along(height)) {
                for (Span columns : WINDOWS.along(width)) {
                    for (int i = 0; i < cover.length; i++) {
                        boolean inside = i / width >= rows.start()
                                && i / width < rows.end()
                                && i % width >= columns.start()
                                && i % width < columns.end();
                        cover[i] += (short) (inside ? 1 : 0);
                    }
                }
            }
            assertThat(cover).isEqualTo(Golden.shorts(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40x60", "48x48", "75x110", "96x128"})
    void logitsOfWindowsAreAveraged(String name) {
        try (PointerScope scope = new PointerScope();
                WindowLogits logits = new WindowLogits(image(name), false, WINDOWS, CLASSES, 2, TOY)) {
            Tensor all = logits.rows(0, logits.height()).squeeze(0);
            assertThat(Golden.largestDifference(everySecond(all), GOLDEN.get(name + ".slide_logits")))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"40x60, 1", "48x48, 2", "75x110, 3", "96x128, 100"})
    void classesAreThoseOfTheLargestMean(String name, int batchSize) {
        try (PointerScope scope = new PointerScope()) {
            Tensor image = image(name);
            assertThat(inference(WINDOWS, batchSize, WHOLE).classes(image)).isEqualTo(ids(name + ".slide_classes"));
            assertThat(inference(SlidingWindows.whole(), batchSize, WHOLE).classes(image))
                    .isEqualTo(ids(name + ".whole_classes"));
        }
    }

    @Test
    void anImageIsResizedToTheSizeOfTheRule() {
        JsonNode scales = Golden.json(FILE).get("scales");
        InputSize rule =
                InputSize.within(scales.get("long").asInt(), scales.get("short").asInt());
        List<Size> sizes = new ArrayList<>();
        scales.get("ratios").forEach(ratio -> sizes.add(rule.of(new Size(60, 90), ratio.asDouble())));
        List<Size> expected = new ArrayList<>();
        scales.get("new_width_height")
                .forEach(size ->
                        expected.add(new Size(size.get(1).asInt(), size.get(0).asInt())));
        assertThat(sizes).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource({"24, 36", "36, 54", "48, 72", "60, 90", "72, 108", "84, 126"})
    void anImageIsResizedAsByOpenCv(int height, int width) {
        try (PointerScope scope = new PointerScope()) {
            Tensor resized = Resize.bilinear(image("scales"), height, width).squeeze(0);
            Tensor expected = GOLDEN.get("scales." + height + "x" + width + ".img_u8");
            assertThat(Golden.largestDifference(resized, expected)).isZero();
        }
    }

    private static Stream<String> variants() {
        return Stream.of("whole", "slide")
                .flatMap(mode -> Stream.of("one", "flip", "scales_flip").map(variants -> mode + "." + variants));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void probabilitiesAreAveragedOverScalesAndFlips(String name) {
        SegmentationInference inference = ofVariants(name, WHOLE);
        try (PointerScope scope = new PointerScope()) {
            Tensor probabilities = inference.probabilities(image("scales"));
            assertThat(Golden.largestDifference(
                            everySecond(probabilities), GOLDEN.get("scales." + name + ".probabilities")))
                    .isLessThan(1e-5);
            assertThat(inference.classes(image("scales"))).isEqualTo(ids("scales." + name + ".classes"));
        }
    }

    /** A band that is one row high, and one that is a few, which do not begin where windows do. */
    @ParameterizedTest
    @MethodSource("variants")
    void bandsChangeNothing(String name) {
        try (PointerScope scope = new PointerScope()) {
            Tensor whole = ofVariants(name, WHOLE).probabilities(image("scales"));
            for (int rows : new int[] {1, 7}) {
                Tensor bands = ofVariants(name, rows * CLASSES * 90).probabilities(image("scales"));
                assertThat(Golden.largestDifference(bands, whole)).isLessThan(1e-6);
            }
        }
    }

    private static SegmentationInference ofVariants(String name, int bandValues) {
        SlidingWindows windows = name.startsWith("slide") ? new SlidingWindows(32, 21) : SlidingWindows.whole();
        List<Double> ratios = name.contains("scales") ? List.of(0.5, 0.75, 1.0, 1.25, 1.5, 1.75) : List.of(1.0);
        Settings settings = new Settings(InputSize.within(200, 48), windows, ratios, name.endsWith("flip"), 3);
        return new SegmentationInference(TOY, CLASSES, settings, bandValues);
    }

    private static Tensor everySecond(Tensor maps) {
        return second(second(maps, 1), 2);
    }

    private static Tensor second(Tensor maps, int axis) {
        return maps.slice(axis, new LongOptional(0), new LongOptional(maps.size(axis)), 2);
    }
}
