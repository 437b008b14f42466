package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.EmbedConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.interop.WeightsImport;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is opened while a caller's scope is open lives until it is closed, and not until that scope ends. */
final class ScopedUseTest {
    @TempDir
    private Path folder;

    private Path imported(String name) throws Exception {
        Path out = folder.resolve("out");
        try (TensorFile golden = Golden.tensors("classifiers")) {
            Path file = ForeignFiles.write(folder.resolve("x.safetensors"), golden, name + ".state.");
            WeightsImport job = WeightsImport.of(file, out);
            if (name.startsWith("vit")) {
                job.heads(3);
            } else if (!name.startsWith("beit")) {
                job.imageSize(name.equals("swin") ? 16 : 64);
            }
            job.run();
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vit_token",
                "vit_mean",
                "beit_token",
                "beit_mean",
                "swin",
                "resnet_basic",
                "resnet_bottleneck",
                "convnext",
                "convnext_plain"
            })
    void encodersAndClassifiersOutliveTheScopeInWhichTheyWereOpened(String name) throws Exception {
        Path weights = imported(name);
        Path image = Images.write(folder.resolve("image.png"), 1, 64, 64);
        PretrainedEncoder encoder;
        ImageClassifier classifier;
        try (PointerScope scope = new PointerScope()) {
            encoder = PretrainedEncoder.open(weights);
            classifier = ImageClassifier.open(weights);
        }
        try (encoder;
                classifier;
                PretrainedEncoder plain = PretrainedEncoder.open(weights);
                ImageClassifier plainClassifier = ImageClassifier.open(weights)) {
            assertThat(encoder.embed(image)).isEqualTo(plain.embed(image));
            float[][] logits = classifier.logits(List.of(image));
            assertThat(logits).isDeepEqualTo(plainClassifier.logits(List.of(image)));
            if (!name.endsWith("mean")) {
                assertThat(encoder.embedTokens(List.of(image), EmbedConfig.DEFAULT))
                        .hasDimensions(1, plain.embedTokens(List.of(image), EmbedConfig.DEFAULT)[0].length);
            }
        }
    }
}
