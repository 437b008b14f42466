package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.robust.CalibrationError.Bin;
import io.bandpass.task.NotFiniteException;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CalibrationTest {
    private static final JsonNode EXPECTED = Golden.json("robustness_scores").get("calibration");
    private static final Offset<Double> EXACT = within(1e-9);

    /** (N, K), float64, as the numbers of the file are. */
    private static Tensor rows(JsonNode rows) {
        Tensor tensor =
                Tensors.empty(ScalarType.Double, rows.size(), rows.get(0).size());
        var memory = Tensors.bytes(tensor).asDoubleBuffer();
        rows.forEach(row -> row.forEach(value -> memory.put(value.asDouble())));
        return tensor;
    }

    private static Tensor labels(JsonNode labels) {
        long[] values = new long[labels.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = labels.get(i).asLong();
        }
        return Tensors.ofLongs(values, values.length);
    }

    private static Calibration ofLogits(String set) {
        Calibration calibration = new Calibration();
        try (PointerScope scope = new PointerScope()) {
            calibration.addLogits(
                    rows(EXPECTED.get(set).get("logits")),
                    labels(EXPECTED.get(set).get("labels")));
        }
        return calibration;
    }

    private static Calibration ofProbabilities(String set) {
        Calibration calibration = new Calibration();
        try (PointerScope scope = new PointerScope()) {
            calibration.addProbabilities(
                    rows(EXPECTED.get(set).get("probabilities")),
                    labels(EXPECTED.get(set).get("labels")));
        }
        return calibration;
    }

    private static void equal(CalibrationError actual, JsonNode expected) {
        assertThat(actual.expected()).isCloseTo(expected.get("l1").asDouble(), EXACT);
        assertThat(actual.rootMeanSquare()).isCloseTo(expected.get("l2").asDouble(), EXACT);
        assertThat(actual.largest()).isCloseTo(expected.get("max").asDouble(), EXACT);
    }

    @ParameterizedTest
    @CsvSource({"a, 15", "a, 10", "b, 15", "b, 10"})
    void errorOverBinsOfEqualWidth(String set, int bins) {
        JsonNode expected = EXPECTED.get(set).get("ece_" + bins);
        CalibrationError error = ofLogits(set).equalWidth(bins);
        equal(error, expected);
        JsonNode rows = expected.get("bins_index_count_confidence_accuracy");
        assertThat(error.bins()).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Bin bin = error.bins().get(i);
            assertThat(bin.index()).isEqualTo(rows.get(i).get(0).asInt());
            assertThat(bin.images()).isEqualTo(rows.get(i).get(1).asLong());
            assertThat(bin.confidence()).isCloseTo(rows.get(i).get(2).asDouble(), EXACT);
            assertThat(bin.accuracy()).isCloseTo(rows.get(i).get(3).asDouble(), EXACT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "on_an_edge"})
    void aConfidenceOnAnEdgeBelongsToTheBinBelow(String set) {
        equal(ofProbabilities(set).equalWidth(), EXPECTED.get(set).get("ece_15"));
    }

    @Test
    void aConfidenceOfOneBelongsToTheLastBin() {
        CalibrationError error = ofProbabilities("edges").equalWidth(5);
        equal(error, EXPECTED.get("edges").get("ece_5"));
        assertThat(error.bins()).extracting(Bin::index).containsExactly(2, 3, 4);
        assertThat(error.bins()).extracting(Bin::images).containsExactly(1L, 2L, 1L);
    }

    /** [lo, hi) is what another library has: another number, where 0.6 lies on an edge. */
    @Test
    void binsThatAreClosedBelowDifferOnAnEdge() {
        JsonNode other = EXPECTED.get("on_an_edge").get("torchmetrics_1_9");
        Calibration shifted = new Calibration();
        try (PointerScope scope = new PointerScope()) {
            // The same confidences a little above their edges.
            Tensor rows = Tensors.ofFloats(
                    new float[] {0.900001f, 0.099999f, 0.600001f, 0.399999f, 0.2f, 0.8f, 0.550001f, 0.449999f}, 4, 2);
            shifted.addProbabilities(rows, labels(EXPECTED.get("on_an_edge").get("labels")));
        }
        CalibrationError error = shifted.equalWidth();
        assertThat(error.expected()).isCloseTo(other.get("l1").asDouble(), within(1e-5));
        assertThat(error.rootMeanSquare()).isCloseTo(other.get("l2").asDouble(), within(1e-5));
        assertThat(error.largest()).isCloseTo(other.get("max").asDouble(), within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void errorOverBinsOfEqualCount(String set) {
        JsonNode expected = EXPECTED.get(set).get("equal_count_25");
        CalibrationError error = ofLogits(set).equalCount(25);
        assertThat(error.rootMeanSquare()).isCloseTo(expected.get("rms").asDouble(), EXACT);
        assertThat(error.expected()).isCloseTo(expected.get("mad").asDouble(), EXACT);
        assertThat(error.largest()).isCloseTo(expected.get("max").asDouble(), EXACT);
        assertThat(error.bins()).hasSize(expected.get("sizes").size());
        for (int i = 0; i < error.bins().size(); i++) {
            assertThat(error.bins().get(i).images())
                    .isEqualTo(expected.get("sizes").get(i).asLong());
        }
        // What the published program gives, whose sum has no last bin but counts its images.
        JsonNode published = expected.get("without_the_last_bin");
        List<Bin> allButLast = error.bins().subList(0, error.bins().size() - 1);
        double images = error.bins().stream().mapToLong(Bin::images).sum();
        assertThat(Math.sqrt(allButLast.stream()
                        .mapToDouble(bin -> bin.images() / images * bin.gap() * bin.gap())
                        .sum()))
                .isCloseTo(published.get("rms").asDouble(), EXACT);
        assertThat(allButLast.stream()
                        .mapToDouble(bin -> bin.images() / images * bin.gap())
                        .sum())
                .isCloseTo(published.get("mad").asDouble(), EXACT);
        assertThat(allButLast.stream().mapToDouble(Bin::gap).max().orElseThrow())
                .isCloseTo(published.get("max").asDouble(), EXACT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void likelihoodBrierAndAurra(String set) {
        JsonNode expected = EXPECTED.get(set);
        Calibration calibration = ofLogits(set);
        int classes = expected.get("logits").get(0).size();
        assertThat(calibration.accuracy()).isCloseTo(expected.get("top1").asDouble(), EXACT);
        assertThat(calibration.negativeLogLikelihood())
                .isCloseTo(expected.get("nll").asDouble(), EXACT);
        assertThat(calibration.brier())
                .isCloseTo(expected.get("brier_sum_over_classes").asDouble(), EXACT);
        assertThat(calibration.brier() / classes)
                .isCloseTo(expected.get("brier_mean_over_classes").asDouble(), EXACT);
        assertThat(calibration.aurra()).isCloseTo(expected.get("aurra").asDouble(), EXACT);
    }

    /** More images than there is room for at first, added in parts, as logits and as probabilities. */
    @Test
    void partsAndProbabilitiesGiveTheSameAsLogits() {
        JsonNode set = EXPECTED.get("a");
        Calibration whole = new Calibration();
        Calibration parts = new Calibration();
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = rows(set.get("logits"));
            Tensor labels = labels(set.get("labels"));
            for (int i = 0; i < 7; i++) {
                whole.addLogits(logits, labels);
                Tensor probabilities = logits.softmax(1);
                parts.addProbabilities(Tensors.slice(probabilities, 0, 0, 50), Tensors.slice(labels, 0, 0, 50));
                parts.addProbabilities(
                        Tensors.slice(probabilities, 0, 50, logits.size(0)),
                        Tensors.slice(labels, 0, 50, logits.size(0)));
            }
            ClassificationScores scores = new ClassificationScores((int) logits.size(1));
            scores.add(logits, labels);
            assertThat(whole.equalWidth().expected()).isCloseTo(scores.calibrationError(), EXACT);
        }
        assertThat(whole.images()).isEqualTo(7 * set.get("labels").size()).isGreaterThan(1024);
        assertThat(parts.equalWidth().rootMeanSquare())
                .isCloseTo(whole.equalWidth().rootMeanSquare(), EXACT);
        assertThat(parts.negativeLogLikelihood()).isCloseTo(whole.negativeLogLikelihood(), EXACT);
        assertThat(parts.brier()).isCloseTo(whole.brier(), EXACT);
        equal(whole.equalWidth(), set.get("ece_15"));
    }

    @Test
    void fewImagesAreASingleBinOfEqualCount() {
        CalibrationError error = ofProbabilities("small").equalCount();
        assertThat(error.bins()).hasSize(1);
        assertThat(error.bins().get(0).images()).isEqualTo(4);
    }

    @Test
    void outputsThatAreNoProbabilitiesAreRefused() {
        Calibration calibration = new Calibration();
        assertThatThrownBy(calibration::accuracy)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no image");
        assertThatThrownBy(calibration::equalWidth).isInstanceOf(IllegalStateException.class);
        try (PointerScope scope = new PointerScope()) {
            Tensor label = Tensors.ofLongs(new long[] {1}, 1);
            assertThatThrownBy(() -> calibration.addProbabilities(Tensors.ofFloats(new float[] {2, -1}, 1, 2), label))
                    .hasMessageContaining("add up to 1");
            assertThatThrownBy(() ->
                            calibration.addProbabilities(Tensors.ofFloats(new float[] {0.5f, 0.4f}, 1, 2), label))
                    .hasMessageContaining("add up to 1");
            assertThatThrownBy(() -> calibration.addLogits(Tensors.ofFloats(new float[] {Float.NaN, 1}, 1, 2), label))
                    .isInstanceOf(NotFiniteException.class);
            assertThatThrownBy(() -> calibration.addLogits(Tensors.ofFloats(new float[] {1}, 1, 1), label))
                    .hasMessage("label 1 is not one of 1 classes, which are counted from 0");
            assertThatThrownBy(() -> calibration.addLogits(Tensors.ofFloats(new float[] {1, 2}, 2), label))
                    .hasMessageContaining("must be (images, classes)");
            assertThat(calibration.images()).isZero();
            calibration.addProbabilities(Tensors.ofFloats(new float[] {1, 0}, 1, 2), label);
            assertThat(calibration.negativeLogLikelihood()).isEqualTo(Double.POSITIVE_INFINITY);
        }
    }
}
