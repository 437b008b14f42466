package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native memory is freed by scopes alone (nopointergc), so what a step forgets shows in the resident memory. JavaCPP's
 * own count of bytes is zero under that flag and tells nothing.
 */
final class FlatMemoryTest {
    private static final int STEPS = 10_000;
    /** A leak of one tensor of the tiny model's activations a step (8 x 16 x 16 floats) would be some 65 MB. */
    private static final long ALLOWED_BYTES = 24L << 20;

    @TempDir
    Path temporary;

    @Test
    @Tag("slow")
    void tenThousandStepsDoNotGrowTheResidentMemory() throws IOException {
        List<Long> resident = new ArrayList<>();
        TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 800), temporary.resolve("run"))
                .set("train.epochs=100")
                .set("checkpoint.every-steps=500")
                .set("evaluate.knn-every-epochs=20")
                .set("train.log-every-steps=100")
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics step) {
                        System.gc();
                        resident.add(Engine.residentBytes());
                    }
                })
                .run();
        assertThat(resident).hasSize(STEPS / 100);
        long early = lowest(resident.subList(20, 40));
        long late = lowest(resident.subList(80, 100));
        assertThat(late - early)
                .as("growth of the resident memory from step 2,000 to step 10,000; all: %s", resident)
                .isLessThan(ALLOWED_BYTES);
    }

    private static long lowest(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).min().orElseThrow();
    }
}
