package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.eval.InputSize;
import io.bandpass.eval.PixelCounts;
import io.bandpass.eval.SegmentationInference;
import io.bandpass.eval.SegmentationInference.Settings;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.eval.SlidingWindows;
import io.bandpass.eval.SlidingWindows.Span;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.Scores;
import io.bandpass.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** A whole model segments an image in windows and is scored, as with other programs. */
final class GoldenWindowsTest {
    private static final SlidingWindows WINDOWS = new SlidingWindows(64, 42);

    @Test
    void windowsLieWhereTheyLieThere() {
        List<List<Integer>> boxes = new ArrayList<>();
        for (Span rows : WINDOWS.along(96)) {
            for (Span columns : WINDOWS.along(130)) {
                boxes.add(List.of(rows.start(), columns.start(), rows.end(), columns.end()));
            }
        }
        List<List<Integer>> expected = new ArrayList<>();
        Golden.json("segmentation").get("slide_boxes").forEach(box -> expected.add(ints(box)));
        assertThat(boxes).isEqualTo(expected);
    }

    private static List<Integer> ints(JsonNode numbers) {
        List<Integer> ints = new ArrayList<>();
        numbers.forEach(number -> ints.add(number.asInt()));
        return ints;
    }

    @Test
    void aVitInWindows() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation");
                Segmenter segmenter = new Segmenter(
                        GoldenSegmenter.vit(), GoldenSegmenter.head(OptionalInt.empty()), GoldenSegmenter.CLASSES, 1)) {
            GoldenSegmenter.load(segmenter, golden, "vit.state.");
            segmenter.setTraining(false);
            SegmentationInference inference = new SegmentationInference(
                    windows -> segmenter.logits(GoldenSegmenter.normalised(windows)),
                    GoldenSegmenter.CLASSES,
                    new Settings(InputSize.own(), WINDOWS, List.of(1.0), false, 4));
            Tensor image = golden.get("slide.img_u8");

            Tensor expected = golden.get("slide.logits_sub").softmax(1);
            Tensor probabilities = inference.probabilities(image).unsqueeze(0);
            assertThat(Golden.largestDifference(everyFourth(everyFourth(probabilities, 2), 3), expected))
                    .isLessThan(1e-5);
            // The two best logits of no pixel are closer than the numbers of two programs are.
            assertThat(inference.classes(image)).isEqualTo(Golden.shorts(golden.get("slide.classes")));
        }
    }

    private static Tensor everyFourth(Tensor maps, int axis) {
        return maps.slice(axis, new LongOptional(0), new LongOptional(maps.size(axis)), 4);
    }

    @Test
    void theScoresOfItsClasses() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation")) {
            short[] truth = Golden.shorts(golden.get("scores.truth"));
            for (int i = 0; i < truth.length; i++) {
                truth[i] = truth[i] == 255 ? -1 : truth[i];
            }
            SegmentationScores scores = new SegmentationScores(GoldenSegmenter.CLASSES);
            scores.add("coffee", Golden.shorts(golden.get("slide.classes")), truth, 130);

            short[] confusion = Golden.shorts(golden.get("scores.confusion"));
            JsonNode expected = Golden.json("segmentation").get("scores");
            PixelCounts counts = scores.counts();
            for (int c = 0; c < GoldenSegmenter.CLASSES; c++) {
                for (int predicted = 0; predicted < GoldenSegmenter.CLASSES; predicted++) {
                    assertThat(scores.confusion().get(c, predicted))
                            .isEqualTo(confusion[c * GoldenSegmenter.CLASSES + predicted]);
                }
                assertThat(counts.iou(c)).hasValue(expected.get("iou").get(c).asDouble());
                assertThat(counts.accuracy(c))
                        .hasValue(expected.get("class_accuracy").get(c).asDouble());
                assertThat(counts.dice(c)).hasValue(expected.get("dice").get(c).asDouble());
            }
            Map<String, Double> values = scores.byName();
            assertThat(values.get(Scores.MEAN_IOU))
                    .isCloseTo(expected.get("mIoU").asDouble(), within(1e-12));
            assertThat(values.get(Scores.MEAN_ACCURACY))
                    .isCloseTo(expected.get("mAcc").asDouble(), within(1e-12));
            assertThat(values.get(Scores.PIXEL_ACCURACY))
                    .isCloseTo(expected.get("aAcc").asDouble(), within(1e-12));
        }
    }
}
