package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.MixConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.RunSummary;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What differs between kinds of training. Everything else about a run is {@link RunSession}, whatever is trained; replay,
 * benchmarks and galleries ask the kind too.
 *
 * @param <C> the configuration
 */
public interface RunKind<C extends Record & RunConfig> {
    /** The command that starts and resumes such runs, by which their folders are known. */
    default String command() {
        return Recipes.command(config());
    }

    /** The flag that names the weights that a run begins with, for messages. */
    String weightsSetting();

    Class<C> config();

    /**
     * The configuration of a recipe.
     *
     * @param settings as {@link io.bandpass.config.ConfigBuilder#set}
     */
    default C load(String recipe, List<String> settings) {
        ConfigBuilder<C> builder = Recipes.load(config(), recipe);
        settings.forEach(builder::set);
        return builder.build();
    }

    /** Whether recipes have no encoder, and take that of given weights or of a recipe of pre-training. */
    default boolean takesEncoder() {
        return false;
    }

    /** How a new run divides images, where the data names no held-out part. */
    SplitRule split(C config);

    /** How a run that Bandpass 0.1.0 began was divided. */
    default SplitRule oldSplit(C config) {
        return split(config);
    }

    /**
     * Opens all images that could be trained on, and those that are held out.
     *
     * @param holdOut chooses what is held out where the data does not name it
     * @param bad takes the files that cannot be read
     * @throws io.bandpass.data.DataException if they are not what such a run needs
     */
    Datasets open(C config, HoldOut holdOut, UnreadableImages bad);

    /** The images that a run trains on: all, or some of them. */
    default Datasets select(C config, Datasets all) {
        return all;
    }

    /** Whether the labels of the images are trained on. */
    boolean usesLabels();

    /**
     * Rejects a resumed run whose data is not what it was begun with, before anything is written that the next session would
     * read.
     */
    default void checkResumable(RunFolder folder, Datasets datasets) throws IOException {}

    /**
     * Creates what is trained, with random weights.
     *
     * @param config resolved
     * @param classes of the labels, where they are trained on
     */
    TrainingTask task(C config, int classes, Compute compute);

    /**
     * The number of classes of a stored state of the task.
     *
     * @return 0 where labels are not trained on
     */
    default int classes(Path state) throws IOException {
        return 0;
    }

    /** Creates what is trained in a session of a run, and what goes with it. */
    TrainingSetup prepare(RunContext<C> run) throws IOException;

    /** The same with all images of the size that the encoder ends with. */
    default C atOneSize(C config) {
        return config;
    }

    /** How images of a batch are erased and mixed, where they are. */
    default Optional<MixConfig> mix(C config) {
        return Optional.empty();
    }

    /** Lines with the scores of a run, for its last words. */
    List<String> scoreLines(RunSummary summary);

    /** The weights files to name in the last words of a run. */
    List<Path> weights(RunFolder folder);

    /**
     * Commands that use the weights of a run, to copy.
     *
     * @param run its folder, as a shell takes it
     */
    List<String> nextCommands(RunFolder folder, String run, RunSummary summary);
}
