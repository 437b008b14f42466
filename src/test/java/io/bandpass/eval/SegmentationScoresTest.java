package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.data.DataException;
import io.bandpass.eval.SegmentationScores.Confusion;
import io.bandpass.eval.SegmentationScores.ImageScores;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.testing.Golden;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SegmentationScoresTest {
    private static final String FILE = "segmentation_inference";
    private static final TensorFile GOLDEN = Golden.tensors(FILE);
    private static final JsonNode EXPECTED = Golden.json(FILE).get("scores");

    @AfterAll
    static void close() {
        GOLDEN.close();
    }

    private static short[] ids(String name) {
        short[] ids = Golden.shorts(GOLDEN.get("scores." + name));
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids[i] == 255 ? -1 : ids[i];
        }
        return ids;
    }

    private static int width(String image) {
        return (int) GOLDEN.get("scores." + image + ".truth").size(1);
    }

    private static Stream<String> sets() {
        TreeSet<String> names = new TreeSet<>();
        EXPECTED.get("sets").fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void pixelsOfAllImagesAreCountedTogether(String set) {
        JsonNode expected = EXPECTED.get("sets").get(set);
        SegmentationScores scores =
                new SegmentationScores(EXPECTED.get("classes").asInt());
        int images = expected.get("images").asInt();
        for (int i = 0; i < images; i++) {
            scores.add(
                    "image" + i,
                    ids(set + "." + i + ".prediction"),
                    ids(set + "." + i + ".truth"),
                    width(set + "." + i));
        }
        PixelCounts counts = scores.counts();
        assertThat(IntStream.range(0, 6).mapToLong(counts::intersection))
                .containsExactlyElementsOf(longs(expected.get("intersection")));
        assertThat(IntStream.range(0, 6).mapToLong(counts::predicted))
                .containsExactlyElementsOf(longs(expected.get("predicted")));
        assertThat(IntStream.range(0, 6).mapToLong(counts::truth))
                .containsExactlyElementsOf(longs(expected.get("truth")));
        equal(expected.get("iou"), counts::iou);
        equal(expected.get("class_accuracy"), counts::accuracy);
        equal(expected.get("dice"), counts::dice);
        assertThat(scores.byName())
                .containsOnlyKeys(
                        Scores.MEAN_IOU,
                        Scores.MEAN_ACCURACY,
                        Scores.PIXEL_ACCURACY,
                        Scores.FREQUENCY_WEIGHTED_IOU,
                        Scores.MEAN_DICE);
        equal(expected.get("mIoU"), scores, Scores.MEAN_IOU);
        equal(expected.get("mAcc"), scores, Scores.MEAN_ACCURACY);
        equal(expected.get("aAcc"), scores, Scores.PIXEL_ACCURACY);
        equal(expected.get("fwIoU"), scores, Scores.FREQUENCY_WEIGHTED_IOU);
        equal(expected.get("mDice"), scores, Scores.MEAN_DICE);
        assertThat(scores.images()).hasSize(images);
    }

    private static List<Long> longs(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .mapToObj(i -> numbers.get(i).asLong())
                .toList();
    }

    private static void equal(JsonNode expected, IntFunction<OptionalDouble> score) {
        for (int c = 0; c < expected.size(); c++) {
            OptionalDouble actual = score.apply(c);
            assertThat(actual.isEmpty())
                    .as("class %d", c)
                    .isEqualTo(expected.get(c).isNull());
            if (actual.isPresent()) {
                assertThat(actual.getAsDouble()).isCloseTo(expected.get(c).asDouble(), within(1e-12));
            }
        }
    }

    private static void equal(JsonNode expected, SegmentationScores scores, String name) {
        assertThat(scores.byName().get(name)).as(name).isCloseTo(expected.asDouble(), within(1e-12));
    }

    @Test
    void aLabelThatIsNoClassIsRefusedWithItsValueAndCount() {
        SegmentationScores scores = new SegmentationScores(6);
        assertThatThrownBy(() -> scores.add("a.jpg", ids("out_of_range.prediction"), ids("out_of_range.truth"), 3))
                .isInstanceOf(DataException.class)
                .hasMessage("the mask of a.jpg has 6 (1 pixel), 77 (1 pixel), but its classes are 0 to 5: list the"
                        + " others too, or ignore them");
        assertThat(scores.images()).isEmpty();
        assertThat(scores.counts().pixels()).isZero();

        short[] many = {10, 11, 12, 13, 14, 14, 15, 16, 0};
        assertThatThrownBy(() -> scores.add("b.jpg", new short[9], many, 3))
                .hasMessageContaining("14 (2 pixels) and 2 other values, but");
    }

    @Test
    void predictionsThatDoNotFitAreRefused() {
        SegmentationScores scores = new SegmentationScores(2);
        assertThatThrownBy(() -> scores.add("a", new short[] {0, 2}, new short[] {0, 1}, 2))
                .hasMessage("prediction 2 for a is not one of 2 classes");
        assertThatThrownBy(() -> scores.add("a", new short[] {0}, new short[] {0, 1}, 2))
                .hasMessage("1 predicted pixels of a, which has 2");
    }

    @Test
    void withoutAPixelThatCountsThereAreNoScores() {
        SegmentationScores scores = new SegmentationScores(2);
        scores.add("a", new short[] {0, 1}, new short[] {-1, -2}, 2);
        assertThat(scores.images())
                .containsExactly(
                        new ImageScores("a", OptionalDouble.empty(), OptionalDouble.empty(), new IgnoredPixels(2, 0)));
        assertThatThrownBy(scores::byName)
                .isInstanceOf(DataException.class)
                .hasMessage("no pixel of 1 image belongs to a class, so there are no scores: check what the masks"
                        + " ignore");
    }

    @Test
    void eachImageHasScoresOfItsOwn() {
        SegmentationScores scores = new SegmentationScores(3);
        scores.add("right", new short[] {0, 1, 1}, new short[] {0, 1, -1}, 3);
        scores.add("half", new short[] {0, 0, 2, 2}, new short[] {0, 1, 2, 0}, 2);

        // Of the second image: IoU 1/3, 0 and 1/2.
        assertThat(scores.images())
                .containsExactly(
                        new ImageScores("right", OptionalDouble.of(1), OptionalDouble.of(1), new IgnoredPixels(1, 1)),
                        new ImageScores(
                                "half",
                                OptionalDouble.of((1 / 3.0 + 0 + 0.5) / 3),
                                OptionalDouble.of(0.5),
                                new IgnoredPixels(0, 0)));
        assertThat(scores.ignored()).isEqualTo(new IgnoredPixels(1, 1));
    }

    @Test
    void confusionsAreListedTheMostFrequentFirst() {
        SegmentationScores scores = new SegmentationScores(3);
        scores.add("a", new short[] {0, 0, 2, 2, 1, 1}, new short[] {0, 1, 0, 0, 1, 2}, 6);
        assertThat(scores.confusion().get(0, 2)).isEqualTo(2);
        assertThat(scores.confusions(2))
                .containsExactly(new Confusion(0, 2, 2, 2 / 3.0), new Confusion(1, 0, 1, 1 / 2.0));
    }

    /** So many classes that only pairs that were seen are kept. */
    @Test
    void manyClassesNeedNoTable() {
        int classes = 30_000;
        SegmentationScores scores = new SegmentationScores(classes);
        short[] truth = new short[60_000];
        short[] prediction = new short[60_000];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = (short) (i / 2);
            prediction[i] = (short) (i == 0 ? 29_999 : i / 2);
        }
        scores.add("a", prediction, truth, 300);
        assertThat(scores.counts().iou(0)).hasValue(0.5);
        assertThat(scores.counts().iou(29_999)).hasValue(2 / 3.0);
        assertThat(scores.byName().get(Scores.MEAN_IOU)).isCloseTo((29_998 + 0.5 + 2 / 3.0) / classes, within(1e-12));
        assertThat(scores.confusions(5)).containsExactly(new Confusion(0, 29_999, 1, 0.5));
    }

    @Test
    void theResultNamesTheClasses() {
        SegmentationScores scores = new SegmentationScores(3);
        scores.add("a", new short[] {0, 0, 1, 0}, new short[] {0, 0, 0, -1}, 2);
        SegmentationResult result = scores.result(Arrays.asList("sky", "tree", "road"));
        assertThat(result.classes())
                .containsExactly(
                        new SegmentationResult.ClassResult(
                                "sky",
                                OptionalDouble.of(2 / 3.0),
                                OptionalDouble.of(2 / 3.0),
                                OptionalDouble.of(0.8),
                                3),
                        new SegmentationResult.ClassResult(
                                "tree", OptionalDouble.of(0), OptionalDouble.empty(), OptionalDouble.of(0), 0),
                        new SegmentationResult.ClassResult(
                                "road", OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), 0));
        assertThat(result.meanIou()).hasValue(1 / 3.0);
        assertThat(result.images()).isEqualTo(1);
        assertThat(result.ignored()).isEqualTo(1);
        assertThat(result.ignoredBetweenClasses()).isZero();
    }

    /** A line of five pixels between two classes, and a region inside one. */
    @Test
    void anIgnoredPixelLiesBetweenClassesIfTwoAreNear() {
        short[] line = {0, 0, -1, -1, -1, -1, -1, 1, 1, 1};
        assertThat(IgnoredPixels.of(line, 10)).isEqualTo(new IgnoredPixels(5, 5));
        short[] region = {0, 0, -1, -1, -1, -2, -1, 0, 0, 0};
        assertThat(IgnoredPixels.of(region, 10)).isEqualTo(new IgnoredPixels(5, 0));
    }
}
