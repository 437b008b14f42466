package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SimMimTest {
    private static final int SIZE = 16;
    private static final double[] STD = {0.229, 0.224, 0.225};
    private static final double[] MEAN = {0.485, 0.456, 0.406};

    private static EncoderConfig vit() {
        return new VisionTransformerConfig(SIZE, 4, 16, 2, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    private static EncoderConfig resnet() {
        return new ResNetConfig(
                SIZE, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, false);
    }

    static Stream<EncoderConfig> encoders() {
        return Stream.of(
                vit(),
                new SwinTransformerConfig(
                        SIZE, 2, 16, List.of(2, 2), List.of(2, 4), 2, 4, true, SwinTransformerConfig.Positions.NONE, 0),
                resnet());
    }

    private static SimMim model(EncoderConfig encoder) {
        return new SimMim(
                Configs.with(Configs.run(encoder, 2), "task={type: simmim, block-size: 8, mask-ratio: 0.5}"),
                Compute.cpu());
    }

    private static Tensor images(int count) {
        torch.manual_seed(8);
        return torch.randint(0, 256, new long[] {count, 3, SIZE, SIZE}).to(ScalarType.Byte);
    }

    /** Sum of absolute differences of normalised values at masked pixels, over (pixels + 1e-5) * 3, in doubles. */
    private static double naive(float[] prediction, float[] original, boolean[][] mask, int from, int to) {
        double sum = 0;
        long pixels = 0;
        for (int n = from; n < to; n++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    if (!mask[n][y / 8 * 2 + x / 8]) {
                        continue;
                    }
                    pixels++;
                    for (int c = 0; c < 3; c++) {
                        int at = ((n * 3 + c) * SIZE + y) * SIZE + x;
                        // The mean cancels; predictions come back in [0, 1].
                        sum += Math.abs(prediction[at] - original[at] / 255) / STD[c];
                    }
                }
            }
        }
        return sum / (pixels + 1e-5) / 3;
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void theLossIsTheDefinition(EncoderConfig encoder) {
        boolean[][] mask = {{true, false, false, true}, {false, true, false, false}, {true, true, true, false}};
        try (PointerScope scope = new PointerScope();
                SimMim model = model(encoder)) {
            model.setTraining(false);
            Tensor images = images(3);
            MicroBatch part = model.microBatch(images, mask);
            assertThat(part.lossDenominator()).isEqualTo(6 * 64);
            BatchTotals totals = BatchTotals.of(List.of(part));
            ReconstructedBatch look = part.reconstruct(totals);
            float[] prediction = Tensors.toFloats(look.prediction());
            float[] original = Tensors.toFloats(images);
            double expected = naive(prediction, original, mask, 0, 3);
            assertThat(part.loss(totals, new StepTimer()).item_double()).isCloseTo(expected, within(1e-5 * expected));
            assertThat(look.loss()).isCloseTo(expected, within(1e-5 * expected));
            // Images of a batch of their own have as many masked pixels each where the task draws them.
            MicroBatch drawn = model.microBatch(images, 0, new int[] {3, 4, 5});
            boolean[][] equal = mask(drawn);
            float[] each = Tensors.toFloats(drawn.reconstruct(totals).imageLosses());
            float[] again = Tensors.toFloats(drawn.reconstruct(totals).prediction());
            for (int n = 0; n < 3; n++) {
                assertThat((double) each[n]).isCloseTo(naive(again, original, equal, n, n + 1), within(1e-5));
            }
        }
    }

    private static boolean[][] mask(MicroBatch part) {
        float[] values = Tensors.toFloats(part.drawn().get(0).tensor());
        boolean[][] mask = new boolean[part.images()][4];
        for (int i = 0; i < values.length; i++) {
            mask[i / 4][i % 4] = values[i] == 1;
        }
        return mask;
    }

    /** What stood under a mask must not reach the encoder: else there would be nothing to learn. */
    @ParameterizedTest
    @MethodSource("encoders")
    void maskedPixelsDoNotReachThePrediction(EncoderConfig encoder) {
        boolean[][] mask = {{true, false, false, true}};
        try (PointerScope scope = new PointerScope();
                SimMim model = model(encoder)) {
            model.setTraining(false);
            Tensor images = images(1);
            MicroBatch part = model.microBatch(images, mask);
            Tensor before = part.reconstruct(BatchTotals.of(List.of(part))).prediction();
            Tensor other = images.clone();
            corner(other).fill_(new Scalar(7));
            MicroBatch changed = model.microBatch(other, mask);
            ReconstructedBatch after = changed.reconstruct(BatchTotals.of(List.of(changed)));
            assertThat(Golden.largestDifference(after.prediction(), before)).isZero();
            Tensor shown = images.clone();
            // A visible pixel does reach it.
            Tensors.slice(Tensors.slice(shown, 2, 0, 8), 3, 8, 16).fill_(new Scalar(7));
            MicroBatch seen = model.microBatch(shown, mask);
            assertThat(Golden.largestDifference(
                            seen.reconstruct(BatchTotals.of(List.of(seen))).prediction(), before))
                    .isPositive();
        }
    }

    private static Tensor corner(Tensor images) {
        return Tensors.slice(Tensors.slice(images, 2, 0, 8), 3, 0, 8);
    }

    @Test
    void whatStandsForMaskedPatchesIsTrainedAndNoPartOfTheEncoder() {
        try (SimMim ofPatches = model(vit());
                SimMim ofPixels = model(resnet())) {
            for (SimMim model : List.of(ofPatches, ofPixels)) {
                String name = model == ofPatches ? "mask_token" : "mask_colour";
                Parameter found = model.parameters().stream()
                        .filter(parameter -> parameter.name().equals(name))
                        .findFirst()
                        .orElseThrow();
                assertThat(found.decay()).isFalse();
                assertThat(found.depth()).isEqualTo(model.encoder().depth());
                assertThat(model.state()).extracting(NamedTensor::name).contains(name);
                assertThat(model.encoder().state())
                        .extracting(NamedTensor::name)
                        .noneMatch(each -> each.contains("mask"));
            }
            assertThat(Golden.largest(ofPixels.parameters().get(0).tensor())).isZero();
            assertThat(Golden.largest(ofPatches.parameters().get(0).tensor())).isBetween(0.005, 0.02);
        }
    }

    @Test
    void aPictureShowsTheLearnedColourOrTheMeanOne() {
        boolean[][] mask = {{true, false, false, false}};
        try (PointerScope scope = new PointerScope();
                SimMim model = model(resnet());
                NoGradGuard guard = new NoGradGuard()) {
            model.setTraining(false);
            Tensor images = images(1);
            MicroBatch part = model.microBatch(images, mask);
            ReconstructedBatch look = part.reconstruct(BatchTotals.of(List.of(part)));
            assertThat(look.captions()).containsExactly("25 % of 8 px blocks masked");
            assertThat(Tensors.toFloats(corner(look.corrupted()).select(1, 1))).containsOnly((float) MEAN[1]);
            Tensor unit = images.to(ScalarType.Float).div(new Scalar(255));
            Tensor masked = corner(torch.ones(1, 1, SIZE, SIZE)).sub(new Scalar(1));
            assertThat(Tensors.toFloats(corner(look.mask().orElseThrow().unsqueeze(1))))
                    .containsExactly(Tensors.toFloats(masked));
            assertThat(look.mask().orElseThrow().sum().item_float()).isEqualTo(SIZE * SIZE - 64);
            Tensor visible = Tensors.slice(unit, 2, 8, 16);
            assertThat(Golden.largestDifference(Tensors.slice(look.combined().orElseThrow(), 2, 8, 16), visible))
                    .isZero();
            assertThat(Golden.largestDifference(Tensors.slice(look.corrupted(), 2, 8, 16), visible))
                    .isZero();
            assertThat(Golden.largestDifference(corner(look.combined().orElseThrow()), corner(look.prediction())))
                    .isZero();
            model.parameters().get(0).tensor().fill_(new Scalar(1));
            Tensor shown = corner(
                            part.reconstruct(BatchTotals.of(List.of(part))).corrupted())
                    .select(1, 1);
            assertThat(Golden.largestDifference(shown, Tensors.add(torch.zeros_like(shown), MEAN[1] + STD[1])))
                    .isLessThan(1e-6);
        }
    }
}
