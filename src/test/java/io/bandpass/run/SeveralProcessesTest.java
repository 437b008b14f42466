package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.BandpassException;
import io.bandpass.run.RunSession.RunCallbacks;
import io.bandpass.task.DivergedException;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import io.bandpass.testing.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes train what one does, but for the rounding of sums in another order. */
final class SeveralProcessesTest {
    private static final double ROUNDING = 2e-6;
    private static final int STEPS = 20;

    @TempDir
    Path temporary;

    /** The batch norm of a process is over its own images, as that of a micro-batch is. */
    @ParameterizedTest
    @CsvSource({"quick-vit, 2, 24", "quick-vit, 3, 24", "quick-vit, 2, 4", "quick-resnet, 2, 12", "quick-simmim, 2, 12"
    })
    void trainTheSameEncoder(String recipe, int processes, int microBatch) throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 120);
        List<String> settings = settings(recipe, microBatch);
        Path one = temporary.resolve("one");
        TinyRuns.of(recipe, settings, data, one).run();

        Path several = temporary.resolve("several");
        Together.run(
                processes,
                all -> TinyRuns.of(recipe, settings, data, several)
                        .processes(all)
                        .run());
        isTheSame(several, one, recipe.equals("quick-resnet"));
        assertThat(several.resolve("processes/process-1.log"))
                .content()
                .contains("step " + STEPS + "/" + STEPS)
                .doesNotContain("kNN");
        assertThat(several.resolve("train.log")).content().contains("in each of " + processes + " processes");
    }

    private static List<String> settings(String recipe, int microBatch) {
        List<String> settings = new ArrayList<>(recipe.equals("quick-resnet") ? TinyRuns.resnet() : TinyRuns.vit());
        settings.addAll(List.of(
                "train.batch-size=24",
                "train.micro-batch-size=" + microBatch,
                "train.steps=" + STEPS,
                "train.ema-decay=0.9",
                "schedule.warmup-epochs=0",
                "checkpoint.every-steps=7"));
        return settings;
    }

    private static void isTheSame(Path several, Path one, boolean hasRunningStatistics) throws IOException {
        List<JsonNode> rows = RunFiles.metrics(several);
        List<JsonNode> expected = RunFiles.metrics(one);
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            JsonNode other = expected.get(i);
            assertThat(row.path("step").asLong()).isEqualTo(other.path("step").asLong());
            for (String number : List.of("loss", "lr", "grad_norm")) {
                assertThat(row.path(number).asDouble())
                        .as("%s of step %s", number, row.path("step"))
                        .isCloseTo(
                                other.path(number).asDouble(),
                                within(1e-5 * Math.abs(other.path(number).asDouble())));
            }
        }
        Map<String, List<Double>> weights = RunFiles.weights(several);
        RunFiles.weights(one).forEach((name, values) -> {
            if (hasRunningStatistics && (name.contains("running_") || name.endsWith("num_batches_tracked"))) {
                // One process averages its micro-batches one after the other.
                return;
            }
            List<Double> found = Objects.requireNonNull(weights.get(name));
            for (int i = 0; i < values.size(); i++) {
                assertThat(found.get(i)).as(name).isCloseTo(values.get(i), within(ROUNDING * 10));
            }
        });
    }

    /** Images are mixed with the same partners, whichever process they are in. */
    @Test
    void fineTuneTheSameClassifier() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 120);
        List<String> settings = List.of(
                "encoder={image-size: 16, patch-size: 4, width: 16, depth: 1, heads: 2}",
                "augment={rand-augment: m9-n2-mstd0.5-inc1, repeats: 2}",
                "mix={mixup-alpha: 0.8, cutmix-alpha: 1.0, erase-probability: 0.5}",
                "train={steps: 20, batch-size: 24, threads: 1, precision: fp32, log-every-steps: 1}",
                "data.workers=1",
                "validate.every-epochs=1");
        Path one = temporary.resolve("one");
        finetuning(data, settings, one).run();
        Path several = temporary.resolve("several");
        Together.run(
                3, all -> finetuning(data, settings, several).processes(all).run());

        isTheSame("loss", several, one, 1e-5);
        isTheSame("top1", several, one, 1e-9);
    }

    private static void isTheSame(String number, Path several, Path one, double bound) throws IOException {
        List<JsonNode> rows = RunFiles.metrics(several);
        List<JsonNode> expected = RunFiles.metrics(one);
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).path(number).asDouble())
                    .isCloseTo(expected.get(i).path(number).asDouble(), within(bound));
        }
    }

    /** Its images are in the order of the batch, in which partners that are mixed lie opposite each other. */
    @Test
    void aBundleOfAStepThatIsNotFiniteHasTheWholeBatch() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 120);
        List<String> settings = List.of(
                "encoder={image-size: 16, patch-size: 4, width: 16, depth: 1, heads: 2}",
                "mix={mixup-alpha: 0.8, cutmix-alpha: 1.0}",
                "optimizer={learning-rate: 1.0e30, clip: 0}",
                "schedule.warmup-epochs=0",
                "train={steps: 20, batch-size: 24, threads: 1, precision: fp32}",
                "data.workers=1");
        Path one = temporary.resolve("one");
        assertThatThrownBy(() -> finetuning(data, settings, one).run()).isInstanceOf(DivergedException.class);
        Path several = temporary.resolve("several");
        List<Throwable> failures = Together.failures(
                3, all -> finetuning(data, settings, several).processes(all).run());
        assertThat(failures).hasOnlyElementsOfType(DivergedException.class);

        try (Stream<Path> bundles = Files.list(one.resolve("replay"))) {
            for (Path bundle : bundles.toList()) {
                Path same = several.resolve("replay").resolve(bundle.getFileName());
                assertThat(same.resolve("batches.safetensors"))
                        .hasSameBinaryContentAs(bundle.resolve("batches.safetensors"));
            }
        }
    }

    private static Finetuning finetuning(Path data, List<String> settings, Path out) {
        Finetuning run = Finetuning.recipe("finetune-quick-vit")
                .fromScratch("quick-vit")
                .data(data.toString())
                .out(out);
        settings.forEach(run::set);
        return run;
    }

    @Test
    void trainTheSameSegmenter() throws Exception {
        Path data = TinyRuns.scenes(temporary.resolve("scenes"), 24);
        Path one = temporary.resolve("one");
        segmentation(data, one).run();
        Path several = temporary.resolve("several");
        Together.run(2, all -> segmentation(data, several).processes(all).run());
        isTheSame("loss", several, one, 1e-4);
    }

    private static Segmentation segmentation(Path data, Path out) {
        Segmentation run = Segmentation.recipe("segment-quick-vit")
                .fromScratch("quick-vit")
                .data(data.toString())
                .out(out);
        List.of(
                        "encoder={image-size: 16, width: 16, depth: 4, heads: 2}",
                        "head={width: 8, auxiliary-width: 8, dropout: 0}",
                        "augment.crop=16",
                        "validate.crop=16",
                        "train={steps: 10, batch-size: 4, micro-batch-size: 2, threads: 1, precision: fp32, log-every-steps: 1}",
                        "data.workers=1")
                .forEach(run::set);
        return run;
    }

    /** The order of the images is that of the whole batches, so that another number of processes goes on with it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aRunGoesOnWithAnotherNumberOfProcesses(int later) throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 120);
        List<String> settings = settings("quick-vit", 24);
        Path one = temporary.resolve("one");
        TinyRuns.of("quick-vit", settings, data, one).run();

        Path several = temporary.resolve("several");
        Together.run(2, all -> {
            AtomicInteger polls = new AtomicInteger();
            return TinyRuns.of("quick-vit", settings, data, several)
                    .processes(all)
                    // One process is told to stop, and all do.
                    .stopWhen(() -> all.rank() == 1 && polls.incrementAndGet() == 8)
                    .run();
        });
        assertThat(several.resolve("DONE")).doesNotExist();
        assertThat(RunFiles.metrics(several).stream()
                        .mapToLong(row -> row.path("step").asLong())
                        .max())
                .hasValue(8);
        if (later == 1) {
            Pretraining.resume(several, List.of(), List.of(), () -> false);
        } else {
            Together.run(
                    later,
                    all -> RunSession.resume(
                            RunKinds.PRETRAINING, several, List.of(), new RunCallbacks(List.of(), () -> false, all)));
        }
        isTheSame(several, one, false);
    }

    @Test
    void aBatchThatCannotBeSharedIsRefusedByAll() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 40);
        List<Throwable> failures = Together.failures(
                3,
                all -> TinyRuns.of("quick-vit", TinyRuns.vit(), data, temporary.resolve("run"))
                        .processes(all)
                        .run());
        assertThat(failures.get(0))
                .hasMessage(
                        "batches are of 8 images, which 3 processes cannot share equally; set train.batch-size to a multiple of 3");
        assertThat(failures.get(2))
                .hasMessage("process 0 of 3 failed: " + failures.get(0).getMessage());
    }

    @Test
    void otherSettingsAreRefusedByName() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 40);
        List<Throwable> failures = Together.failures(
                2,
                all -> TinyRuns.of("quick-vit", TinyRuns.vit(), data, temporary.resolve("run"))
                        .set("mask.radius=" + (2 + all.rank()))
                        .processes(all)
                        .run());
        assertThat(failures.get(1))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("process 1 was started with other settings than process 0: mask.radius");
        assertThat(failures.get(0)).hasMessageContaining("process 1 of 2 failed: process 1 was started with other");
        assertThat(temporary.resolve("run/FAILED")).content().contains("mask.radius");
    }

    @Test
    void otherImagesAreRefused() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("data"), 40);
        Path link = temporary.resolve("link");
        List<Throwable> failures = Together.failures(2, all -> {
            if (all.isFirst()) {
                Files.createSymbolicLink(link, data);
            }
            return TinyRuns.of("quick-vit", TinyRuns.vit(), link, temporary.resolve("run"))
                    .processes(all)
                    .listener(new ChangeAtTheStart(() -> {
                        Files.delete(link);
                        Files.createSymbolicLink(link, TinyRuns.images(temporary.resolve("other"), 48));
                    }))
                    .run();
        });
        assertThat(failures.get(1)).hasMessageContaining("process 1 finds other images in " + link + " than process 0");
    }
}
