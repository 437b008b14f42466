package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.inference.PretrainedEncoder;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.Pretraining;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of library use, as it stands there and running. */
final class LibraryUseTest {
    @TempDir
    Path temporary;

    // example
    static float[] trainAndEmbed(String recipe, String photos, Path run, Path image) throws IOException {
        TrainingListener progress = new TrainingListener() {
            @Override
            public void onStep(StepMetrics step) {
                System.out.printf("step %d, loss %.4f%n", step.step(), step.loss());
            }
        };
        Pretraining.recipe(recipe).data(photos).out(run).listener(progress).run();
        try (PretrainedEncoder encoder = PretrainedEncoder.open(run.resolve("weights/encoder.safetensors"))) {
            return encoder.embed(image);
        }
    }
    // end of example

    @Test
    void theExampleTrainsAndEmbeds() throws IOException {
        Path data = TinyRuns.images(temporary.resolve("data"), 16);
        Path run = temporary.resolve("run");
        Path image = Path.of("samples", "photos", "coffee.jpg");
        Path recipe = temporary.resolve("tiny.yaml");
        Files.writeString(recipe, TinyRuns.recipe());

        float[] embedding = trainAndEmbed(recipe.toString(), data.toString(), run, image);

        assertThat(embedding).hasSize(16);
        assertThat(embedding).isNotEqualTo(new float[16]);
        try (PretrainedEncoder encoder = PretrainedEncoder.open(run.resolve("weights/full.safetensors"))) {
            assertThat(encoder.embed(image)).isEqualTo(embedding);
        }
    }

    @Test
    void theReadmeShowsTheExample() throws IOException {
        String test = Files.readString(Path.of("src/test/java/io/bandpass/LibraryUseTest.java"));
        String start = "    // example\n";
        int from = test.indexOf(start) + start.length();
        String example = test.substring(from, test.indexOf("    // end of example", from));
        assertThat(example.lines()).hasSizeLessThan(15);
        assertThat(Files.readString(Path.of("README.md")))
                .contains(example.stripTrailing().stripIndent());
    }
}
