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
 * Everything that is settled about a session of a run before it trains.
 *
 * @param recipe name of the recipe
 * @param initFrom initial weights; empty for random ones
 * @param config resolved
 * @param trained the images that the run trains on, for the metadata of its weights
 * @param state state of the checkpoint that the session resumes from; empty at the start of a run
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
    /** Returns the first step of the session, from 0. */
    long startStep() {
        return state.map(TrainingState::step).orElse(0L);
    }

    /** Returns the last step whose metrics are kept; without a checkpoint none are, not even those of step 0. */
    long keptStep() {
        return state.map(TrainingState::step).orElse(-1L);
    }
}
