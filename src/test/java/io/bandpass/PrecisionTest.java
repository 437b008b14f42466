package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bf16 learns what float32 learns: on the bundled images, from the same start, in the same order. */
final class PrecisionTest {
    private static final double ONE_PER_CENT = 0.01;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({"quick, 12", "quick-vit, 4"})
    void finalLossesDifferByLessThanOnePerCent(String recipe, int epochs) {
        double fp32 = finalLoss(recipe, epochs, "fp32");
        double bf16 = finalLoss(recipe, epochs, "bf16");
        assertThat(bf16).isCloseTo(fp32, within(ONE_PER_CENT * fp32));
        // Otherwise the setting would have been passed over.
        assertThat(bf16).isNotEqualTo(fp32);
    }

    private double finalLoss(String recipe, int epochs, String precision) {
        return Pretraining.recipe(recipe)
                .data("samples/fashion-mnist")
                .set("train.epochs=" + epochs)
                .set("train.precision=" + precision)
                .set("data.labels=none")
                .out(temporary.resolve(precision))
                .run()
                .finalLoss();
    }
}
