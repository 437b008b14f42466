package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.format.AtomicFiles;
import io.bandpass.run.StoredConfig;
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

/** Each row chooses its settings of fine-tuning on a part of the training images, with its first seed. */
final class ComparisonGridTest {
    private static final String TOO_HIGH = "1.0e30";
    private static final String RATE = "0.01";

    @TempDir
    private Path temporary;

    private final List<String> lines = new ArrayList<>();
    private Path out;

    @BeforeEach
    void folder() {
        out = temporary.resolve("chosen");
    }

    private Comparison comparison(String... grid) throws IOException {
        Path data = temporary.resolve("data");
        Path recipe = temporary.resolve("tiny.yaml");
        if (!Files.exists(recipe)) {
            TinyRuns.images(data, 64);
            Files.writeString(recipe, TinyRuns.recipe());
        }
        Comparison comparison = Comparison.recipe(recipe.toString())
                .tasks("scratch")
                .seeds(2)
                .budget(1)
                .finetuneEpochs(8)
                .fewLabels(OptionalInt.empty())
                .data(data.toString())
                .finetuneSet("optimizer.type=sgd")
                .finetuneSet("train.batch-size=8")
                .finetuneSet("train.threads=1")
                .finetuneSet("train.precision=fp32")
                .finetuneSet("data.workers=1")
                .lines(lines::add)
                .out(out);
        for (String axis : grid) {
            comparison.finetuneGrid(axis);
        }
        return comparison;
    }

    private Path cell(int seed) {
        return out.resolve("cells/tiny/scratch/seed-" + seed);
    }

    private FinetuningConfig tuned(int seed, String stage) throws IOException {
        return StoredConfig.read(
                FinetuningConfig.class, new RunFolder(cell(seed).resolve(stage)).config());
    }

    @Test
    void allSeedsTakeWhatTheFirstOneChose() throws IOException {
        String grid = "optimizer.learning-rate=" + TOO_HIGH + "," + RATE;
        assertThat(comparison(grid).run()).isTrue();

        GridSearch search = GridSearch.read(new FinetuningGrid(List.of(grid)), cell(0), "finetune-all");
        assertThat(search.best().orElseThrow().settings()).containsExactly("optimizer.learning-rate=" + RATE);
        for (int seed = 0; seed < 2; seed++) {
            FinetuningConfig config = tuned(seed, "finetune-all");
            assertThat(config.optimizer().learningRate()).hasValue(0.01);
            // Trained on all training images, and scored on the held-out ones.
            assertThat(config.labels().validationFraction()).isZero();
            assertThat(CellResult.read(cell(seed)).complete()).isTrue();
        }
        FinetuningConfig first = tuned(0, "finetune-all-grid/1");
        assertThat(first.optimizer().learningRate()).hasValue(1e30);
        assertThat(first.labels().validationFraction()).isEqualTo(0.1);
        assertThat(cell(1).resolve("finetune-all-grid")).doesNotExist();
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("## Chosen settings of fine-tuning", "finetune-all: optimizer.learning-rate=" + RATE)
                .contains("grid of fine-tuning");
        assertThat(Files.readString(out.resolve("results.csv"))).contains("finetune-all: optimizer.learning-rate=");
        assertThat(Files.readString(out.resolve("results.html"))).contains("Chosen settings of fine-tuning");

        lines.clear();
        assertThat(comparison(grid).run()).isTrue();
        assertThat(lines).noneMatch(line -> line.contains("begins"));
    }

    /** Other seeds have no settings of their own, and must not wait for ever. */
    @Test
    void whereEverySettingDivergesNoSeedHasAScore() throws IOException {
        Comparison comparison = comparison("optimizer.learning-rate=" + TOO_HIGH + ",1.0e29");
        assertThatThrownBy(comparison::run)
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("2 of 2 cells diverged")
                .hasMessageContaining("remove cells/tiny/scratch/seed-0/finetune-all-grid from");
        assertThat(CellResult.read(cell(0)).diverged())
                .containsEntry("finetune-all-grid", "every setting of `finetune-grid` diverged");
        assertThat(CellResult.read(cell(1)).isSettled(cell(1))).isTrue();
        assertThat(Files.readString(out.resolve("results.md"))).contains("diverged");
    }

