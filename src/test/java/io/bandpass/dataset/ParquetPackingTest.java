package io.bandpass.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.testing.Configs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParquetPackingTest {
    private static final String FILES = "src/test/resources/parquet/";

    @TempDir
    private Path folder;

    @Test
    void imagesOfParquetFilesHaveTheirPathsAsKeysOrFileAndRow() throws IOException {
        assertThat(packed("gzip-groups.parquet", "a").subList(0, 2))
                .containsExactly("train-000000.tar/sub/0.jpg", "train-000000.tar/sub/1.jpg");
        assertThat(packed("img.parquet", "b"))
                .containsExactly(
                        "train-000000.tar/img_parquet-0.png",
                        "train-000000.tar/img_parquet-1.png",
                        "train-000000.tar/img_parquet-2.png",
                        "train-000000.tar/img_parquet-3.png");
    }

    private List<String> packed(String name, String as) throws IOException {
        Path out = folder.resolve(as);
        ImageShards.write(
                List.of(FILES + name),
                List.of("data.index=none"),
                out,
                new ShardSize(Long.MAX_VALUE, 100),
                false,
                (done, all) -> {});
        ImageSource images = Datasets.open(Configs.data(0).withIndex("none"), List.of(out.toString()), 0, 0)
                .train();
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }
}
