package io.bandpass.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrainingListenersTest {
    private static final RunFacts FACTS = new RunFacts(Path.of("run"), 1, 0, 1, Map.of());
    private static final StepMetrics STEP = new StepMetrics(1, 1, 1, 1, 1, 1, 0);
    private static final ScoreMetrics KNN = new ScoreMetrics(1, 1, Map.of(Scores.KNN_TOP1, 1.0));
    private static final Path PATH = Path.of("file");
    private static final RunSummary SUMMARY = new RunSummary("done", 1, 1, 1, Map.of(), 0, 0, 1);

    private final List<String> told = new ArrayList<>();

    /** Notes what it is told, and throws at steps if it is asked to. */
    private final class Noting implements TrainingListener {
        private final String name;
        private final boolean throwing;

        Noting(String name, boolean throwing) {
            this.name = name;
            this.throwing = throwing;
        }

        @Override
        public void onStart(RunFacts facts) {
            told.add(name + " start " + facts.equals(FACTS));
        }

        @Override
        public void onStep(StepMetrics metrics) {
            told.add(name + " step " + metrics.equals(STEP));
            if (throwing) {
                throw new IllegalStateException("enough");
            }
        }

        @Override
        public void onScores(ScoreMetrics metrics) {
            told.add(name + " knn " + metrics.equals(KNN));
        }

        @Override
        public void onSamples(long step, Path picture) {
            told.add(name + " samples " + step + " " + picture);
        }

        @Override
        public void onCheckpoint(long step, Path folder) {
            told.add(name + " checkpoint " + step + " " + folder);
        }

        @Override
        public void onNotice(String sentence) {
            told.add(name + " notice " + sentence);
        }

        @Override
        public void onEnd(RunSummary summary) {
            told.add(name + " end " + summary.equals(SUMMARY));
        }
    }

    @Test
    void eachIsToldEverythingInOrder() {
        TrainingListener all = new TrainingListeners(List.of(new Noting("a", false), new Noting("b", false)));
        all.onStart(FACTS);
        all.onStep(STEP);
        all.onScores(KNN);
        all.onSamples(2, PATH);
        all.onCheckpoint(3, PATH);
        all.onNotice("x");
        all.onEnd(SUMMARY);
        assertThat(told)
                .containsExactly(
                        "a start true",
                        "b start true",
                        "a step true",
                        "b step true",
                        "a knn true",
                        "b knn true",
                        "a samples 2 file",
                        "b samples 2 file",
                        "a checkpoint 3 file",
                        "b checkpoint 3 file",
                        "a notice x",
                        "b notice x",
                        "a end true",
                        "b end true");
    }

    @Test
    void oneThatThrowsIsHeardAndThoseAfterItAreNotTold() {
        TrainingListener all =
                new TrainingListeners(List.of(new Noting("a", false), new Noting("b", true), new Noting("c", false)));
        assertThatThrownBy(() -> all.onStep(STEP))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(told).containsExactly("a step true", "b step true");
    }

    @Test
    void aListenerThatIsAddedLaterIsNotTold() {
        List<TrainingListener> listeners = new ArrayList<>(List.of(new Noting("a", false)));
        TrainingListener all = new TrainingListeners(listeners);
        listeners.add(new Noting("b", false));
        all.onNotice("x");
        assertThat(told).containsExactly("a notice x");
    }
}
