package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.config.ValidateConfig;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is said of a look at held-out images. */
final class ValidationWatchTest {
    @Test
    void logitsThatAreNoNumbersAreNamedInOneSentence() {
        RunConfig config = Recipes.load("quick").set("train.micro-batch-size=8").build();
        RunPlan plan = RunPlan.of(RunPlan.resolve(config, 64, 1L << 30, new ArrayList<>()), 64);
        Supplier<ClassificationScores> look = () -> {
            ClassificationScores scores = new ClassificationScores(2);
            scores.add(Tensors.ofFloats(new float[] {1, Float.NaN}, 1, 2), Tensors.ofLongs(new long[] {0}, 1));
            return scores;
        };
        ValidateConfig every = new ValidateConfig(1, OptionalInt.empty(), 1, 8, OptionalDouble.empty());
        ValidationWatch watch = new ValidationWatch(every, plan, look, new TrainingListener() {});
        assertThatThrownBy(() -> watch.after(new Progress(), true))
                .isInstanceOf(DivergedException.class)
                .hasMessage(
                        "training diverged: after step 0, logit 1 of a held-out image is NaN; try a lower learning rate,"
                                + " more warm-up or --precision fp32");
    }
}
