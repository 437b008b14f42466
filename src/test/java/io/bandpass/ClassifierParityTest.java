package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.config.Pooling;
import io.bandpass.config.Words;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.inference.ImageClassifier;
import io.bandpass.interop.CheckpointWeights;
import io.bandpass.interop.WeightsExport;
import io.bandpass.interop.WeightsImport;
import io.bandpass.run.Finetuning;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.testing.TinyRuns;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.EncoderWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifiers of every family give the logits of timm's own forward, in both directions. */
final class ClassifierParityTest {
    private static final String GOLDEN = "classifiers";
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private Path folder;

    private Path file(TensorFile golden, String name) throws IOException {
        return ForeignFiles.write(folder.resolve(name + ".safetensors"), golden, name + ".state.");
    }

    private static void imported(Path file, Path out, String name, int size) throws IOException {
        WeightsImport job = WeightsImport.of(file, out).overwrite(true);
        if (name.startsWith("vit")) {
            job.heads(3);
        } else if (!name.startsWith("beit")) {
            job.imageSize(size);
        }
        job.run();
    }

    private static void check(TensorFile golden, Classifier classifier, String name, int size) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor images = golden.get("images" + size).to(ScalarType.Float);
            assertThat(Golden.largestDifference(classifier.logits(images), golden.get(name + ".logits")))
                    .isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vit_token, 16",
        "vit_mean, 16",
        "beit_token, 16",
        "beit_mean, 16",
        "swin, 16",
        "resnet_basic, 64",
        "resnet_bottleneck, 64",
        "convnext, 64",
        "convnext_plain, 64",
        "convnext_norm_first, 64"
    })
    void logitsAreThoseOfTimmAndStayItsThroughAnExport(String name, int size) throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors(GOLDEN)) {
            Path theirs = file(golden, name);
            Path out = folder.resolve("out");
            imported(theirs, out, name, size);
            try (ClassifierWeights stored = ClassifierWeights.open(out)) {
                check(golden, stored.classifier(), name, size);
            }
            if (name.equals("convnext_norm_first")) {
                // Its names would be those of the other order.
                return;
            }
            Path exported = folder.resolve("back.pth");
            WeightsExport.write(out, "pth-state-dict", exported, false);
            try (CheckpointWeights back = CheckpointWeights.read(exported);
                    TensorFile before = Safetensors.read(theirs)) {
                assertThat(new TreeSet<>(back.tensors().names())).isEqualTo(new TreeSet<>(before.names()));
            }
            Path again = folder.resolve("again");
            imported(exported, again, name, size);
            try (ClassifierWeights stored = ClassifierWeights.open(again)) {
                check(golden, stored.classifier(), name, size);
            }
        }
    }

    /** What fine-tuning makes has timm's function: timm's values in it give timm's logits. */
    @ParameterizedTest
    @CsvSource({
        "vit_token, 16, cls",
        "vit_mean, 16, mean",
        "beit_mean, 16, mean",
        "swin, 16, mean",
        "resnet_basic, 64, mean",
        "convnext, 64, mean"
    })
    void whatIsFineTunedIsTimmsFunction(String name, int size, String pooling) throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors(GOLDEN)) {
            Path out = folder.resolve("out");
            imported(file(golden, name), out, name, size);
            try (Classifier fresh = new Classifier(
                    Weights.config(out).encoder(),
                    Words.constant(Pooling.class, pooling).orElseThrow(),
                    5,
                    1,
                    0)) {
                fresh.setTraining(false);
                assertThat(Weights.load(fresh, out, true).missing()).isEmpty();
                check(golden, fresh, name, size);
            }
        }
    }

    /** A ConvNeXt classifier whose file does not say where its norm is, as Bandpass 0.1.0 wrote them. */
    private Path silent(Consumer<Map<String, String>> change) throws IOException {
        Path out = folder.resolve("out");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors(GOLDEN)) {
            imported(file(golden, "convnext"), out, "convnext", 64);
        }
        Path file = folder.resolve("old.safetensors");
        try (TensorFile tensors = Safetensors.read(out.resolve("encoder.safetensors"))) {
            Map<String, String> metadata = new LinkedHashMap<>(tensors.metadata());
            assertThat(metadata.remove("head-norm")).isEqualTo("after-mean");
            change.accept(metadata);
            Safetensors.write(file, tensors.all(), metadata);
        }
        return file;
    }

    @Test
    void anOldConvNeXtClassifierStaysTheFunctionThatItWasTrainedAs() throws Exception {
        Path old = silent(metadata -> metadata.put("recipe", "finetune-quick"));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors(GOLDEN);
                TensorFile tensors = Safetensors.read(old);
                EncoderWeights encoder = EncoderWeights.open(old);
                ClassifierWeights classifier = ClassifierWeights.open(old)) {
            Tensor images = golden.get("images64").to(ScalarType.Float);
            Encoder map = encoder.encoder();
            Tensor expected = torch.matmul(
                            Tensors.mean(map.forward(images), 2, 3),
                            tensors.get("head.fc.weight").t())
                    .add(tensors.get("head.fc.bias"));
            assertThat(Golden.largestDifference(classifier.classifier().logits(images), expected))
                    .isLessThan(1e-5);
            assertThat(Golden.largestDifference(expected, golden.get("convnext.logits")))
                    .isGreaterThan(0.01);

            assertThatExceptionOfType(BandpassException.class)
                    .isThrownBy(() -> WeightsExport.write(old, "pth-state-dict", folder.resolve("x.pth"), false))
                    .withMessageContaining("its norm before the mean")
                    .satisfies(e -> assertThat(e.kind().exitCode()).isEqualTo(3));
            assertThat(WeightsExport.write(old, "timm", folder.resolve("x.safetensors"), false)
                            .tensors())
                    .isEqualTo(tensors.names().size() - 2);

            // Its head is not that of a classifier with the other order.
            try (Classifier fresh = new Classifier(map.config(), Pooling.MEAN, 5, 1, 0)) {
                assertThat(Weights.load(fresh, old, true)).satisfies(report -> {
                    assertThat(report.missing()).containsExactly("head.fc.weight", "head.fc.bias");
                    assertThat(report.unexpected()).isEmpty();
                });
            }
        }
    }

    @Test
    void anOldImportIsTimmsFunctionAndAnotherWordIsRefused() throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors(GOLDEN);
                ClassifierWeights classifier = ClassifierWeights.open(silent(metadata -> {}))) {
            check(golden, classifier.classifier(), "convnext", 64);
        }
        Path lie = silent(metadata -> metadata.put("head-norm", "nowhere"));
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> ImageClassifier.open(lie))
                .withMessageContaining("head-norm 'nowhere', which must be after-mean or before-mean");
    }

    @Test
    void aRunOfAConvNeXtGoesOnInTheOrderInWhichItBegan() throws Exception {
        Path data = TinyRuns.images(folder.resolve("data"), 16);
        Path run = folder.resolve("run");
        List<String> settings = new ArrayList<>(List.of(
                "train.epochs=2",
                "train.batch-size=8",
                "train.threads=1",
                "train.precision=fp32",
                "data.workers=1",
                "checkpoint.every-steps=1",
                "checkpoint.keep=5"));
        Finetuning tuning = Finetuning.recipe("finetune-quick")
                .data(data.toString())
                .out(run)
                .fromScratch("convnext-tiny")
                .set("encoder={image-size: 16, stem-patch: 2, depths: [1, 1], widths: [8, 16]}");
        settings.forEach(tuning::set);
        AtomicInteger looks = new AtomicInteger();
        assertThat(tuning.stopWhen(() -> looks.incrementAndGet() > 1).run().outcome())
                .isEqualTo("interrupted");
        Path file = run.resolve("weights/classifier.safetensors");
        assertThat(Files.readString(run.resolve(".head-norm"))).isEqualTo("after-mean");
        assertThat(Safetensors.readMetadata(file)).containsEntry("head-norm", "after-mean");

        // As a run that Bandpass 0.1.0 began.
        Files.delete(run.resolve(".head-norm"));
        Finetuning.resume(run, List.of(), List.of(), () -> false);
        assertThat(Safetensors.readMetadata(file)).containsEntry("head-norm", "before-mean");
        try (ClassifierWeights stored = ClassifierWeights.open(run)) {
            assertThat(stored.classifier().headNorm()).contains(HeadNorm.BEFORE_MEAN);
        }
    }
}
