package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsFileTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("metrics.jsonl");
    }

    @Test
    void aStepAndAnAccuracyAreALineEach() throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            metrics.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
            metrics.onStep(new StepMetrics(1, 0.05, 1 / 3.0, 1e-6, 12, 100, 0.25));
        }
        assertThat(file).hasContent("""
                        {"step":0,"epoch":0.0,"knn_top1":0.5}
                        {"step":1,"epoch":0.05,"loss":0.3333333333333333,"lr":1.0E-6,"grad_norm":12.0,"images_per_second":100.0,"data_wait":0.25}
                        """);
    }

    @Test
    void everyLineIsOnTheDiskBeforeTheNextIsWritten() throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            for (int step = 1; step <= 3; step++) {
                metrics.onStep(step(step));
                assertThat(Files.readString(file)).endsWith("\n");
                assertThat(Files.readAllLines(file)).hasSize(step);
            }
        }
    }

    @Test
    void whatIsWrittenIsReadAgainToTheLastDigitAndNotFiniteToo() throws IOException {
        List<StepMetrics> steps = List.of(
                new StepMetrics(1, 0.1 + 0.2, Double.NaN, 1e-300, Double.POSITIVE_INFINITY, 0, 1),
                new StepMetrics(2, 1, -0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, 1e9, 0));
        ScoreMetrics knn = new ScoreMetrics(2, 1, Map.of(Scores.KNN_TOP1, 0.1 + 0.7));
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            steps.forEach(metrics::onStep);
            metrics.onScores(knn);
        }
        MetricsFile.Content content = MetricsFile.read(file);
        assertThat(content.steps()).isEqualTo(steps);
        assertThat(content.scores()).containsExactly(knn);
    }

    @Test
    void laterLinesAreCutAndNewOnesFollow() throws IOException {
        session(-1, 1, 2, 3, 4);
        session(2, 3, 4, 5);
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L, 5L);
        session(5);
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void theLookAtStepZeroStaysWithACheckpointAndGoesWithoutOne() throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            metrics.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
            metrics.onStep(step(1));
        }
        session(0);
        assertThat(MetricsFile.read(file).scores()).hasSize(1);
        assertThat(MetricsFile.read(file).steps()).isEmpty();
        session(-1);
        assertThat(file).isEmptyFile();
    }

    @Test
    void theLookAtStepZeroStaysWhereItComesAfterTheFirstStep() throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            metrics.onStep(step(1));
            metrics.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
            metrics.onStep(step(2));
        }
        session(1, 2);
        assertThat(steps()).containsExactly(1L, 2L);
        assertThat(MetricsFile.read(file).scores())
                .containsExactly(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
    }

    @Test
    void aLineThatAKilledProcessLeftHalfWrittenIsCutWhereverItEnds() throws IOException {
        session(-1, 1, 2);
        byte[] whole = Files.readAllBytes(file);
        int start = Files.readAllLines(file).get(0).length() + 1;
        for (int length = start; length < whole.length - 1; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            session(2, 3);
            assertThat(steps()).as("cut at %d of %d", length, whole.length).containsExactly(1L, 3L);
        }
        // Only the end of the line is missing.
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        session(2, 3);
        assertThat(steps()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void bytesThatAreNoTextAreCut() throws IOException {
        session(-1, 1, 2);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length - 9, bytes.length, (byte) 0xFF);
        Files.write(file, bytes);
        session(2, 3);
        assertThat(steps()).containsExactly(1L, 3L);

        Arrays.fill(bytes, bytes.length - 9, bytes.length, (byte) 0);
        Files.write(file, bytes);
        session(2, 3);
        assertThat(steps()).containsExactly(1L, 3L);
    }

    @Test
    void cuttingLeavesNoOtherFile() throws IOException {
        Files.writeString(folder.resolve(".writing-metrics.jsonl"), "left by a killed process, longer than what comes");
        session(-1, 1, 2);
        session(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(steps()).containsExactly(1L);
    }

    @Test
    void aLineThatCannotBeWrittenIsAnExceptionThatNamesTheFile() throws IOException {
        MetricsFile metrics = new MetricsFile(file, -1);
        metrics.close();
        assertThatThrownBy(() -> metrics.onStep(step(1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("metrics.jsonl cannot be written: Stream closed");
    }

    private void session(long lastStep, long... steps) throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, lastStep)) {
            for (long step : steps) {
                metrics.onStep(step(step));
            }
        }
    }

    private List<Long> steps() throws IOException {
        return MetricsFile.read(file).steps().stream().map(StepMetrics::step).toList();
    }

    private static StepMetrics step(long step) {
        return new StepMetrics(step, 0.5, 1, 1, 1, 1, 0);
    }
}
