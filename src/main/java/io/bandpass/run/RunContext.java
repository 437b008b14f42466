package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Datasets;
import io.bandpass.split.TrainedImages;
import io.bandpass.torch.Compute;
import io.bandpass.train.TrainingPlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A session of a run, once everything about it is settled.
 *
 * @param recipe the name of the recipe
 * @param initFrom weights that the run begins with; empty for random ones
 * @param config resolved
 * @param trained the images that the weights of the run are trained on, for their metadata
 * @param state of the checkpoint that the session goes on from; empty at the start of a run
 */
public record RunContext<C extends Record & RunConfig>(
        RunFolder folder,
        String recipe,
        Optional<Path> initFrom,
        C config,
        TrainingPlan plan,
        Datasets datasets,
        TrainedImages trained,
        Compute compute,
        Optional<TrainingState> state) {
    /** The step that the session begins with, from 0. */
    long startStep() {
        return state.map(TrainingState::step).orElse(0L);
    }

    /** The last step whose lines stand: without a checkpoint none, not even those of an evaluation at step 0. */
    long keptStep() {
        return state.map(TrainingState::step).orElse(-1L);
    }
}
