package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.metrics.SegmentationResult.ClassResult;
import io.bandpass.metrics.SegmentationResult.Confusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SegmentationResultFileTest {
    private static final SegmentationResult RESULT = new SegmentationResult(
            OptionalDouble.of(0.25),
            OptionalDouble.of(0.5),
            OptionalDouble.of(0.75),
            OptionalDouble.of(0.6),
            OptionalDouble.of(0.4),
            List.of(
                    new ClassResult(
                            "sky \"x\"", OptionalDouble.of(0.5), OptionalDouble.of(0.7), OptionalDouble.of(0.8), 12),
                    new ClassResult("tree", OptionalDouble.of(0), OptionalDouble.empty(), OptionalDouble.of(0), 0)),
            3,
            5_000_000_000L,
            4,
            List.of(new Confusion("sky \"x\"", "tree", 3, 0.25)));

    @TempDir
    Path folder;

    @Test
    void holdsFractionsAndNullForWhatIsNotThere() throws IOException {
        assertThat(new ObjectMapper().readTree(SegmentationResultFile.toJson(RESULT)))
                .isEqualTo(new ObjectMapper().readTree("""
                        {"mIoU": 0.25, "mAcc": 0.5, "aAcc": 0.75, "fwIoU": 0.6, "mDice": 0.4,
                         "classes": [
                           {"name": "sky \\"x\\"", "iou": 0.5, "accuracy": 0.7, "dice": 0.8, "pixels": 12},
                           {"name": "tree", "iou": 0.0, "accuracy": null, "dice": 0.0, "pixels": 0}],
                         "images": 3, "ignored": 5000000000, "ignored_between_classes": 4,
                         "confusions": [{"name": "sky \\"x\\"", "predicted": "tree", "pixels": 3, "share": 0.25}]}
                        """));
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        Path file = folder.resolve("scores.json");
        Files.writeString(file, SegmentationResultFile.toJson(RESULT));
        assertThat(SegmentationResultFile.read(file)).isEqualTo(RESULT);
    }

    @ParameterizedTest
    @CsvSource({
        "'', is empty",
        "'{', is damaged: it is no JSON",
        "'{\"mIoU\": 0.5}', holds no scores of a segmentation model",
    })
    void anotherFileIsRefused(String text, String reason) throws IOException {
        Path file = folder.resolve("scores.json");
        Files.writeString(file, text);
        assertThatThrownBy(() -> SegmentationResultFile.read(file))
                .isInstanceOf(RunFolderException.class)
                .hasMessage(file + " " + reason + "; evaluate the model again, which writes it");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> SegmentationResultFile.read(folder.resolve("none.json")))
                .isInstanceOf(RunFolderException.class)
                .hasMessageContaining("none.json is not there");
    }
}
