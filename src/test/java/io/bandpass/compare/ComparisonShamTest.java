package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.run.StoredConfig;
import io.bandpass.testing.Golden;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonShamTest {
    @TempDir
    Path temporary;

    /** The control: whatever differs between it and a task was learned in pre-training. */
    @Test
    void shamKeepsTheInitialWeights() throws IOException {
        Path out = temporary.resolve("control");
        Path data = TinyRuns.images(temporary.resolve("data"), 32);
        Path recipe = Files.writeString(temporary.resolve("tiny.yaml"), TinyRuns.recipe());
        assertThat(Comparison.recipe(recipe.toString())
                        .tasks("scratch", "sham")
                        .seeds(1)
                        .budget(2)
                        .finetuneEpochs(2)
                        .fewLabels(OptionalInt.empty())
                        .data(data.toString())
                        .finetuneSet("train.batch-size=8")
                        .finetuneSet("train.threads=1")
                        .finetuneSet("train.precision=fp32")
                        .finetuneSet("data.workers=1")
                        .out(out)
                        .run())
                .isTrue();
        Path run = out.resolve("cells/tiny/sham/seed-0/pretrain");
        PretrainingConfig config = StoredConfig.read(PretrainingConfig.class, new RunFolder(run).resolvedConfig());
        try (TensorFile file = Safetensors.read(run.resolve("weights/encoder.safetensors"));
                Encoder initial = Encoders.create(config.encoder(), 0)) {
            assertThat(initial.parameters())
                    .isNotEmpty()
                    .allSatisfy(parameter -> assertThat(
                                    Golden.largestDifference(file.get(parameter.name()), parameter.tensor()))
                            .isZero());
        }
        assertThat(CellResult.read(out.resolve("cells/tiny/sham/seed-0")).scores())
                .containsKeys("top1_all", "probe_top1", "knn_top1");
        assertThat(Files.readString(out.resolve("results.md"))).contains("initial weights, a learning rate of 0");
    }
}
