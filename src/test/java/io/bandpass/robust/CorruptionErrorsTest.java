package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CorruptionErrorsTest {
    private static final JsonNode EXPECTED = Golden.json("robustness_scores").get("mce");

    private static CorruptionErrors of(JsonNode errors) {
        CorruptionErrors scores = new CorruptionErrors();
        errors.properties().forEach(entry -> {
            for (int severity = 1; severity <= 5; severity++) {
                scores.add(
                        entry.getKey(),
                        severity,
                        entry.getValue().get(severity - 1).asDouble());
            }
        });
        return scores;
    }

    /** The golden numbers are in per cent. */
    private static void equal(double actual, JsonNode perCent) {
        double expected = perCent.asDouble() / 100;
        assertThat(actual).isCloseTo(expected, within(1e-9 * expected));
    }

    @Test
    void theCorruptionsAreThoseOfTheBenchmarkInItsOrder() {
        List<String> names = new ArrayList<>();
        EXPECTED.get("alexnet_errors").fieldNames().forEachRemaining(names::add);
        assertThat(CorruptionErrors.benchmark()).isEqualTo(names).hasSize(15);
        assertThat(BaselineErrors.alexNet().clean())
                .isEqualTo(EXPECTED.get("alexnet_clean_error").asDouble());
        names.forEach(name -> {
            List<Double> errors = Objects.requireNonNull(
                    BaselineErrors.alexNet().byCorruption().get(name));
            assertThat(errors).as(name).hasSize(5);
            for (int i = 0; i < 5; i++) {
                assertThat(errors.get(i))
                        .isEqualTo(
                                EXPECTED.get("alexnet_errors").get(name).get(i).asDouble());
            }
        });
    }

    @Test
    void alexNetItselfHasOneHundredPerCent() {
        CorruptionErrors scores = of(EXPECTED.get("alexnet_errors"));
        equal(
                scores.meanCorruptionError().orElseThrow(),
                EXPECTED.get("alexnet_itself").get("mce"));
        equal(
                scores.relativeMeanCorruptionError(
                                EXPECTED.get("alexnet_clean_error").asDouble())
                        .orElseThrow(),
                EXPECTED.get("alexnet_itself").get("relative_mce"));
        assertThat(scores.meanError().orElseThrow()).isCloseTo(0.788993, within(1e-6));
    }

    /** Its accuracies are means over the severities. */
    @Test
    void thePublishedRowOfResNet50() {
        JsonNode row = EXPECTED.get("resnet50_published");
        CorruptionErrors scores = new CorruptionErrors();
        row.get("top1_per_cent").properties().forEach(entry -> {
            for (int severity = 1; severity <= 5; severity++) {
                scores.add(entry.getKey(), severity, 1 - entry.getValue().asDouble() / 100);
            }
        });
        CorruptionErrors.benchmark().forEach(name -> {
            double error = scores.corruptionError(name).orElseThrow();
            equal(error, row.get("computed_ce").get(name));
            assertThat(100 * error).isCloseTo(row.get("ce").get(name).asDouble(), within(0.0151));
        });
        equal(scores.meanCorruptionError().orElseThrow(), row.get("computed_mce"));
        assertThat(100 * scores.meanCorruptionError().orElseThrow())
                .isCloseTo(row.get("mce").asDouble(), within(0.005));
        assertThat(100 * (1 - scores.meanError().orElseThrow()))
                .isCloseTo(row.get("mean_accuracy").asDouble(), within(1e-9));
    }

    @Test
    void aTableWithAllScores() {
        JsonNode table = EXPECTED.get("made_up");
        CorruptionErrors scores = of(table.get("errors"));
        double clean = table.get("clean_error").asDouble();
        CorruptionErrors.benchmark().forEach(name -> {
            equal(scores.corruptionError(name).orElseThrow(), table.get("ce").get(name));
            equal(
                    scores.relativeCorruptionError(name, clean).orElseThrow(),
                    table.get("relative_ce").get(name));
        });
        equal(scores.meanCorruptionError().orElseThrow(), table.get("mce"));
        equal(scores.meanError().orElseThrow(), table.get("mean_error"));
        equal(scores.relativeMeanCorruptionError(clean).orElseThrow(), table.get("relative_mce"));
        equal(scores.meanCorruptionErrorWithoutFrost().orElseThrow(), table.get("mce_without_frost_14"));
        assertThat(scores.missing()).isEmpty();
        assertThat(scores.corruptions()).isEqualTo(CorruptionErrors.benchmark());
        assertThat(scores.error("fog", 3)).hasValue(0.75108);
    }

    /** All but what is named, and what lies beside the benchmark. */
    private static CorruptionErrors without(String... missing) {
        CorruptionErrors scores = new CorruptionErrors();
        CorruptionErrors.benchmark().forEach(name -> {
            for (int severity = 1; severity <= 5; severity++) {
                if (!List.of(missing).contains(name) && !List.of(missing).contains(name + " " + severity)) {
                    scores.add(name, severity, 0.5);
                }
            }
        });
        return scores;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fog", "fog 1", "jpeg_compression 5"})
    void aScoreThatNeedsWhatIsMissingIsEmpty(String missing) {
        CorruptionErrors scores = without(missing);
        String name = missing.split(" ", -1)[0];
        assertThat(scores.meanError()).isEmpty();
        assertThat(scores.meanError(name)).isEmpty();
        assertThat(scores.meanCorruptionError()).isEmpty();
        assertThat(scores.meanCorruptionErrorWithoutFrost()).isEmpty();
        assertThat(scores.relativeMeanCorruptionError(0.1)).isEmpty();
        assertThat(scores.corruptionError(name)).isEmpty();
        assertThat(scores.relativeCorruptionError(name, 0.1)).isEmpty();
        assertThat(scores.meanError("snow")).hasValue(0.5);
        assertThat(scores.corruptionError("snow")).isPresent();
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(without("snow", "fog 2", "fog 4", "frost 5").missing())
                .containsExactly("snow", "frost at the severity 5", "fog at the severities 2, 4");
        assertThat(new CorruptionErrors().missing()).isEqualTo(CorruptionErrors.benchmark());
    }

    @Test
    void withoutFrostThereIsAMeanOverTheOthersOnly() {
        CorruptionErrors scores = without("frost");
        assertThat(scores.meanCorruptionError()).isEmpty();
        assertThat(scores.meanCorruptionErrorWithoutFrost()).isPresent();
    }

    @Test
    void corruptionsBesideTheBenchmarkCountInNoMean() {
        CorruptionErrors scores = without();
        double mean = scores.meanCorruptionError().orElseThrow();
        for (int severity = 1; severity <= 5; severity++) {
            scores.add("saturate", severity, 0.9);
        }
        assertThat(scores.meanError("saturate").orElseThrow()).isCloseTo(0.9, within(1e-12));
        assertThat(scores.corruptionError("saturate")).isEmpty();
        assertThat(scores.relativeCorruptionError("saturate", 0.1)).isEmpty();
        assertThat(scores.meanCorruptionError()).hasValue(mean);
        assertThat(scores.meanError()).hasValue(0.5);
        assertThat(scores.corruptions()).hasSize(16).endsWith("saturate");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5, severity 0 of fog",
        "6, 0.5, severity 6 of fog",
        "1, 50, 'is 50.0, but must be from 0 to 1'",
        "1, NaN, is NaN",
        "2, 0.5, was added before"
    })
    void numbersThatCannotBeAreRefused(int severity, double error, String said) {
        CorruptionErrors scores = new CorruptionErrors();
        scores.add("fog", 2, 0.5);
        assertThatThrownBy(() -> scores.add("fog", severity, error))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
        assertThat(scores.error("fog", 2)).hasValue(0.5);
        assertThat(scores.error("fog", 1)).isEmpty();
    }
}