    /** As after a crash of the machine, or a change of it. */
    @Test
    void onceSettingsAreFoundAfterAllAllSeedsGoOn() throws IOException {
        String grid = "optimizer.learning-rate=" + TOO_HIGH + "," + RATE;
        assertThat(comparison(grid).run()).isTrue();
        Path search = cell(0).resolve("finetune-all-grid");
        List<String> found = Files.readAllLines(search.resolve("search.json"));
        Files.write(
                search.resolve("search.json"),
                found.stream()
                        .map(line -> line.replaceFirst("\"top1\" : .*", "\"top1\" : null"))
                        .toList());
        for (int seed = 0; seed < 2; seed++) {
            AtomicFiles.removeFolder(cell(seed).resolve("finetune-all"));
            String key = (seed == 0 ? "" : "../seed-0/") + "finetune-all-grid";
            new CellResult(true, Map.of(), Map.of(), Map.of(key, "every setting diverged")).write(cell(seed));
        }
        assertThatThrownBy(comparison(grid)::run)
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("2 of 2 cells diverged");
        AtomicFiles.removeFolder(search);
        assertThat(comparison(grid).run()).isTrue();
        assertThat(CellResult.read(cell(0)).complete()).isTrue();
        assertThat(CellResult.read(cell(1)).complete()).isTrue();
    }

    @Test
    void fewLabelsChooseSettingsOfTheirOwnAndTasksToo() throws IOException {
        String grid = "optimizer.learning-rate=0.02," + RATE;
        assertThat(comparison(grid)
                        .tasks("mfm")
                        .seeds(1)
                        .fewLabels(OptionalInt.of(4))
                        .fewEpochs(2)
                        .run())
                .isTrue();
        Path cell = out.resolve("cells/tiny/mfm/seed-0");
        assertThat(cell.resolve("finetune-few-grid/search.json")).exists();
        FinetuningConfig trial =
                StoredConfig.read(FinetuningConfig.class, new RunFolder(cell.resolve("finetune-few-grid/2")).config());
        assertThat(trial.labels().perClass()).hasValue(4);
        assertThat(Files.readString(out.resolve("results.md")))
                .contains("finetune-few: optimizer.learning-rate=", "finetune-all: optimizer.learning-rate=");
    }

    @Test
    void aShardHasWholeRows() throws IOException {
        String grid = "optimizer.learning-rate=0.02," + RATE;
        List<String> second =
                comparison(grid).tasks("scratch", "mfm").shard(2, 2).plan();
        assertThat(second)
                .anyMatch(line -> line.startsWith("tiny, mfm, seed 0:"))
                .anyMatch(line -> line.startsWith("tiny, mfm, seed 1:"))
                .noneMatch(line -> line.startsWith("tiny, scratch"));
        assertThatThrownBy(() ->
                        comparison(grid).tasks("scratch", "mfm").shard(3, 3).plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("whole rows");
    }

    @Test
    void aMisspeltKeyOrValueEndsBeforeAnythingRuns() throws IOException {
        assertThatThrownBy(() -> comparison("optimizer.layer-decai=0.8,1").plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layer-decai");
        assertThatThrownBy(() -> comparison("optimizer.layer-decay=0.8,high").plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layer-decay");
        assertThatThrownBy(() -> comparison("train.seed=1,2").plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`seeds`");
        assertThatThrownBy(() -> comparison("labels.held-out-fraction=0.1,0.2").plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("which images are trained on");
        assertThatThrownBy(() -> comparison()
                        .finetuneSet("labels.validation-fraction=0.2")
                        .plan())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`finetune-grid`");
        assertThat(comparison("optimizer.layer-decay=0.8,1").plan())
                .anyMatch(line -> line.contains("seed 0: finetune-all-grid/1"))
                .noneMatch(line -> line.contains("seed 1: finetune-all-grid"));
    }
}
