package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.inference.Reconstruction;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are passed on; what their configuration says of folders is not for whoever gets them. */
final class StrangersWeightsTest {
    @TempDir
    Path temporary;

    @Test
    void theIndexThatWeightsNameIsNotWritten() throws Exception {
        Path chosen = temporary.resolve("chosen by a stranger");
        Path run = temporary.resolve("run");
        TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 16), run)
                .set("train.epochs=1")
                .set("data.index=" + chosen)
                .run();
        assertThat(Files.readString(run.resolve("config.resolved.yaml"))).contains(chosen.toString());
        Path weights = run.resolve("weights/full.safetensors");
        Path photos = temporary.resolve("photos");
        for (String name : List.of("ant/1.png", "ant/2.png", "bee/1.png")) {
            Images.write(photos.resolve(name), 1, 20, 20);
        }

        Reconstruction.Drawn drawn =
                Reconstruction.draw(weights, List.of(photos.toString()), temporary.resolve("out"), 1, "cpu");
        assertThat(drawn.pictures()).hasSize(1);
        try (PretrainedEncoder encoder = PretrainedEncoder.open(weights)) {
            assertThat(encoder.knn(photos, photos).testImages()).isEqualTo(3);
        }
        assertThat(chosen).doesNotExist();
    }
}
