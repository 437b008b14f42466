package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.weights.SegmenterWeights;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that mmsegmentation wrote give its logits, and are exported under its names. */
final class MmsegmentationTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"beit | [0, 2, 3, 4] | 48 | 2", "vit | [0, 2, 3, 4] | 48 | 3", "swin | [] | 576 | 2"})
    void logitsAndNamesAreTheSame(String model, String levels, int imageSize, int auxiliaryLevel) throws Exception {
        Path file = ForeignFiles.path("mmseg-" + model + ".pth");
        Path out = folder.resolve("out");
        Path back = folder.resolve("back.pth");
        WeightsImport.of(file, out).run();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile expected = Safetensors.read(ForeignFiles.path("mmseg-expected.safetensors"));
                SegmenterWeights weights = SegmenterWeights.open(out)) {
            assertThat(Golden.largestDifference(
                            weights.segmenter().logits(expected.get(model + ".images")),
                            expected.get(model + ".logits")))
                    .isLessThan(1e-5);
            assertThat(weights.description().head().levels()).hasToString(levels);
            assertThat(weights.description().head().auxiliaryLevel()).isEqualTo(auxiliaryLevel);
            assertThat(weights.segmenter().encoder().config().imageSize()).isEqualTo(imageSize);
            assertThat(weights.description().validate().mode()).hasToString("slide");
            assertThat(weights.description().validate().crop()).hasValue(48);
            assertThat(weights.description().validate().stride()).hasValue(32);
            assertThat(weights.description().classes().names()).containsExactly("sea", "land", "ice");
            assertThat(weights.description().classes().colours()).containsExactly(0x0000A0, 0x287800, 0xFFFFFF);
        }
        WeightsExport.write(out, "mmsegmentation", back, false);
        try (CheckpointWeights theirs = CheckpointWeights.read(file);
                CheckpointWeights ours = CheckpointWeights.read(back)) {
            assertThat(ours.tensors().names()).isEqualTo(theirs.tensors().names());
            for (String name : theirs.tensors().names()) {
                // The biases of keys, which change nothing, are 0 here.
                if (!name.endsWith("attn.in_proj_bias")) {
                    assertThat(Golden.largestDifference(
                                    ours.tensors().get(name), theirs.tensors().get(name)))
                            .as(name)
                            .isZero();
                }
            }
        }
    }
}
