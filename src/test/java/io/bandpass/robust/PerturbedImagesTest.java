package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Golden;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left right by the perturbations of other programs. */
final class PerturbedImagesTest {
    @ParameterizedTest
    @ValueSource(strings = {"fgsm", "pgd", "pgd_l2"})
    void asManyAreRightAsInTheOtherProgram(String attack) {
        JsonNode expected = Golden.json("heatmap").get("rings").get(attack);
        try (PointerScope scope = new PointerScope();
                GoldenToy toy = new GoldenToy()) {
            Tensor logits = toy.logits(toy.images().add(toy.get("delta_" + attack)));
            assertThat(ScoredLogits.correct(logits, toy.labels()))
                    .isEqualTo(expected.get("correct").asLong());
            // No rounding decides on the count.
            assertThat(toy.smallestMargin()).isGreaterThan(1e-5);
        }
    }
}
