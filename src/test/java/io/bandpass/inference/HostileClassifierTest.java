package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.interop.WeightsImport;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifiers of strangers whose headers lie. */
final class HostileClassifierTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path sound;

    @BeforeAll
    static void imported() throws IOException {
        WeightsImport.of(Golden.path("official_finetune_ckpt.pth"), shared)
                .imageSize(32)
                .run();
        sound = shared.resolve("encoder.safetensors");
    }

    private Path changed(Consumer<Map<String, Tensor>> tensors, Consumer<Map<String, String>> metadata)
            throws IOException {
        Path file = folder.resolve("changed.safetensors");
        try (PointerScope scope = new PointerScope();
                TensorFile before = Safetensors.read(sound)) {
            Map<String, Tensor> values = new LinkedHashMap<>(before.all());
            Map<String, String> header = new LinkedHashMap<>(before.metadata());
            tensors.accept(values);
            metadata.accept(header);
            Safetensors.write(file, values, header);
        }
        return file;
    }

    private static BandpassException refused(Path weights) {
        BandpassException refusal = catchThrowableOfType(
                BandpassException.class,
                () -> ImageClassifier.open(weights, "cpu", OptionalInt.of(1)).close());
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind().exitCode()).isEqualTo(3);
        assertThat(refusal.getMessage()).doesNotContain("\n").contains(weights.toString());
        return refusal;
    }

    @Test
    void whatIsNotChangedIsTaken() throws IOException {
        try (ImageClassifier classifier = ImageClassifier.open(changed(tensors -> {}, metadata -> {}))) {
            assertThat(classifier.classNames()).hasSize(10).startsWith("0", "1");
            assertThat(classifier.imageSize()).isEqualTo(32);
        }
    }

    @Test
    void aHeadOfAnotherShapeHasASentence() throws IOException {
        for (long[] shape : new long[][] {{}, {10}, {3_000_000_000L, 0}, {0, 64}}) {
            Path file = changed(tensors -> tensors.put("head.weight", torch.zeros(shape)), metadata -> {});
            assertThat(refused(file).getMessage())
                    .contains("its head head.weight has the shape " + Arrays.toString(shape));
        }
    }

    /** A configuration is believed before its tensors are compared, but not more than the file can hold. */
    @ParameterizedTest
    @CsvSource({"depth: 2, depth: 100000000", "image-size: 32, image-size: 65536"})
    void anEncoderThatTheFileCannotHoldTakesNoMemory(String was, String claimed) throws IOException {
        Path file = changed(
                tensors -> {},
                metadata -> metadata.computeIfPresent("encoder", (key, yaml) -> {
                    assertThat(yaml).contains(was);
                    return yaml.replace(was, claimed);
                }));
        long before = Engine.residentBytes();
        assertThat(refused(file).getMessage()).contains("cannot hold the model");
        BandpassException refusal = catchThrowableOfType(BandpassException.class, () -> PretrainedEncoder.open(file));
        assertThat(refusal.kind().exitCode()).isEqualTo(3);
        assertThat(Engine.residentBytes() - before).isLessThan(64 * MEBIBYTE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classes | 11 | 11 classes and an encoder of width 64, but its head head.weight has the shape [10, 64]",
                "classes | 1000000 | 1000000 classes",
                "classes | 1e12 | classes '1e12'",
                "classes | 0 | classes '0'",
                "classes | 9.5 | whole number",
                "classes | ten | classes 'ten'",
                "pooling | cls | pooling cls, but it has a norm of the mean",
                "pooling | max | pooling 'max'",
                "class-names | [\"a\", \"b\"] | does not name its 10 classes",
                "class-names | {\"a\": 1} | does not name its 10 classes",
                "class-names | [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",null] | does not name its 10 classes",
                "class-names | [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"a\"] | two classes the same name",
                "crop-ratio | 0 | crop-ratio '0'",
                "crop-ratio | 1e-9 | crop-ratio '1e-9'",
                "crop-ratio | 1.5 | crop-ratio '1.5'",
                "crop-ratio | NaN | crop-ratio 'NaN'",
                "validation-size | 64 | validation-size 64",
                "validation-size | 1000000 | validation-size '1000000'"
            })
    void aLieIsRefusedInOneSentence(String key, String value, String said) throws IOException {
        assertThat(refused(changed(tensors -> {}, metadata -> metadata.put(key, value))))
                .hasMessageContaining(said);
    }

    @Test
    void aHeadThatIsOnlyClaimedTakesNoMemory() throws IOException {
        Path lie = changed(tensors -> {}, metadata -> metadata.put("classes", "1000000"));
        refused(lie);
        long before = Engine.residentBytes();
        for (int i = 0; i < 3; i++) {
            refused(lie);
        }
        // The head that is claimed would have 244 MiB.
        assertThat(Engine.residentBytes() - before).isLessThan(100 * MEBIBYTE);
    }

    @Test
    void aClassifierWithoutAHeadIsRefused() throws IOException {
        Path headless = changed(tensors -> tensors.keySet().removeIf(name -> name.startsWith("head.")), metadata -> {});
        assertThat(refused(headless)).hasMessageContaining("it has no head");
    }

    @Test
    void weightsThatAreNoNumbersAreRefusedByName() throws IOException {
        Path broken = changed(
                tensors -> tensors.compute("head.bias", (name, bias) -> torch.full_like(bias, new Scalar(Double.NaN))),
                metadata -> {});
        assertThat(refused(broken)).hasMessageContaining("tensor head.bias holds values that are not finite");
    }

    /** Finite weights may still make numbers of images that are none. */
    @Test
    void logitsThatAreNoNumbersAreRefusedWhenTheyAreUsed() throws IOException {
        Path image = Images.write(folder.resolve("image.png"), 1, 32, 32);
        Path broken = changed(
                tensors -> tensors.compute("head.weight", (name, head) -> torch.full_like(head, new Scalar(3e38))),
                metadata -> {});
        try (ImageClassifier classifier = ImageClassifier.open(broken)) {
            BandpassException refusal = catchThrowableOfType(BandpassException.class, () -> classifier.predict(image));
            assertThat(refusal.kind().exitCode()).isEqualTo(3);
            assertThat(refusal).hasMessageContaining("not a finite number");
        }
    }
}
