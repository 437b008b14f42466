package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.metrics.RunLines;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a cell some of whose stages diverged. Nothing is trained. */
final class CellRunnerTest {
    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private ComparisonPlan.Cell cell;
    private ComparisonProgress progress;

    @BeforeEach
    void plan() throws IOException {
        Path data = TinyRuns.images(folder.resolve("data"), 16);
        cell = ComparisonPlan.of(new ComparisonConfig(
                        "quick",
                        List.of(ComparisonConfig.SCRATCH),
                        List.of("quick-vit"),
                        1,
                        1,
                        OptionalInt.of(5),
                        "finetune-quick",
                        OptionalInt.of(1),
                        OptionalInt.of(7),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(data.toString()),
                        SegmentationPlan.NONE,
                        RobustnessPlan.NONE))
                .cells()
                .get(0);
        progress = new ComparisonProgress(List.of(cell), 1, lines::add);
    }

    private Path files() {
        return folder.resolve(cell.folder());
    }

    private void diverged(String stage) throws IOException {
        Files.createDirectories(files());
        new CellResult(true, Map.of(), Map.of(), Map.of(stage, "training diverged")).write(files());
    }

    @Test
    void aStageThatIsTriedAnewHasNotEndedUntilItEnds() throws IOException {
        diverged(CellRunner.FEW);
        assertThat(CellResult.read(files()).isSettled(files())).isFalse();
        CellRunner killed = new CellRunner(cell, folder, progress, () -> {
            throw new IllegalStateException("killed");
        });
        assertThatThrownBy(killed::run).hasMessage("killed");
        // What the stage had begun.
        Files.createDirectories(files().resolve(CellRunner.FEW));
        assertThat(CellResult.read(files()).isSettled(files())).isFalse();
        assertThat(CellResult.read(files()).diverged()).isEmpty();
    }

    @Test
    void aStageThatDivergedBeforeIsNoWorkThatIsLeft() throws IOException {
        diverged(CellRunner.FEW);
        Files.createDirectories(files().resolve(CellRunner.FEW));
        assertThat(new CellRunner(cell, folder, progress, () -> true).run().ended())
                .isFalse();
        progress.ended(cell, CellRunner.ALL, 1000, "");
        String last = lines.get(lines.size() - 1);
        assertThat(last.substring(last.indexOf("ETA"))).isEqualTo("ETA " + RunLines.duration(0));
    }
}
