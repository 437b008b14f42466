package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunLinesTest {
    private final List<String> said = new ArrayList<>();
    private final RunLines lines = new RunLines(said::add, () -> 300L << 20);

    @Test
    void factsStandInAColumn() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("device", "cpu");
        facts.put("learning rate", "0.001");
        facts.put("data", "a\nb");
        lines.onStart(new RunFacts(Path.of("run"), 10, 0, 5, facts));
        assertThat(said)
                .containsExactly("device         cpu", "learning rate  0.001", "data           a\n               b");
    }

    @Test
    void noFactsAreNoLines() {
        lines.onStart(new RunFacts(Path.of("run"), 10, 0, 5, Map.of()));
        assertThat(said).isEmpty();
    }

    @Test
    void aStepTellsWhatPeopleAskFor() {
        start(0);
        lines.onStep(new StepMetrics(10, 2, 0.123456, 1.234e-4, 2.5, 119.6, 0.056));
        assertThat(said)
                .containsExactly("step 10/10  epoch 2.00  loss 0.1235  lr 1.23e-04  grad 2.50  120 img/s  data 6%"
                        + "  mem 300 MB  ETA 0s");
    }

    @Test
    void aLossThatIsNotFiniteIsShownAsSuch() {
        start(0);
        lines.onStep(new StepMetrics(10, 2, Double.NaN, 1, Double.POSITIVE_INFINITY, 0, 0));
        assertThat(said).singleElement().asString().contains("loss NaN").contains("grad Infinity");
    }

    @Test
    void theTimeLeftIsKnownFromTheFirstStepOfAResumedRun() {
        start(8);
        lines.onStep(new StepMetrics(9, 2, 1, 1, 1, 1, 0));
        assertThat(said).singleElement().asString().matches(".*  ETA \\d+s");
    }

    @Test
    void aRunThatStandsStillHasNoTimeLeftOfNonsense() {
        start(9);
        // A step that was logged twice divides by nothing.
        lines.onStep(new StepMetrics(9, 2, 1, 1, 1, 1, 0));
        assertThat(said).singleElement().asString().endsWith("  ETA 0s");
    }

    @Test
    void theOtherEventsAreALineEach() {
        lines.onScores(new ScoreMetrics(0, 0, Map.of(Scores.KNN_TOP1, 0.5)));
        lines.onScores(new ScoreMetrics(7, 1.25, Map.of(Scores.KNN_TOP1, 0.66666)));
        Map<String, Double> both = new LinkedHashMap<>(Map.of(Scores.KNN_TOP1, 0.7));
        both.put(Scores.PROBE_TOP1, 0.8);
        lines.onScores(new ScoreMetrics(8, 2, both));
        lines.onSamples(5, Path.of("s.png"));
        lines.onCheckpoint(5, Path.of("c"));
        lines.onNotice("100 % of it");
        assertThat(said)
                .containsExactly(
                        "kNN top-1 50.00 % (at the start)",
                        "kNN top-1 66.67 % (epoch 1.3)",
                        "kNN top-1 70.00 %, linear probe top-1 80.00 % (epoch 2.0)",
                        "samples     s.png",
                        "checkpoint  c",
                        "notice: 100 % of it");
    }

    @Test
    void numbersAreTheSameInEveryCountry() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            start(0);
            lines.onStep(new StepMetrics(10, 2.5, 0.5, 1e-3, 2.5, 10, 0.5));
            lines.onScores(new ScoreMetrics(7, 1.25, Map.of(Scores.KNN_TOP1, 0.5)));
            assertThat(said).allSatisfy(line -> assertThat(line).matches("\\p{ASCII}*"));
            assertThat(RunLines.duration(125)).isEqualTo("2m05s");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "0.4, 0s",
        "59.4, 59s",
        "59.6, 1m00s",
        "60, 1m00s",
        "3599.4, 59m59s",
        "3599.6, 1h00m",
        "7620, 2h07m",
        "360000, 100h00m"
    })
    void durationsAreShort(double seconds, String shown) {
        assertThat(RunLines.duration(seconds)).isEqualTo(shown);
    }

    private void start(long startStep) {
        lines.onStart(new RunFacts(Path.of("run"), 10, startStep, 5, Map.of()));
    }
}
