package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.Recipes;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.metrics.Scores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.task.DivergedException;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is said of a look at held-out images. */
final class PeriodicEvaluatorTest {
    @Test
    void logitsThatAreNoNumbersAreNamedInOneSentence() {
        PeriodicEvaluator<ClassificationScores> evaluator = evaluator();
        String sentence =
                "training diverged: after step %d, on the held-out images, logit 1 of an image is NaN, but must be"
                        + " finite; try a lower learning rate";
        assertThatThrownBy(() -> evaluator.after(new Progress(), true))
                .isInstanceOf(DivergedException.class)
                .hasMessageStartingWith(String.format(Locale.ROOT, sentence, 0));
        // So it is at the end of a session that has not looked yet.
        assertThatThrownBy(() -> evaluator.latestOr(3))
                .isInstanceOf(DivergedException.class)
                .hasMessageStartingWith(String.format(Locale.ROOT, sentence, 3));
    }

    /** It sees a logit that is none. */
    private static PeriodicEvaluator<ClassificationScores> evaluator() {
        FinetuningConfig config = Recipes.load(FinetuningConfig.class, "finetune-quick")
                .set("train.micro-batch-size=8")
                .build();
        TrainingPlan plan = TrainingPlan.of(TrainingPlan.resolve(config, 64, 1L << 30, new ArrayList<>()), 64);
        Supplier<ClassificationScores> look = () -> {
            ClassificationScores scores = new ClassificationScores(2);
            scores.add(Tensors.ofFloats(new float[] {1, Float.NaN}, 1, 2), Tensors.ofLongs(new long[] {0}, 1));
            return scores;
        };
        return new PeriodicEvaluator<>(
                config,
                PeriodicEvaluator.Interval.ofEpochs(
                        config.validate().everyEpochs(), config.validate().stopAfterEpochs(), plan),
                plan,
                Scores.TOP1,
                look,
                new TrainingListener() {});
    }
}
