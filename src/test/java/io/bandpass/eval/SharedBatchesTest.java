package io.bandpass.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.distributed.DistributedException;
import io.bandpass.testing.Images;
import io.bandpass.testing.Together;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedBatchesTest {
    /** Images 3 and 9 are cut off. */
    private static final int IMAGES = 11;

    @TempDir
    Path folder;

    /** What a pass gave. */
    private record Seen(List<String> batches, Map<String, String> unreadable) {}

    @BeforeEach
    void draw() throws IOException {
        for (int i = 0; i < IMAGES; i++) {
            Path file = folder.resolve(String.format("a/%02d.png", i));
            Images.write(file, i, 16, 16);
            if (i % 6 == 3) {
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            }
        }
    }

    private static DataConfig data() {
        return ConfigBuilder.of(FinetuningConfig.class).build().data();
    }

    private Seen pass(Communicator processes, int batchSize, UnaryOperator<Tensor> function) throws IOException {
        UnreadableImages unreadable = new UnreadableImages(0.5);
        ImageSource images = Datasets.openAsFound(data(), List.of(folder.toString()), unreadable)
                .train();
        List<String> batches = new ArrayList<>();
        InferenceLoop.each(
                images,
                new Preprocessing(8),
                batchSize,
                unreadable,
                processes,
                function,
                (results, indices) -> batches.add(Arrays.toString(indices) + " "
                        + results.scalar_type().intern() + " " + Arrays.toString(Tensors.toFloats(results))));
        return new Seen(batches, unreadable.reasons());
    }

    private static Tensor means(Tensor bytes) {
        return Tensors.mean(bytes.to(ScalarType.Float), 2, 3);
    }

    /** Also where the last process has nothing to do, or only unreadable images. */
    @ParameterizedTest
    @CsvSource({"2, 4", "3, 4", "3, 1", "4, 3", "2, 16"})
    void eachProcessSeesWhatOneAloneSees(int size, int batchSize) throws Exception {
        Seen alone = pass(Communicator.single(), batchSize, SharedBatchesTest::means);
        assertThat(alone.unreadable()).hasSize(2);
        List<Seen> together = Together.run(size, all -> pass(all, batchSize, SharedBatchesTest::means));
        for (Seen seen : together) {
            assertThat(seen.batches()).isEqualTo(alone.batches());
            assertThat(seen.unreadable()).containsExactlyInAnyOrderEntriesOf(alone.unreadable());
        }
        assertThat(together.get(0).unreadable().keySet())
                .containsExactlyElementsOf(alone.unreadable().keySet());
    }

    @Test
    void bytesStayBytes() throws Exception {
        Seen alone = pass(Communicator.single(), 4, bytes -> bytes.flatten(1, 3));
        assertThat(alone.batches()).allSatisfy(batch -> assertThat(batch).contains("Byte"));
        assertThat(Together.run(2, all -> pass(all, 4, bytes -> bytes.flatten(1, 3))))
                .allSatisfy(seen -> assertThat(seen.batches()).isEqualTo(alone.batches()));
    }

    @Test
    void otherImagesAreNoticed() throws Exception {
        List<Throwable> failures = Together.failures(2, all -> {
            UnreadableImages unreadable = new UnreadableImages(1);
            ImageSource images = Datasets.openAsFound(data(), List.of(folder.toString()), unreadable)
                    .train();
            ImageSource own = all.isFirst() ? images : images.select(new int[] {0, 1, 2});
            InferenceLoop.each(
                    own, new Preprocessing(8), 4, unreadable, all, SharedBatchesTest::means, (results, indices) -> {});
            return true;
        });
        assertThat(failures)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(DistributedException.class)
                        .hasMessageContaining("process 1 finds other images than process 0 does"));
    }
}
