package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Datasets;
import io.bandpass.distributed.Communicator;
import io.bandpass.split.TrainedImages;
import io.bandpass.torch.Compute;
import io.bandpass.train.TrainingPlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Everything that is settled about a session of a run before it trains.
 *
 * @param config resolved
 * @param trained the images that the run trains on, for the metadata of its weights
 * @param state state of the checkpoint that the session resumes from; empty at the start of a run
 * @param processes all that train this model
 */
public record RunContext<C extends Record & RunConfig>(
        RunOrigin origin,
        C config,
        Datasets datasets,
        TrainedImages trained,
        Compute compute,
        Optional<TrainingState> state,
        Communicator processes) {
    public RunFolder folder() {
        return origin.folder();
    }

    /** Returns the name of the recipe. */
    public String recipe() {
        return origin.recipe();
    }

    /** Returns the initial weights; empty for random ones. */
    public Optional<Path> initFrom() {
        return origin.initFrom();
    }

    /** Returns batch, steps and rates, which follow from the configuration and the number of images. */
    public TrainingPlan plan() {
        return TrainingPlan.of(config, datasets.train().size(), processes.size());
    }

    /** Returns the first step of the session, from 0. */
    long startStep() {
        return state.map(TrainingState::step).orElse(0L);
    }

    /** Returns the last step whose metrics are kept; without a checkpoint none are, not even those of step 0. */
    long keptStep() {
        return state.map(TrainingState::step).orElse(-1L);
    }
}
