package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ScoresFileTest {
    @Test
    void holdsNamesNumbersAndConfusionAndNullForAClassWithoutImages() throws IOException {
        ClassScores scores = new ClassScores(
                7, List.of("cat", "dog \"x\""), List.of(OptionalDouble.of(0.75), OptionalDouble.empty()), new long[][] {
                    {3, 1}, {0, 0}
                });

        assertThat(new ObjectMapper().readTree(ScoresFile.toJson(scores))).isEqualTo(new ObjectMapper().readTree("""
                        {"step": 7, "classes": ["cat", "dog \\"x\\""], "images": [4, 0], "accuracy": [0.75, null],
                         "confusion": [[3, 1], [0, 0]]}
                        """));
    }

    @Test
    void partsThatDoNotGoTogetherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassScores(1, List.of("cat"), List.of(), new long[][] {{1}}))
                .withMessage("0 accuracies and 1 rows of 1 classes");
    }
}
