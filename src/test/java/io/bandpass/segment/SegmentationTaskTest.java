package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SegmentLossConfig;
import io.bandpass.config.SegmentLossConfig.Divisor;
import io.bandpass.config.UperNetConfig;
import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.task.TrainingTask.MicroBatch;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SegmentationTaskTest {
    private static final int CLASSES = 3;

    static Stream<EncoderConfig> encoders() {
        return Stream.of(SmallEncoders.vit(4), SmallEncoders.resnet(), SmallEncoders.swin(), SmallEncoders.convNeXt());
    }

    private static SegmentationTask task(EncoderConfig encoder, double dropout, boolean checkpointing) {
        return task(encoder, dropout, checkpointing, Compute.cpu());
    }

    private static SegmentationTask task(
            EncoderConfig encoder, double dropout, boolean checkpointing, Compute compute) {
        return new SegmentationTask(
                encoder,
                new UperNetConfig(
                        OptionalInt.of(16), List.of(), List.of(4.0, 2.0, 1.0, 0.5), Norm.GROUP, dropout, 8, 2, 0.4),
                new SegmentLossConfig(Divisor.VALID, List.of(1.0, 2.0, 0.5), 0.5),
                List.of(0.5, 0.4, 0.3),
                List.of(0.2, 0.25, 0.3),
                CLASSES,
                3,
                checkpointing,
                compute);
    }

    /** Five images with different numbers of labelled pixels; the last row of each is padding. */
    private static Batch batch() {
        torch.manual_seed(9);
        Tensor images = torch.randint(0, 256, new long[] {5, 3, 16, 16}).to(ScalarType.Byte);
        Tensor labels = torch.randint(-1, CLASSES, new long[] {5, 16, 16}).to(ScalarType.Short);
        labels.select(0, 1).fill_(new Scalar(-1L));
        Tensors.slice(labels, 1, 15, 16).fill_(new Scalar(-2L));
        return GoldenSegmenter.batch(images, labels);
    }

    /** Loss, gradients and buffers of a step. */
    private static Map<String, float[]> step(SegmentationTask task, Batch batch, int microBatchSize) {
        torch.manual_seed(11);
        List<MicroBatch> microBatches = task.microBatches(batch, microBatchSize);
        BatchTotals totals = BatchTotals.of(microBatches);
        double loss = 0;
        for (MicroBatch microBatch : microBatches) {
            loss += task.forwardBackward(microBatch, totals, new StepTimer());
        }
        Map<String, float[]> found = new LinkedHashMap<>();
        found.put("loss", new float[] {(float) loss});
        for (Parameter parameter : task.parameters()) {
            found.put(
                    "gradient of " + parameter.name(),
                    Tensors.toFloats(parameter.tensor().grad()));
        }
        for (NamedTensor buffer : task.buffers()) {
            found.put(buffer.name(), Tensors.toFloats(buffer.tensor()));
        }
        return found;
    }

    private static float loss(Map<String, float[]> step) {
        return Objects.requireNonNull(step.get("loss"))[0];
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] others = Objects.requireNonNull(actual.get(name));
            double largest = 1e-4;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < values.length; i++) {
                assertThat((double) others[i]).as(name).isCloseTo(values[i], within(tolerance * largest));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void microBatchesAddUp(EncoderConfig encoder) {
        try (PointerScope scope = new PointerScope()) {
            Batch batch = batch();
            try (SegmentationTask whole = task(encoder, 0, false);
                    SegmentationTask parts = task(encoder, 0, false)) {
                // The batch norm of a ResNet and drop path depend on the division of a batch.
                whole.setTraining(false);
                parts.setTraining(false);
                assertClose(step(parts, batch, 2), step(whole, batch, 5), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void activationCheckpointingChangesNothing(EncoderConfig encoder) {
        try (PointerScope scope = new PointerScope()) {
            Batch batch = batch();
            try (SegmentationTask kept = task(encoder, 0.3, false);
                    SegmentationTask recomputed = task(encoder, 0.3, true)) {
                assertClose(step(recomputed, batch, 5), step(kept, batch, 5), 1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void halfPrecisionGivesNearlyTheSameLoss(EncoderConfig encoder) {
        try (PointerScope scope = new PointerScope()) {
            Batch batch = batch();
            Compute compute = new Compute(new Device("cpu"), Precision.BF16);
            try (SegmentationTask full = task(encoder, 0, false);
                    SegmentationTask half = task(encoder, 0, false, compute)) {
                full.setTraining(false);
                half.setTraining(false);
                float expected = loss(step(full, batch, 5));
                Map<String, float[]> found = step(half, batch, 5);
                assertThat(loss(found)).isCloseTo(expected, within(0.03f * expected));
                assertThat(found.values()).allSatisfy(values -> {
                    for (float value : values) {
                        assertThat(value).isFinite();
                    }
                });
            }
        }
    }

    @Test
    void whatPaddingHidesDoesNotMatter() {
        try (PointerScope scope = new PointerScope()) {
            Batch batch = batch();
            Tensor other = batch.images().clone();
            Tensors.slice(other, 2, 15, 16).fill_(new Scalar(200L));
            Batch changed = GoldenSegmenter.batch(other, batch.targets().orElseThrow());
            // Below the padding stands the mean colour, whatever the picture was.
            try (SegmentationTask one = task(SmallEncoders.vit(4), 0, false);
                    SegmentationTask two = task(SmallEncoders.vit(4), 0, false)) {
                assertClose(step(two, changed, 5), step(one, batch, 5), 1e-9);
            }
            Tensors.slice(other, 2, 14, 15).fill_(new Scalar(200L));
            try (SegmentationTask one = task(SmallEncoders.vit(4), 0, false);
                    SegmentationTask two = task(SmallEncoders.vit(4), 0, false)) {
                assertThat(loss(step(two, changed, 5))).isNotEqualTo(loss(step(one, batch, 5)));
            }
        }
    }

    @Test
    void aReplayGetsTheLabels() {
        try (PointerScope scope = new PointerScope();
                SegmentationTask task = task(SmallEncoders.vit(4), 0, false)) {
            Batch batch = batch();
            MicroBatch second = task.microBatches(batch, 2).get(1);
            assertThat(second.images()).isEqualTo(2);
            NamedTensor labels = second.drawn().get(0);
            assertThat(labels.name()).isEqualTo("labels");
            assertThat(labels.tensor().equal(Tensors.slice(batch.targets().orElseThrow(), 0, 1, 3)))
                    .isTrue();
        }
    }
}
