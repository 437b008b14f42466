package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.checkpoint.TensorFile;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.OptimizerConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.frequency.FilterDraws;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.optim.AdamW;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepClock;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedFrequencyModelTest {
    private static final FilterDraws LOW_THEN_HIGH = FilterDraws.middle(true, false);

    private static MaskedFrequencyModel model(RunConfig config) {
        return new MaskedFrequencyModel(config, Precision.FP32, new Device("cpu"));
    }

    @Test
    void vitEqualsTheAuthorsEncoderReconstructionLossAndGradients() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model = model(Configs.run(Configs.vitTiny(), 4))) {
            GoldenState.load(model.state(), golden, "a_state.");
            checkOutputs(model, golden, "a_", 2e-6);
            checkGradients(model, golden, "a_");
        }
    }

    @Test
    void resnetEqualsTheAuthorsEncoderReconstructionLossAndGradients() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("resnet");
                MaskedFrequencyModel model = model(Configs.run(Configs.resnet1111(), 8))) {
            GoldenState.load(model.state(), golden, "state.");
            checkOutputs(model, golden, "", 1e-5);
            checkGradients(model, golden, "");
            for (NamedTensor buffer : model.buffers()) {
                Tensor after = golden.find("after." + buffer.name());
                if (after != null) {
                    assertThat(Golden.largestDifference(buffer.tensor(), after)).isLessThan(1e-5);
                }
            }
        }
    }

    private static void checkOutputs(MaskedFrequencyModel model, TensorFile golden, String prefix, double tolerance) {
        model.setTraining(false);
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor features = model.encoder().forward(golden.get(prefix + "encoder_input"));
            assertThat(Golden.largestDifference(features, golden.get(prefix + "encoder_out")))
                    .isLessThan(tolerance);
        }
        PretextTask.Reconstruction reconstruction = model.reconstruct(golden.get("img_u8"), LOW_THEN_HIGH);
        // The golden reconstruction is normalised; ours is in [0, 1], which only scales it.
        double[] mean = {0.485, 0.456, 0.406};
        double[] std = {0.229, 0.224, 0.225};
        for (int channel = 0; channel < 3; channel++) {
            Tensor expected = Tensors.add(
                    Tensors.multiply(golden.get(prefix + "recon").select(1, channel), std[channel]), mean[channel]);
            assertThat(Golden.largestDifference(reconstruction.prediction().select(1, channel), expected))
                    .isLessThan(tolerance);
        }
        model.setTraining(true);
    }

    private static void checkGradients(MaskedFrequencyModel model, TensorFile golden, String prefix) {
        PretextTask.Draw draw = model.draw(golden.get("img_u8"), LOW_THEN_HIGH);
        Tensor loss = model.loss(golden.get("img_u8"), draw.filters(), draw.lossWeight(), new StepClock());
        double expected = golden.get(prefix + "loss").item_double();
        assertThat(loss.item_double()).isCloseTo(expected, within(1e-5 * expected));
        loss.backward();
        int checked = 0;
        for (Parameter parameter : model.parameters()) {
            Tensor gradient = golden.find(prefix + "grad." + parameter.name());
            if (gradient != null) {
                assertThat(Golden.largestDifference(parameter.tensor().grad(), gradient))
                        .as(parameter.name())
                        .isLessThan(1e-4 * Golden.largest(gradient));
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(4);
    }

    @Test
    void vitWithSinCosPositionsEqualsTheAuthorsTokens() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            var encoder = new VisionTransformerConfig(32, 4, 64, 2, 4, 4, "sin-cos", true, 0, 0);
            try (MaskedFrequencyModel model = model(Configs.run(encoder, 4))) {
                VisionTransformer vit = (VisionTransformer) model.encoder();
                Tensor positions = vit.buffers().get(0).tensor();
                assertThat(Golden.largestDifference(positions, golden.get("d_state.encoder.pos_embed")))
                        .isLessThan(1e-6);
                GoldenState.load(vit.state(), golden, "d_state.encoder.");
                Tensor tokens = vit.tokens(golden.get("d_encoder_input"));
                assertThat(Golden.largestDifference(tokens, golden.get("d_encoder_out")))
                        .isLessThan(2e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "adamw_clip0.05"})
    void threeStepsEqualTheAuthorsOptimizer(String run) {
        JsonNode steps = Golden.json("optimizer").get(run);
        steps = steps.has("steps") ? steps.get("steps") : steps;
        RunConfig config = Configs.run(Configs.vitTiny(), 4);
        double clip = run.endsWith("0.05") ? 0.05 : 3;
        var optimizerConfig = new OptimizerConfig(
                config.optimizer().baseLearningRate(),
                config.optimizer().learningRate(),
                config.optimizer().betas(),
                config.optimizer().epsilon(),
                config.optimizer().weightDecay(),
                clip);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny");
                TensorFile after = Golden.tensors("optimizer");
                MaskedFrequencyModel model = model(config);
                AdamW optimizer = new AdamW(model.parameters(), optimizerConfig)) {
            GoldenState.load(model.state(), golden, "a_state.");
            PretextTask.Draw draw = model.draw(golden.get("img_u8"), LOW_THEN_HIGH);
            for (JsonNode step : steps) {
                optimizer.clearGradients();
                Tensor loss = model.loss(golden.get("img_u8"), draw.filters(), draw.lossWeight(), new StepClock());
                loss.backward();
                double norm = optimizer.clipGradients();
                optimizer.step(1.2e-3);
                double expectedLoss = step.get("loss_before").asDouble();
                assertThat(loss.item_double()).isCloseTo(expectedLoss, within(1e-4 * expectedLoss));
                double expectedNorm = step.get("grad_norm").asDouble();
                assertThat(norm).isCloseTo(expectedNorm, within(1e-3 * expectedNorm));
                checkNorms(model, step.get("params_after"));
            }
            if (run.equals("adamw")) {
                for (NamedTensor entry : model.state()) {
                    assertThat(Golden.largestDifference(
                                    entry.tensor(), GoldenState.value(after, "state_after3." + entry.name())))
                            .as(entry.name())
                            .isLessThan(1e-5);
                }
            }
        }
    }

    private static void checkNorms(MaskedFrequencyModel model, JsonNode expected) {
        int checked = 0;
        for (NamedTensor entry : model.state()) {
            if (expected.has(entry.name())) {
                double sum = 0;
                for (double value : Tensors.toDoubles(entry.tensor())) {
                    sum += value * value;
                }
                double norm = expected.get(entry.name()).get(1).asDouble();
                assertThat(Math.sqrt(sum)).as(entry.name()).isCloseTo(norm, within(1e-4 * norm));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    @Test
    void weightDecayGroupsEqualTheAuthors() {
        JsonNode groups = Golden.json("schedule").get("no_decay_pretrain_vit_a");
        List<String> expected = new ArrayList<>();
        groups.get("no_decay").forEach(name -> expected.add(name.asText().replaceAll("[qv]_bias", "qkv.bias")));
        try (MaskedFrequencyModel model = model(Configs.run(Configs.vitTiny(), 4))) {
            assertThat(model.parameters().stream().filter(p -> !p.decay()).map(Parameter::name))
                    .containsExactlyInAnyOrderElementsOf(
                            expected.stream().distinct().toList());
        }
        JsonNode resnet =
                Golden.json("schedule").get("no_decay_pretrain_resnet1111").get("no_decay");
        List<String> names = new ArrayList<>();
        resnet.forEach(name -> names.add(name.asText()));
        names.removeIf(name -> name.startsWith("encoder.layer1.0.downsample"));
        try (MaskedFrequencyModel model = model(Configs.run(Configs.resnet1111(), 8))) {
            assertThat(model.parameters().stream().filter(p -> !p.decay()).map(Parameter::name))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void combinedImageKeepsWhatTheEncoderSaw() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model = model(Configs.run(Configs.vitTiny(), 4))) {
            model.setTraining(false);
            Tensor images = golden.get("img_u8");
            PretextTask.Reconstruction view = model.reconstruct(images, FilterDraws.middle(true, true));
            // Low frequencies are known, so the mean of the combined image is that of the original.
            double original = golden.get("x01").mean().item_double();
            assertThat(view.combined().mean().item_double()).isCloseTo(original, within(1e-5));
            assertThat(view.prediction().mean().item_double()).isNotCloseTo(original, within(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mask: {shape: square, radius-range: [2, 6]}",
                "mask: {shape: rhombus}, loss: {normaliser: image, pixel: l1}",
                "mask: {shape: com}",
                "mask: {shape: rcom, lowpass-probability: 0.5}, loss: {focal: image}",
                "mask: {radius-range: [3, 7]}, loss: {patch-factor: 2}",
                "loss: {patch-factor: 4, target: full}"
            })
    void partsAddUpWithEveryMaskAndLoss(String settings) {
        RunConfig config = new ConfigBuilder()
                .yaml(ConfigBuilder.toYaml(Configs.run(Configs.vitTiny(), 4)), "test")
                .yaml("{" + settings + "}", "test")
                .build();
        int[] indices = {4, 5, 6, 7};
        try (PointerScope scope = new PointerScope();
                MaskedFrequencyModel model = model(config)) {
            torch.manual_seed(3);
            Tensor images = torch.randint(0, 256, new long[] {4, 3, 32, 32}).to(ScalarType.Byte);
            PretextTask.Draw draw = model.draw(images, 2, indices);
            double whole = model.loss(images, draw.filters(), draw.lossWeight(), new StepClock())
                    .item_double();
            double sum = 0;
            for (int[] part : new int[][] {{0, 1}, {1, 4}}) {
                Tensor some = Tensors.slice(images, 0, part[0], part[1]);
                sum += model.loss(some, draw.filters().part(part[0], part[1]), draw.lossWeight(), new StepClock())
                        .item_double();
            }
            assertThat(whole).isGreaterThan(0);
            assertThat(sum).isCloseTo(whole, within(1e-5 * whole));
        }
    }
}
