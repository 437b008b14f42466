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

/** Training on Parquet files is training on the images in them, here packed into shards. */
final class ParquetTrainingTest {
    private static final Path HUB = Path.of("src/test/resources/parquet/hub");

    @TempDir
    private Path folder;

    @Test
    void aRunOnParquetFilesHasTheNumbersOfARunOnTheirImagesInShards() throws IOException {
        Path shards = folder.resolve("shards");
        ImageShards.Result packed = ImageShards.write(
                List.of(HUB.toString()),
                List.of("data.index=none"),
                shards,
                new ShardSize(Long.MAX_VALUE, 24),
                false,
                (done, all) -> {});
        assertThat(packed.shards()).isEqualTo(3);
        assertThat(shards.resolve("classes.txt")).content().isEqualTo("rings\nstripes\n");
        for (String order : List.of("full", "shards")) {
            List<String> settings = new ArrayList<>(TinyRuns.vit());
            settings.addAll(List.of("train.epochs=2", "data.workers=2", "data.order=" + order, "data.index=none"));
            Path ofParquet = folder.resolve("of-parquet-" + order);
            Path ofShards = folder.resolve("of-shards-" + order);
            TinyRuns.of("quick-vit", settings, HUB, ofParquet).run();
            TinyRuns.of("quick-vit", settings, shards, ofShards).run();
            assertThat(RunFiles.metrics(ofParquet))
                    .as(RunFiles.difference(ofParquet, ofShards))
                    .isEqualTo(RunFiles.metrics(ofShards))
                    .anyMatch(row -> row.has("knn_top1"));
            assertThat(RunFiles.weights(ofParquet)).isEqualTo(RunFiles.weights(ofShards));
        }
    }
}
