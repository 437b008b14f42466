package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.EventFile;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TensorBoardFileTest {
    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = temporary.resolve("run/tensorboard");
    }

    @Test
    void theReaderOfThisTestKnowsTheChecksum() {
        assertThat(EventFile.crc32c("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283);
    }

    @Test
    void aFileBeginsWithTheVersionAndHasANameThatTensorBoardFinds() throws IOException {
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            file.onNotice("said elsewhere");
        }
        assertThat(files()).singleElement().satisfies(file -> {
            assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
            List<Map<Integer, List<Object>>> events = EventFile.events(file);
            assertThat(events).hasSize(1);
            assertThat(EventFile.text(EventFile.one(events.get(0), 3))).isEqualTo("brain.Event:2");
            assertThat((double) EventFile.one(events.get(0), 1)).isPositive();
        });
    }

    @Test
    void aStepIsFiveScalarsAndAnAccuracyIsOne() throws IOException {
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            file.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.25)));
            file.onStep(new StepMetrics(3_000_000_000L, 1.5, 0.125, 1e-3, Double.NaN, 512, 0.5));
        }
        assertThat(EventFile.scalars(files().get(0)))
                .containsExactly(
                        "0 evaluate/knn_top1 0.25",
                        "3000000000 train/loss 0.125",
                        "3000000000 train/learning_rate 0.001",
                        "3000000000 train/gradient_norm NaN",
                        "3000000000 speed/images_per_second 512.0",
                        "3000000000 speed/data_wait 0.5");
    }

    @Test
    void aPictureIsThereWithItsSize() throws IOException {
        Path picture = Images.write(temporary.resolve("step-9.png"), 1, 300, 20);
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            file.onSamples(9, picture);
        }
        Map<Integer, List<Object>> event = EventFile.events(files().get(0)).get(1);
        assertThat(EventFile.one(event, 2)).isEqualTo(9L);
        Map<Integer, List<Object>> value = EventFile.values(event).get(0);
        assertThat(EventFile.text(EventFile.one(value, 1))).isEqualTo("samples");
        Map<Integer, List<Object>> image = EventFile.fields((byte[]) EventFile.one(value, 4));
        assertThat(EventFile.one(image, 1)).isEqualTo(20L);
        assertThat(EventFile.one(image, 2)).isEqualTo(300L);
        assertThat(EventFile.one(image, 3)).isEqualTo(3L);
        assertThat((byte[]) EventFile.one(image, 4)).isEqualTo(Files.readAllBytes(picture));
    }

    @Test
    void aPictureThatIsNotThereIsNamed() throws IOException {
        Path picture = temporary.resolve("step-9.png");
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            assertThatThrownBy(() -> file.onSamples(9, picture))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("the picture " + picture + " cannot be read");
        }
    }

    @Test
    void laterEventsAreCutFromEveryEarlierFile() throws IOException {
        session(-1, 1, 2, 3);
        session(2, 3, 4, 5);
        session(3, 4);
        assertThat(losses()).containsExactly(List.of(1L, 2L), List.of(3L), List.of(4L));
        for (Path file : files()) {
            assertThat(EventFile.text(EventFile.one(EventFile.events(file).get(0), 3)))
                    .isEqualTo("brain.Event:2");
        }
    }

    @Test
    void aRunWithoutACheckpointKeepsNothing() throws IOException {
        session(-1, 1, 2);
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            file.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
        }
        assertThat(losses()).allSatisfy(steps -> assertThat(steps).isEmpty());
    }

    @Test
    void theLookAtStepZeroStaysWhereItComesAfterTheFirstStep() throws IOException {
        try (TensorBoardFile file = new TensorBoardFile(folder, -1)) {
            file.onStep(new StepMetrics(1, 0, 1, 1, 1, 1, 0));
            file.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
            file.onStep(new StepMetrics(2, 0, 1, 1, 1, 1, 0));
        }
        session(1);
        assertThat(EventFile.scalars(files().get(0)).toString()).contains("evaluate/knn_top1");
        assertThat(losses()).containsExactly(List.of(1L), List.of());
    }

    @Test
    void aRecordThatAKilledProcessLeftHalfWrittenIsCut() throws IOException {
        session(-1, 1, 2);
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        session(1);
        int start = (int) Files.size(file);
        Files.delete(files().get(1));
        // All records of step 2, each broken at each of its bytes.
        for (int length = start; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            session(2);
            List<Path> files = files();
            assertThat(Files.readAllBytes(files.get(0)))
                    .as("cut at %d of %d", length, whole.length)
                    .isEqualTo(Arrays.copyOf(whole, (int) Files.size(files.get(0))));
            assertThat(EventFile.scalars(files.get(0)))
                    .hasSizeGreaterThanOrEqualTo(5)
                    .hasSizeLessThan(length == whole.length ? 11 : 10);
            for (Path later : files.subList(1, files.size())) {
                Files.delete(later);
            }
        }
    }

    @Test
    void whatIsDamagedEndsTheFileThere() throws IOException {
        session(-1, 1, 2);
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        session(2);
        assertThat(EventFile.scalars(file)).isNotEmpty().hasSizeLessThan(10);
    }

    private void session(long lastStep, long... steps) throws IOException {
        try (TensorBoardFile file = new TensorBoardFile(folder, lastStep)) {
            for (long step : steps) {
                file.onStep(new StepMetrics(step, 0, 1, 1, 1, 1, 0));
            }
        }
    }

    /** The steps that have a loss, file by file. */
    private List<List<Long>> losses() throws IOException {
        List<List<Long>> losses = new ArrayList<>();
        for (Path file : files()) {
            losses.add(EventFile.scalars(file).stream()
                    .filter(scalar -> scalar.contains("train/loss"))
                    .map(scalar -> Long.valueOf(scalar.substring(0, scalar.indexOf(' '))))
                    .toList());
        }
        return losses;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
