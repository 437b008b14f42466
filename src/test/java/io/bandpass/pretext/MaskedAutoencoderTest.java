package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.DecoderConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MaskedAutoencoderTest {
    private static final int SIZE = 16;
    private static final int PATCH = 4;
    private static final int GRID = 4;
    private static final double[] STD = {0.229, 0.224, 0.225};
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final boolean[][] MASK = {
        {true, false, true, true, true, true, false, true, true, false, true, true, true, true, false, true},
        {false, false, true, true, true, true, true, true, true, true, true, true, true, true, false, false}
    };

    private static VisionTransformerConfig vit() {
        return new VisionTransformerConfig(
                SIZE, PATCH, 16, 2, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }

    private static MaskedAutoencoder model(boolean normalisePixels) {
        return new MaskedAutoencoder(
                Configs.with(
                        Configs.run(vit(), 2),
                        "decoder={type: vit, width: 16, depth: 2, heads: 2}",
                        "task={type: mae, mask-ratio: 0.75, normalise-pixels: " + normalisePixels + "}"),
                Compute.cpu());
    }

    private static Tensor images(int count) {
        torch.manual_seed(8);
        return torch.randint(0, 256, new long[] {count, 3, SIZE, SIZE}).to(ScalarType.Byte);
    }

    /** Normalised pixels of a patch, row by row and the channels of each pixel side by side. */
    private static double[] patch(float[] image, double scale, int n, int number) {
        double[] values = new double[PATCH * PATCH * 3];
        for (int i = 0; i < values.length; i++) {
            int c = i % 3;
            int y = number / GRID * PATCH + i / 3 / PATCH;
            int x = number % GRID * PATCH + i / 3 % PATCH;
            values[i] = (image[((n * 3 + c) * SIZE + y) * SIZE + x] * scale - MEAN[c]) / STD[c];
        }
        return values;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / (values.length - 1) + 1e-6);
    }

    /**
     * The definition in doubles. A picture holds predictions with the patch's own mean and deviation, so their error is
     * that of normalised pixels times the deviation.
     */
    private static double naive(float[] prediction, float[] original, boolean normalisePixels, int from, int to) {
        double sum = 0;
        int masked = 0;
        for (int n = from; n < to; n++) {
            for (int number = 0; number < GRID * GRID; number++) {
                if (!MASK[n][number]) {
                    continue;
                }
                masked++;
                double[] predicted = patch(prediction, 1, n, number);
                double[] target = patch(original, 1 / 255.0, n, number);
                double scale = normalisePixels ? deviation(target) : 1;
                double squares = 0;
                for (int i = 0; i < target.length; i++) {
                    squares += Math.pow((predicted[i] - target[i]) / scale, 2);
                }
                sum += squares / target.length;
            }
        }
        return sum / masked;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLossIsTheDefinition(boolean normalisePixels) {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(normalisePixels)) {
            Tensor images = images(2);
            MicroBatch part = model.microBatch(images, MASK);
            assertThat(part.lossDenominator()).isEqualTo(24);
            BatchTotals totals = BatchTotals.of(List.of(part));
            ReconstructedBatch look = part.reconstruct(totals);
            float[] prediction = Tensors.toFloats(look.prediction());
            float[] original = Tensors.toFloats(images);
            double expected = naive(prediction, original, normalisePixels, 0, 2);
            assertThat(part.loss(totals, new StepTimer()).item_double()).isCloseTo(expected, within(1e-5 * expected));
            assertThat(look.loss()).isCloseTo(expected, within(1e-5 * expected));
            float[] each = Tensors.toFloats(look.imageLosses());
            for (int n = 0; n < 2; n++) {
                double alone = naive(prediction, original, normalisePixels, n, n + 1);
                assertThat((double) each[n]).isCloseTo(alone, within(1e-5 * alone));
            }
        }
    }

    /** Without a decoder's last weights, predictions are its bias: (row, column, channel) of every patch. */
    @Test
    void theValuesOfAPatchAreThoseOfItsPixelsRowByRow() {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(false);
                NoGradGuard guard = new NoGradGuard()) {
            float[] values = new float[PATCH * PATCH * 3];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }
            tensor(model, "decoder.pred.weight").fill_(new Scalar(0));
            tensor(model, "decoder.pred.bias").copy_(Tensors.ofFloats(values, values.length));
            MicroBatch part = model.microBatch(images(2), MASK);
            float[] prediction = Tensors.toFloats(
                    part.reconstruct(BatchTotals.of(List.of(part))).prediction());
            for (int number = 0; number < GRID * GRID; number++) {
                double[] found = patch(prediction, 1, 1, number);
                for (int i = 0; i < found.length; i++) {
                    assertThat(found[i]).isCloseTo(i, within(1e-4));
                }
            }
        }
    }

    private static Tensor tensor(MaskedAutoencoder model, String name) {
        return model.state().stream()
                .filter(entry -> entry.name().equals(name))
                .map(NamedTensor::tensor)
                .findFirst()
                .orElseThrow();
    }

    /** Where the cost of a masked autoencoder is saved. */
    @Test
    void theBlocksOfTheEncoderSeeVisibleTokensOnly() {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(true);
                NoGradGuard guard = new NoGradGuard()) {
            Tensor kept = new PatchMask(SIZE, PATCH).visible(MASK, new Device("cpu"));
            Tensor x = images(2).to(ScalarType.Float);
            List<Long> lengths = new ArrayList<>();
            for (UnaryOperator<Tensor> block : ((VisionTransformer) model.encoder()).visibleBlocks(kept)) {
                x = block.apply(x);
                lengths.add(x.size(1));
            }
            assertThat(lengths).hasSize(1 + 2 + 1).containsOnly(1L + 4);
        }
    }

    @Test
    void maskedPixelsDoNotReachThePrediction() {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(false)) {
            Tensor images = images(2);
            MicroBatch part = model.microBatch(images, MASK);
            Tensor before = part.reconstruct(BatchTotals.of(List.of(part))).prediction();
            Tensor other = images.clone();
            // The first patch, which the first image has lost and the second has not.
            Tensors.slice(Tensors.slice(other, 2, 0, PATCH), 3, 0, PATCH).fill_(new Scalar(7));
            MicroBatch changed = model.microBatch(other, MASK);
            Tensor after = changed.reconstruct(BatchTotals.of(List.of(changed))).prediction();
            assertThat(Golden.largestDifference(after.select(0, 0), before.select(0, 0)))
                    .isZero();
            assertThat(Golden.largestDifference(after.select(0, 1), before.select(0, 1)))
                    .isPositive();
        }
    }

    /** With every patch visible, the decoder is the light ViT decoder: the same places, positions, blocks and pixels. */
    @Test
    void aDecoderOfAllPatchesIsTheLightViTDecoder() {
        DecoderConfig config = new DecoderConfig(DecoderConfig.Type.VIT, 16, 2, 2);
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(vit(), 1);
                PatchDecoder patches = new PatchDecoder(config, encoder, 1);
                TransformerDecoder light = new TransformerDecoder(config, encoder, 1);
                NoGradGuard guard = new NoGradGuard()) {
            for (Parameter parameter : light.parameters()) {
                if (parameter.name().startsWith("pred.0.")) {
                    // From (channel, row, column) to (row, column, channel).
                    Tensor reordered = parameter
                            .tensor()
                            .view(3, PATCH, PATCH, -1)
                            .permute(1, 2, 0, 3)
                            .reshape(3 * PATCH * PATCH, -1);
                    Tensor target = patches.parameters().stream()
                            .filter(each -> each.name().equals(parameter.name().replace("pred.0", "pred")))
                            .findFirst()
                            .orElseThrow()
                            .tensor();
                    target.copy_(reordered.view(Tensors.shape(target)));
                }
            }
            torch.manual_seed(3);
            Tensor tokens = torch.randn(2, 17, 16);
            Tensor images = light.forward(tokens);
            // Tokens in any order, as long as each says which patch it is.
            Tensor order = torch.randperm(16).to(ScalarType.Long);
            Tensor shuffled = torch.cat(
                    new TensorVector(
                            Tensors.slice(tokens, 1, 0, 1),
                            Tensors.slice(tokens, 1, 1, 17).index_select(1, order)),
                    1);
            Tensor cut = patches.forward(shuffled, order.unsqueeze(0).expand(2, -1), 16);
            Tensor joined = cut.view(2, GRID, GRID, PATCH, PATCH, 3)
                    .permute(0, 5, 1, 3, 2, 4)
                    .reshape(2, 3, SIZE, SIZE);
            assertThat(Golden.largestDifference(joined, images)).isLessThan(1e-6);
        }
    }

    @Test
    void aPictureKeepsWhatTheEncoderSaw() {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(true)) {
            Tensor images = images(2);
            MicroBatch part = model.microBatch(images, MASK);
            ReconstructedBatch look = part.reconstruct(BatchTotals.of(List.of(part)));
            Tensor unit = images.to(ScalarType.Float).div(new Scalar(255));
            Tensor seen = look.mask().orElseThrow().unsqueeze(1);
            assertThat(look.captions())
                    .containsOnly("75 % of 4 px patches masked")
                    .hasSize(2);
            assertThat(seen.sum().item_float()).isEqualTo(2 * 4 * 16);
            assertThat(Golden.largestDifference(look.corrupted().mul(seen), unit.mul(seen)))
                    .isZero();
            assertThat(Golden.largestDifference(look.combined().orElseThrow().mul(seen), unit.mul(seen)))
                    .isZero();
            Tensor lost = Tensors.oneMinus(seen);
            assertThat(Golden.largestDifference(
                            look.combined().orElseThrow().mul(lost),
                            look.prediction().mul(lost)))
                    .isZero();
        }
    }

    /** A prediction of nothing but zeros is a patch of its own mean. */
    @Test
    void aPredictedPatchHasTheMeanOfTheOriginal() {
        try (PointerScope scope = new PointerScope();
                MaskedAutoencoder model = model(true);
                NoGradGuard guard = new NoGradGuard()) {
            tensor(model, "decoder.pred.weight").fill_(new Scalar(0));
            tensor(model, "decoder.pred.bias").fill_(new Scalar(0));
            Tensor images = images(2);
            MicroBatch part = model.microBatch(images, MASK);
            ReconstructedBatch look = part.reconstruct(BatchTotals.of(List.of(part)));
            double[] target = patch(Tensors.toFloats(images), 1 / 255.0, 1, 6);
            for (double value : patch(Tensors.toFloats(look.prediction()), 1, 1, 6)) {
                assertThat(value).isCloseTo(mean(target), within(1e-5));
            }
            // 47 / 48 of the unbiased variance is what is left of it.
            assertThat(look.loss()).isCloseTo(47 / 48.0, within(1e-4));
        }
    }
}
