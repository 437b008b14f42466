package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.classify.ClassificationLoss;
import io.bandpass.config.ClassifyLossConfig;
import io.bandpass.config.Pooling;
import io.bandpass.config.Words;
import io.bandpass.encoder.Classifier;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsLoader;
import io.bandpass.interop.WeightsImport;
import io.bandpass.nn.BlockChain;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers against finetune.safetensors. */
final class GoldenClassifierTest {
    private static final double TOLERANCE = 1e-5;
    private static final int CLASSES = 10;

    @TempDir
    Path folder;

    private static Normalisation normalisation() {
        return new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), new Device("cpu"));
    }

    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(Golden.largestDifference(actual, expected)).isLessThan(TOLERANCE * Golden.largest(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "cls"})
    void logitsAreTheAuthors(String pooling) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("finetune");
                Normalisation normalisation = normalisation();
                Classifier classifier = new Classifier(
                        Configs.vitTiny(),
                        Words.constant(Pooling.class, pooling).orElseThrow(),
                        CLASSES,
                        1,
                        0)) {
            GoldenState.load(classifier.state(), golden, pooling + ".state.");
            classifier.setTraining(false);
            Tensor images = normalisation.apply(golden.get("x01"));
            assertClose(classifier.logits(images), golden.get(pooling + ".logits"));
        }
    }

    @Test
    void featuresLossAndGradientsAreTheAuthors() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("finetune");
                Normalisation normalisation = normalisation();
                Classifier classifier = new Classifier(Configs.vitTiny(), Pooling.MEAN, CLASSES, 1, 0)) {
            GoldenState.load(classifier.state(), golden, "mean.state.");
            Tensor images = normalisation.apply(golden.get("x01"));
            Tensor encoded = BlockChain.forward(classifier.blocks(), images);
            assertClose(classifier.pooled(encoded).detach(), golden.get("mean.features"));

            float[] targets = new float[4 * CLASSES];
            int[] labels = {0, 3, 7, 9};
            for (int i = 0; i < labels.length; i++) {
                targets[i * CLASSES + labels[i]] = 1;
            }
            Tensor loss = new ClassificationLoss(
                            new ClassifyLossConfig(ClassifyLossConfig.Type.CE, OptionalDouble.empty()))
                    .of(classifier.head(encoded), Tensors.ofFloats(targets, 4, CLASSES), 4);
            assertClose(loss.detach().view(1), golden.get("mean.ce_loss"));

            loss.backward();
            Map<String, Tensor> state = NamedTensor.byName(classifier.state());
            List<String> gradients = golden.names().stream()
                    .filter(name -> name.startsWith("mean.grad."))
                    .toList();
            assertThat(gradients).hasSize(2);
            for (String name : gradients) {
                Tensor parameter = Objects.requireNonNull(state.get(name.substring("mean.grad.".length())), name);
                assertClose(parameter.grad(), golden.get(name));
            }
        }
    }

    @Test
    void preTrainedWeightsForLargerImagesGiveTheAuthorsFeatures() throws IOException {
        Path imported = folder.resolve("imported");
        WeightsImport.of(Golden.path("official_ckpt.pth"), imported)
                .imageSize(32)
                .run();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("finetune");
                Normalisation normalisation = normalisation();
                Classifier classifier =
                        new Classifier(Configs.vitTiny().withImageSize(48), Pooling.MEAN, CLASSES, 1, 0)) {
            WeightsLoader.Report report = Weights.load(classifier, imported, false);
            assertThat(report.missing())
                    .containsExactlyInAnyOrder("fc_norm.weight", "fc_norm.bias", "head.weight", "head.bias");
            assertThat(report.unexpected()).containsExactlyInAnyOrder("norm.weight", "norm.bias");
            classifier.setTraining(false);
            Map<String, Tensor> state = NamedTensor.byName(classifier.state());
            assertClose(Objects.requireNonNull(state.get("pos_embed")), golden.get("interp.pos_embed_after"));
            assertClose(Objects.requireNonNull(state.get("fc_norm.weight")), golden.get("interp.fc_norm.weight"));
            Tensor images = normalisation.apply(golden.get("interp.x01_48"));
            Tensor features = classifier.pooled(BlockChain.forward(classifier.blocks(), images));
            assertClose(features, golden.get("interp.features"));
        }
    }
}
