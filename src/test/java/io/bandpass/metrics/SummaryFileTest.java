package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private RunSummary read(RunSummary summary) throws IOException {
        return SummaryFile.read(Files.writeString(folder.resolve("summary.json"), SummaryFile.toJson(summary)));
    }
}
