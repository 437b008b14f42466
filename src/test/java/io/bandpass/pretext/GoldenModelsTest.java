package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.Normalisation;
import io.bandpass.nn.Parameter;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.RandomWeights;
import io.bandpass.testing.VitOracle;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the golden models are shown, how many numbers they train, and the norm of all their gradients together. */
final class GoldenModelsTest {
    private static final Device CPU = new Device("cpu");
    private static final boolean[] LOW_THEN_HIGH = {true, false};

    /**
     * A golden model.
     *
     * @param prefix of its tensors in the file
     * @param figures prefix of its numbers in info.json
     */
    private record Case(PretrainingConfig config, String file, String prefix, String figures) {
        @Override
        public String toString() {
            return figures;
        }
    }

    static Stream<Case> cases() {
        var sinCos =
                new VisionTransformerConfig(32, 4, 64, 2, 4, 4, VisionTransformerConfig.Positions.SIN_COS, true, 0, 0);
        return Stream.of(
                new Case(Configs.run(Configs.vitTiny(), 4), "vit_tiny", "a_", "vit_tiny.a_"),
                new Case(Configs.run(Configs.vitTiny("per-block", true, 0.1), 4), "vit_tiny", "b_", "vit_tiny.b_"),
                new Case(Configs.run(Configs.vitTiny("shared", false, 0), 4), "vit_tiny", "c_", "vit_tiny.c_"),
                new Case(
                        Configs.with(Configs.run(sinCos, 4), "decoder={type: vit, width: 32, depth: 1, heads: 4}"),
                        "vit_tiny",
                        "d_",
                        "vit_tiny.d_"),
                new Case(Configs.run(Configs.resnet1111(), 8), "resnet", "", "resnet."),
                new Case(Configs.run(Configs.swinA(), 8), "swin", "a_", "swin.a_"),
                new Case(Configs.run(Configs.swinB(), 8), "swin", "b_", "swin.b_"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theEncoderIsShownWhatTheAuthorsIs(Case golden) {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors(golden.file());
                MaskedFrequencyModel model = new MaskedFrequencyModel(golden.config(), Compute.cpu())) {
            Tensor unit = file.get("img_u8").to(ScalarType.Float).div(new Scalar(255));
            assertThat(Golden.largestDifference(unit, file.get("x01"))).isZero();
            MicroBatch part = model.microBatch(file.get("img_u8"), LOW_THEN_HIGH);
            ReconstructedBatch look = part.reconstruct(BatchTotals.of(List.of(part)));
            assertThat(Golden.largestDifference(look.mask().orElseThrow(), file.get("mask")))
                    .isZero();
            assertThat(Golden.largestDifference(
                            VitOracle.normalise(look.corrupted()), file.get(golden.prefix() + "encoder_input")))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void parametersAndTheNormOfAllGradientsAreTheAuthors(Case golden) {
        JsonNode info = Golden.json("info");
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors(golden.file());
                MaskedFrequencyModel model = new MaskedFrequencyModel(golden.config(), Compute.cpu())) {
            GoldenState.load(model.state(), file, golden.prefix() + "state.");
            MicroBatch part = model.microBatch(file.get("img_u8"), LOW_THEN_HIGH);
            part.loss(BatchTotals.of(List.of(part)), new StepTimer()).backward();
            long trained = 0;
            double squares = 0;
            for (Parameter parameter : model.parameters()) {
                Tensor gradient = parameter.tensor().grad();
                trained += gradient.numel();
                if (parameter.name().endsWith("attn.qkv.bias") && !golden.file().equals("swin")) {
                    // The authors' ViT has no bias of the keys, ours one that stays 0.
                    trained -= RandomWeights.keys(gradient).numel();
                    assertThat(Golden.largest(RandomWeights.keys(gradient))).isZero();
                }
                squares += gradient.square().sum().item_double();
            }
            // Theirs counts the positions that are fixed: 65 rows in the encoder of width 64 and the decoder of width
            // 32.
            long fixed = golden.prefix().equals("d_") ? 65 * (64 + 32) : 0;
            assertThat(trained + fixed)
                    .isEqualTo(info.get(golden.figures() + "params").asLong());
            double norm = info.get(golden.figures() + "gradnorm_all").asDouble();
            assertThat(Math.sqrt(squares)).isCloseTo(norm, within(1e-5 * norm));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "low_r8, 8, none, true",
        "high_r8, 8, none, false",
        "bandstop_r10_40, 10, 40, true",
        "bandpass_r10_40, 10, 40, false"
    })
    void corruptedImagesAreNormalisedAsTheAuthorsAre(String name, double radius, String outer, boolean low) {
        PretrainingConfig config = Configs.with(Configs.run(Configs.swinA(), radius), "mask.outer-radius=" + outer);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("corrupt");
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), CPU);
                MaskedFrequencyModel model = new MaskedFrequencyModel(config, Compute.cpu())) {
            Tensor unit = normalisation.unit(golden.get("img_u8").unsqueeze(0));
            assertThat(Golden.largestDifference(unit.squeeze(0), golden.get("img01")))
                    .isZero();
            assertThat(Golden.largestDifference(normalisation.apply(unit).squeeze(0), golden.get("target_norm")))
                    .isLessThan(1e-6);
            MicroBatch part = model.microBatch(golden.get("img_u8").unsqueeze(0), new boolean[] {low});
            Tensor corrupted = part.reconstruct(BatchTotals.of(List.of(part))).corrupted();
            assertThat(Golden.largestDifference(normalisation.apply(corrupted).squeeze(0), golden.get(name + "_norm")))
                    .isLessThan(1e-5);
            double clamped = 0;
            for (float value : Tensors.toFloats(golden.get(name + "_unclamped"))) {
                clamped += value < 0 || value > 1 ? 1 : 0;
            }
            assertThat(clamped / (3 * 64 * 64))
                    .isCloseTo(
                            Golden.json("info").get("clamped_fraction_" + name).asDouble(), within(1e-3));
        }
    }

    @Test
    void noisyImagesAreNormalisedAsTheAuthorsAre() {
        PretrainingConfig config = Configs.run(Configs.swinA(), 8);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations");
                Normalisation normalisation =
                        new Normalisation(config.data().mean(), config.data().std(), CPU)) {
            assertThat(Golden.largestDifference(normalisation.unit(golden.get("img_u8")), golden.get("img01")))
                    .isZero();
            Tensor normal = golden.get("noise_randn_hwc").permute(2, 0, 1);
            Tensor noisy = golden.get("img01").add(Noise.gaussian(normal, 75)).unsqueeze(0);
            assertThat(Golden.largestDifference(
                            normalisation.apply(noisy).squeeze(0), golden.get("noise_sigma75_norm")))
                    .isLessThan(1e-6);
        }
    }
}
