package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.BandpassException;
import io.bandpass.config.DecoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.inference.Reconstruction;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Normalisation;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.testing.Configs;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of other programs become ours, and compute what they computed there. */
final class WeightsImportTest {
    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void thePreTrainingCheckpointOfTheAuthorsIsTheSameModel() throws Exception {
        WeightsImport.of(Golden.path("official_ckpt.pth"), out()).run();
        PretrainingConfig config = Weights.config(out());
        assertThat(config.encoder()).isEqualTo(Configs.vitTiny());
        assertThat(config.mask().radius()).hasValue(4);
        assertThat(config.mask().outerRadius()).isEmpty();
        assertThat(config.mask().lowpassProbability()).isEqualTo(0.5);
        assertThat(config.loss().target()).hasToString("masked");

        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("checkpoints");
                TensorFile images = Golden.tensors("vit_tiny");
                TensorFile full = Safetensors.read(out().resolve("full.safetensors"));
                MaskedFrequencyModel model = new MaskedFrequencyModel(config, Compute.cpu())) {
            assertThat(full.names()).hasSize(32);
            for (String name : full.names()) {
                assertThat(Golden.largestDifference(full.get(name), GoldenState.value(golden, "pre.state." + name)))
                        .as(name)
                        .isZero();
            }
            Weights.load(model, out());
            PretextTask.MicroBatch part = model.microBatch(images.get("img_u8"), new boolean[] {true, false});
            Tensor loss = part.loss(PretextTask.BatchTotals.of(List.of(part)), new StepTimer());
            double expected = golden.get("pre.loss").item_double();
            assertThat(loss.item_double()).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @Test
    void aFileOfPyTorchThatIsNamedAsWeightsIsToldApart() {
        Path file = Golden.path("official_ckpt.pth");
        assertThatThrownBy(() -> PretrainedEncoder.open(file))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("is a file of PyTorch; make weights of it with bandpass import");
    }

    /** Its decoder is of transformer blocks, with biases of q and v in the authors' names. */
    @Test
    void aLightTransformerDecoderOfTheAuthorsIsTheSameModel() throws Exception {
        Path file = folder.resolve("d.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            golden.names().stream()
                    .filter(name -> name.startsWith("d_state."))
                    .forEach(name -> state.put(name.substring("d_state.".length()), golden.get(name)));
            Safetensors.write(file, state, Map.of());
            WeightsImport.of(file, out())
                    .heads(4)
                    .set("decoder.heads=4")
                    .set("mask.radius=4")
                    .run();

            PretrainingConfig config = Weights.config(out());
            assertThat(config.decoder()).isEqualTo(new DecoderConfig(DecoderConfig.Type.VIT, 32, 1, 4));
            try (MaskedFrequencyModel model = new MaskedFrequencyModel(config, Compute.cpu())) {
                Weights.load(model, out());
                PretextTask.MicroBatch part = model.microBatch(golden.get("img_u8"), new boolean[] {true, false});
                double loss = part.loss(PretextTask.BatchTotals.of(List.of(part)), new StepTimer())
                        .item_double();
                double expected = golden.get("d_loss").item_double();
                assertThat(loss).isCloseTo(expected, within(1e-5 * expected));
            }
        }
    }

    @Test
    void theFineTunedCheckpointOfTheAuthorsKeepsItsClasses() throws Exception {
        WeightsImport.of(Golden.path("official_finetune_ckpt.pth"), out()).run();
        Path file = out().resolve("encoder.safetensors");
        assertThat(out().resolve("full.safetensors")).doesNotExist();
        assertThat(Safetensors.readMetadata(file))
                .containsEntry("kind", "classifier")
                .containsEntry("pooling", "mean")
                .containsEntry("classes", "10");
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("checkpoints");
                TensorFile images = Golden.tensors("vit_tiny");
                TensorFile stored = Safetensors.read(file);
                Normalisation normalisation = new Normalisation(
                        List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
                Encoder encoder = Encoders.create(Weights.config(file).encoder(), 0)) {
            assertThat(stored.names()).contains("head.weight", "fc_norm.bias").doesNotContain("norm.weight");
            Optional<LayerNorm> norm = Weights.loadEncoder(encoder, file);
            Tensor features = norm.orElseThrow().forward(encoder.features(normalisation.apply(images.get("x01"))));
            Tensor logits =
                    torch.matmul(features, stored.get("head.weight").t()).add(stored.get("head.bias"));
            assertThat(Golden.largestDifference(logits, golden.get("ft.logits")))
                    .isLessThan(1e-5);
            norm.get().close();
        }
    }

    @Test
    void pretrainingStartsFromAClassifierWithItsFinalNormAnew() throws Exception {
        WeightsImport.of(Golden.path("official_finetune_ckpt.pth"), out()).run();
        PretrainingConfig config = Weights.config(out());
        try (MaskedFrequencyModel model = new MaskedFrequencyModel(config, Compute.cpu())) {
            assertThat(Weights.load(model, out()).missing())
                    .containsExactly("encoder.norm.weight", "encoder.norm.bias", "decoder.0.weight", "decoder.0.bias");
            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(
                            () -> Reconstruction.draw(out(), List.of("samples/photos"), folder.resolve("p"), 1, "cpu"))
                    .withMessageContaining("holds an encoder alone");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vit.pth, vit, 3, 0, 20",
        "vit-legacy-views.pth, vit, 3, 0, 20",
        "beit.pth, beit, 0, 0, 16",
        "beit-shared.safetensors, beit-shared, 0, 0, 16",
        "simmim.pth, beit, 0, 0, 16",
        "swin.pth, swin, 0, 16, 16",
        "resnet.safetensors, resnet, 0, 32, 32",
        "convnext.pth, convnext, 0, 24, 24",
        "mae.pth, mae, 4, 0, 12"
    })
    void encodersOfTimmGiveTimmsFeatures(String file, String expected, int heads, int imageSize, int size)
            throws Exception {
        WeightsImport job = WeightsImport.of(ForeignFiles.path(file), out());
        if (heads > 0) {
            job.heads(heads);
        }
        if (imageSize > 0) {
            job.imageSize(imageSize);
        }
        job.run();
        assertThat(Weights.config(out()).encoder().imageSize()).isEqualTo(size);
        try (PointerScope scope = new PointerScope();
                TensorFile answers = ForeignFiles.expected()) {
            checkFeatures(answers.get(expected + ".images"), answers.get(expected + ".features"), 2e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"vit_tiny, b_, 0", "vit_tiny, c_, 0", "swin, a_, 64", "swin, b_, 0", "resnet, '', 64"})
    void encodersOfTheAuthorsGiveTheirFeatures(String golden, String prefix, int imageSize) throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = Golden.tensors(golden)) {
            Path file = ForeignFiles.write(folder.resolve("x.safetensors"), tensors, prefix + "state.");
            WeightsImport job = WeightsImport.of(file, out());
            if (imageSize > 0) {
                job.imageSize(imageSize);
            }
            job.run();
            assertThat(out().resolve("full.safetensors")).exists();
            checkFeatures(tensors.get(prefix + "encoder_input"), tensors.get(prefix + "encoder_out"), 1e-5);
        }
    }

