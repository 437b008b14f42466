package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.DecoderConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.Parameter;
import io.bandpass.nn.SinCosPositions;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Model D of the golden data: a ViT with sin-cos positions and the light ViT decoder, one block deep. */
final class TransformerDecoderTest {
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] STD = {0.229, 0.224, 0.225};

    private static MaskedFrequencyModel golden(TensorFile file) {
        var encoder =
                new VisionTransformerConfig(32, 4, 64, 2, 4, 4, VisionTransformerConfig.Positions.SIN_COS, true, 0, 0);
        var model = new MaskedFrequencyModel(
                Configs.with(Configs.run(encoder, 4), "decoder={type: vit, width: 32, depth: 1, heads: 4}"),
                Compute.cpu());
        GoldenState.load(model.state(), file, "d_state.");
        return model;
    }

    @Test
    void positionsAndNamesAreTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model = golden(file)) {
            Tensor table = SinCosPositions.table(8, 8, 32);
            assertThat(Golden.largestDifference(table, file.get("d_state.decoder.pos_embed")))
                    .isLessThan(1e-6);
            Set<String> ours = model.state().stream()
                    .map(entry -> entry.name().replaceAll("[qv]_bias", "qkv.bias"))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> theirs = file.names().stream()
                    .filter(name -> name.startsWith("d_state."))
                    .map(name -> name.substring("d_state.".length()).replaceAll("[qv]_bias", "qkv.bias"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(ours).isEqualTo(theirs);
        }
    }

    @Test
    void imagesEqualTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model = golden(file)) {
            model.setTraining(false);
            MicroBatch part = model.microBatch(file.get("img_u8"), new boolean[] {true, false});
            Tensor images = part.reconstruct(BatchTotals.of(List.of(part))).prediction();
            for (int channel = 0; channel < 3; channel++) {
                Tensor expected = Tensors.add(
                        Tensors.multiply(file.get("d_recon").select(1, channel), STD[channel]), MEAN[channel]);
                assertThat(Golden.largestDifference(images.select(1, channel), expected))
                        .isLessThan(2e-6);
            }
        }
    }

    @Test
    void lossAndGradientsEqualTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors("vit_tiny");
                MaskedFrequencyModel model = golden(file)) {
            MicroBatch part = model.microBatch(file.get("img_u8"), new boolean[] {true, false});
            double loss = model.forwardBackward(part, BatchTotals.of(List.of(part)), new StepTimer());
            double expected = file.get("d_loss").item_double();
            assertThat(loss).isCloseTo(expected, within(1e-6 * expected));
            Set<String> checked = new TreeSet<>();
            for (Parameter parameter : model.parameters()) {
                String name = "d_grad." + parameter.name();
                Tensor gradient = file.find(name);
                if (gradient != null) {
                    assertThat(Golden.largestDifference(parameter.tensor().grad(), gradient))
                            .as(parameter.name())
                            .isLessThan(1e-5 * Golden.largest(gradient));
                    checked.add(name);
                }
            }
            assertThat(checked)
                    .isNotEmpty()
                    .containsExactlyElementsOf(file.names().stream()
                            .filter(name -> name.startsWith("d_grad."))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** A map has no class token, and its cells the same positions as patches. */
    @Test
    void aMapIsTheTokensWithoutTheirFirst() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(Configs.vitTiny(), 1);
                TransformerDecoder decoder =
                        new TransformerDecoder(new DecoderConfig(DecoderConfig.Type.VIT, 16, 1, 2), encoder, 1);
                NoGradGuard guard = new NoGradGuard()) {
            torch.manual_seed(3);
            Tensor map = torch.randn(2, 64, 8, 8);
            Tensor fromMap = decoder.forward(map);
            Tensor fromTokens = decoder.forward(map.flatten(2, 3).transpose(1, 2));
            assertThat(Tensors.shape(fromMap)).containsExactly(2, 3, 32, 32);
            assertThat(Golden.largestDifference(fromMap, fromTokens)).isZero();
        }
    }

    @Test
    void startingValuesAreThoseOfTheMethod() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = Encoders.create(Configs.vitTiny(), 1);
                TransformerDecoder decoder =
                        new TransformerDecoder(new DecoderConfig(DecoderConfig.Type.VIT, 64, 3, 2), encoder, 1)) {
            for (Parameter parameter : decoder.parameters()) {
                String name = parameter.name();
                double largest = Golden.largest(parameter.tensor());
                if (name.startsWith("embed.") || name.startsWith("pred.")) {
                    // Both have 64 inputs: uniform within +-1/8.
                    assertThat(largest).as(name).isBetween(0.1, 0.125);
                } else if (parameter.tensor().dim() == 1) {
                    boolean one = name.contains("norm") && name.endsWith("weight");
                    assertThat(largest).as(name).isEqualTo(one ? 1 : 0);
                } else {
                    boolean residual = name.endsWith("attn.proj.weight") || name.endsWith("mlp.fc2.weight");
                    int number = Integer.parseInt(name.split("\\.", -1)[1]) + 1;
                    double cut = residual ? 0.02 / Math.sqrt(2.0 * number) : 0.02;
                    assertThat(largest).as(name).isBetween(0.99 * cut, 1.0001 * cut);
                }
            }
        }
    }
}
