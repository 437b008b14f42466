package io.bandpass.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.Pooling;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.SmallEncoders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime computes from an exported classifier the logits of the classifier, however it pools and normalises. */
final class ClassifierExportTest {
    private static final double CLOSE = 1e-4;
    private static final int CLASSES = 5;

    @TempDir
    private Path folder;

    static Stream<Arguments> classifiers() {
        return Stream.of(
                Arguments.of(SmallEncoders.vit(2), Pooling.CLS, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.vit(2), Pooling.MEAN, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.relativeVit(), Pooling.MEAN, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.resnet(), Pooling.MEAN, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.swin(), Pooling.MEAN, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.convNeXt(), Pooling.MEAN, HeadNorm.AFTER_MEAN),
                Arguments.of(SmallEncoders.convNeXt(), Pooling.MEAN, HeadNorm.BEFORE_MEAN));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("classifiers")
    void equalsItsModel(EncoderConfig config, Pooling pooling, HeadNorm norm) throws IOException {
        Path weights = ModelFiles.classifier(folder.resolve("classifier.safetensors"), config, pooling, CLASSES, norm);
        for (OnnxOptions options : ModelFiles.OPTIONS) {
            OnnxExport.Verification verification = OnnxExport.write(weights, folder.resolve("out.onnx"), options, true)
                    .verification()
                    .orElseThrow();
            assertThat(verification.largestDifference()).isPositive().isLessThan(CLOSE);
        }
    }

    @Test
    void takesImagesOfTheSizeThatItWasValidatedWith() throws IOException {
        Path weights = ModelFiles.classifier(
                folder.resolve("classifier.safetensors"),
                SmallEncoders.convNeXt(),
                Pooling.MEAN,
                CLASSES,
                HeadNorm.AFTER_MEAN);
        Path larger = folder.resolve("larger.safetensors");
        try (TensorFile file = Safetensors.read(weights)) {
            Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
            metadata.put("validation-size", "24");
            metadata.put("crop-ratio", "0.75");
            Safetensors.writeWhole(larger, file.all(), metadata);
        }
        OnnxExport.Exported exported = OnnxExport.write(larger, folder.resolve("out.onnx"), OnnxOptions.DEFAULT, false);
        assertThat(exported.input()).isEqualTo("images: float32 (batch, 3, 24, 24)");
        assertThat(exported.verification().orElseThrow().largestDifference()).isLessThan(CLOSE);
    }

    @Test
    void saysHowItsImagesAreMadeAndWhatItsClassesAre() throws IOException {
        Path weights = ModelFiles.classifier(
                folder.resolve("classifier.safetensors"),
                SmallEncoders.vit(1),
                Pooling.CLS,
                CLASSES,
                HeadNorm.AFTER_MEAN);
        Path out = folder.resolve("out.onnx");
        OnnxExport.write(weights, out, OnnxOptions.DEFAULT, false);
        ModelProto model;
        try (InputStream stream = Files.newInputStream(out)) {
            model = ModelProto.parseFrom(stream);
        }
        Map<String, String> properties = model.getMetadataPropsList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
        assertThat(properties)
                .containsEntry("image-size", "16")
                .containsEntry("mean", "[0.5, 0.45, 0.4]")
                .containsEntry("std", "[0.2, 0.25, 0.3]")
                .containsEntry("pooling", "cls")
                .containsEntry("preprocess", "crop")
                .containsEntry("crop-ratio", "1.0")
                .containsEntry("class-names", "[\"0\",\"1\",\"2\",\"3\",\"4\"]");
        assertThat(properties.get("encoder")).contains("type: vit");
        assertThat(properties.get("producer")).startsWith("bandpass ");
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(18);
        assertThat(model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam())
                .isEqualTo("batch");
    }
}