    private void checkFeatures(Tensor images, Tensor features, double tolerance) throws Exception {
        try (NoGradGuard guard = new NoGradGuard();
                Encoder encoder = Encoders.create(Weights.config(out()).encoder(), 0)) {
            assertThat(Weights.loadEncoder(encoder, out())).isEmpty();
            encoder.setTraining(false);
            assertThat(Golden.largestDifference(encoder.forward(images), features))
                    .isLessThan(tolerance * Math.max(1, Golden.largest(features)));
        }
    }

    @Test
    void fixedPositionsAreRecognisedAndOtherDecodersLeftOut() throws Exception {
        List<String> lines = WeightsImport.of(ForeignFiles.path("mae.pth"), out())
                .heads(4)
                .run()
                .lines();
        VisionTransformerConfig config =
                (VisionTransformerConfig) Weights.config(out()).encoder();
        assertThat(config.positions()).hasToString("sin-cos");
        assertThat(config.mlpRatio()).isEqualTo(2);
        assertThat(String.join("\n", lines))
                .contains("left out, a decoder of another kind: 3 tensors, first decoder_blocks.0.norm1.weight")
                .contains("left out, mask token of another pre-training task: 1 tensor, mask_token")
                .contains("the file does not say with which mask it was trained");
    }

    @Test
    void positionsAreInterpolatedForAnotherImageSize() throws Exception {
        WeightsImport.of(Golden.path("official_ckpt.pth"), out()).imageSize(48).run();
        assertThat(Weights.config(out()).mask().radius()).hasValue(6);
        try (TensorFile golden = Golden.tensors("finetune");
                TensorFile encoder = Safetensors.read(out().resolve("encoder.safetensors"))) {
            assertThat(Golden.largestDifference(encoder.get("pos_embed"), golden.get("interp.pos_embed_after")))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void tablesAreInterpolatedForAnotherImageSizeAndFixedPositionsComputedAnew() throws Exception {
        WeightsImport.of(ForeignFiles.path("beit.pth"), out()).imageSize(24).run();
        try (TensorFile encoder = Safetensors.read(out().resolve("encoder.safetensors"))) {
            assertThat(Tensors.shape(encoder.get("blocks.0.attn.relative_position_bias_table")))
                    .containsExactly(11 * 11 + 3, 2);
        }
        Path other = folder.resolve("mae");
        WeightsImport.of(ForeignFiles.path("mae.pth"), other)
                .heads(4)
                .imageSize(20)
                .run();
        try (Encoder fresh = Encoders.create(Weights.config(other).encoder(), 0);
                TensorFile encoder = Safetensors.read(other.resolve("encoder.safetensors"))) {
            assertThat(Golden.largestDifference(
                            encoder.get("pos_embed"), fresh.buffers().get(0).tensor()))
                    .isZero();
        }
    }

    @Test
    void keysCanBeSetOverWhatTheFileSays() throws Exception {
        WeightsImport.of(Golden.path("official_ckpt.pth"), out())
                .set("mask.radius=3")
                .set("data.mean=[0.5, 0.5, 0.5]")
                .run();
        PretrainingConfig config = Weights.config(out());
        assertThat(config.mask().radius()).hasValue(3);
        assertThat(config.data().mean()).containsExactly(0.5, 0.5, 0.5);
    }
}
