package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.RunFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SummaryFileTest {
    @TempDir
    private Path folder;

    @Test
    void aLabelledRunHasEveryName() throws IOException {
        RunSummary summary = new RunSummary(
                "done",
                120,
                3,
                0.125,
                Map.of("knn_top1", 0.6, "knn_top1_best", 0.7, "knn_top1_pixels", 0.8, "knn_top1_untrained", 0.0),
                2,
                5,
                60.5);
        JsonNode json = new ObjectMapper().readTree(SummaryFile.toJson(summary));
        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                                        {"outcome": "done", "steps": 120, "epochs": 3.0, "final_loss": 0.125,
                                         "knn_top1": 0.6, "knn_top1_best": 0.7, "knn_top1_pixels": 0.8,
                                         "knn_top1_untrained": 0.0, "skipped_steps": 2, "bad_images": 5, "seconds": 60.5}
                                        """));
        assertThat(read(summary)).isEqualTo(summary);
    }

    @Test
    void whatWasNotMeasuredIsLeftOutAndComesBackAsNothing() throws IOException {
        RunSummary summary = new RunSummary("interrupted", 0, 0, Double.NaN, Map.of(), 0, 0, 0);
        assertThat(SummaryFile.toJson(summary)).doesNotContain("knn").endsWith("}\n");
        assertThat(read(summary)).isEqualTo(summary);
    }

    @Test
    void whatIsNotFiniteIsNullAndNeverAText() throws IOException {
        RunSummary summary = new RunSummary(
                "interrupted", 1, 0.5, Double.POSITIVE_INFINITY, Map.of("knn_top1", Double.NaN), 1, 0, 2);
        JsonNode json = new ObjectMapper().readTree(SummaryFile.toJson(summary));
        assertThat(json.get("final_loss").isNull()).isTrue();
        assertThat(json.get("knn_top1").isNull()).isTrue();
        assertThat(read(summary)).isEqualTo(new RunSummary("interrupted", 1, 0.5, Double.NaN, Map.of(), 1, 0, 2));
    }

    @Test
    void theTextThatOlderRunsHaveInPlaceOfALossIsReadAlike() throws IOException {
        RunSummary summary = new RunSummary("done", 1, 0.5, Double.NaN, Map.of(), 1, 0, 2);
        Path file = folder.resolve("summary.json");
        Files.writeString(file, SummaryFile.toJson(summary).replace("null", "\"NaN\""));
        assertThat(SummaryFile.read(file)).isEqualTo(summary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " \n", "null", "[]", "{}", "{\"outcome\": \"done\"", "x", "\u0000\u0000\u0000\u0000", "{} {}"
            })
    void aDamagedFileIsRefusedInASentence(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("summary.json"), text);
        assertThatThrownBy(() -> SummaryFile.read(file))
                .isInstanceOf(RunFolderException.class)
                .message()
                .startsWith(file + " is ")
                .endsWith("; remove DONE beside it and resume the run, which writes it again");
    }

    private RunSummary read(RunSummary summary) throws IOException {
        return SummaryFile.read(Files.writeString(folder.resolve("summary.json"), SummaryFile.toJson(summary)));
    }
}
