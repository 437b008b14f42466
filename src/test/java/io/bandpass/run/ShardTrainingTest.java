package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.dataset.ImageShards;
import io.bandpass.dataset.ShardSize;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on shards is training on the images that were packed into them. */
final class ShardTrainingTest {
    @TempDir
    private Path folder;

    @Test
    void aRunOnShardsHasTheNumbersOfARunOnTheImagesThatWerePacked() throws IOException {
        Path data = TinyRuns.images(folder.resolve("data"), 48);
        Path shards = pack(data);
        Path ofFiles = folder.resolve("of-files");
        Path ofShards = folder.resolve("of-shards");
        TinyRuns.of("quick-vit", settings(), data, ofFiles).run();
        TinyRuns.of("quick-vit", settings(), shards, ofShards).run();
        assertThat(RunFiles.metrics(ofShards))
                .as(RunFiles.difference(ofShards, ofFiles))
                .isEqualTo(RunFiles.metrics(ofFiles))
                .anyMatch(row -> row.has("knn_top1"));
        assertThat(RunFiles.weights(ofShards)).isEqualTo(RunFiles.weights(ofFiles));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.order=full", "data.order=shards"})
    void aRunOnShardsThatStoppedInMidEpochAndResumedIsAsNeverStopped(String order) throws IOException {
        Path shards = pack(TinyRuns.images(folder.resolve("data"), 48));
        Path whole = folder.resolve("whole");
        Path broken = folder.resolve("broken");
        List<String> settings = settings();
        settings.add(order);
        settings.add("data.shard-streams=2");
        TinyRuns.of("quick-vit", settings, shards, whole).run();
        int[] steps = {0};
        TinyRuns.of("quick-vit", settings, shards, broken)
                .stopWhen(() -> ++steps[0] == 8)
                .run();
        assertThat(broken.resolve("DONE")).doesNotExist();
        Pretraining.resume(broken, List.of(), List.of(), () -> false);
        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken)).isEqualTo(RunFiles.weights(whole));
    }

    private Path pack(Path data) throws IOException {
        Path shards = folder.resolve("shards");
        ImageShards.write(
                List.of(data.toString()),
                List.of("data.index=none"),
                shards,
                new ShardSize(Long.MAX_VALUE, 7),
                false,
                (done, all) -> {});
        return shards;
    }

    private static List<String> settings() {
        List<String> settings = new ArrayList<>(TinyRuns.vit());
        settings.add("train.epochs=2");
        settings.add("data.workers=2");
        return settings;
    }
}
