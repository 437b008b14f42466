package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.checkpoint.RunFolderException;
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
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    void whatIsWrittenIsReadAgainToTheLastDigit() throws IOException {
        List<StepMetrics> steps = List.of(
                new StepMetrics(1, 0.1 + 0.2, 1 / 3.0, 1e-300, 1e300, 0, 1),
                new StepMetrics(2, 1, -0.0, Double.MIN_VALUE, -Double.MAX_VALUE, 1e9, 0));
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
    void whatIsNotFiniteIsNullAndComesBackAsNoNumber() throws IOException {
        try (MetricsFile metrics = new MetricsFile(file, -1)) {
            metrics.onStep(new StepMetrics(1, 0.5, Double.NaN, 0.1, Double.POSITIVE_INFINITY, 100, 0));
            metrics.onScores(new ScoreMetrics(1, 0.5, Map.of(Scores.KNN_TOP1, Double.NEGATIVE_INFINITY)));
        }
        assertThat(file).hasContent("""
                        {"step":1,"epoch":0.5,"loss":null,"lr":0.1,"grad_norm":null,"images_per_second":100.0,"data_wait":0.0}
                        {"step":1,"epoch":0.5,"knn_top1":null}
                        """);
        MetricsFile.Content content = MetricsFile.read(file);
        assertThat(content.steps()).containsExactly(new StepMetrics(1, 0.5, Double.NaN, 0.1, Double.NaN, 100, 0));
        assertThat(content.scores()).containsExactly(new ScoreMetrics(1, 0.5, Map.of()));
        session(1);
        assertThat(MetricsFile.read(file).steps()).isEqualTo(content.steps());
    }

    @Test
    void theTextsThatOlderRunsHaveInPlaceOfNumbersAreReadAlike() throws IOException {
        Files.writeString(
                file,
                "{\"step\":1,\"epoch\":0.5,\"loss\":\"NaN\",\"lr\":0.1,\"grad_norm\":\"Infinity\",\"images_per_second\":9.0,\"data_wait\":0.0}\n");
        assertThat(MetricsFile.read(file).steps())
                .containsExactly(new StepMetrics(1, 0.5, Double.NaN, 0.1, Double.NaN, 9, 0));
    }

    @Test
    void aLineThatIsNoJsonIsNamed() throws IOException {
        session(-1, 1);
        Files.writeString(file, Files.readString(file) + "\u0000\u0000\n");
        assertThatThrownBy(() -> MetricsFile.read(file))
                .isInstanceOf(RunFolderException.class)
                .hasMessage(file + " is damaged: line 2 is no JSON; remove that line to go on without it");
    }

    /** A rewritten file that a power cut leaves empty would take all lines with it. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "gives links only to some users")
    void whatIsCutIsWrittenAsideAndRenamed() throws IOException {
        session(-1, 1, 2);
        Path before = folder.resolve("before");
        Files.move(file, before);
        Files.createSymbolicLink(file, before);
        session(1);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(Files.readAllLines(before)).hasSize(2);
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
