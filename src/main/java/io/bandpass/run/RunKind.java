package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.AugmentConfig;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.MixConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.AugmentedSamples;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SampleMaker;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.RunSummary;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A kind of training: everything that differs between pre-training and fine-tuning. What they share is in
 * {@link RunSession}. Replay, benchmarks and galleries use it too.
 *
 * @param <C> the configuration
 */
public interface RunKind<C extends Record & RunConfig> {
    /** Returns the command that starts and resumes such runs; it also identifies their folders. */
    default String command() {
        return Recipes.command(config());
    }

    /** Returns the setting that names the initial weights of a run, for messages. */
    String weightsSetting();

    Class<C> config();

    /**
     * Loads the configuration of a recipe.
     *
     * @param settings as for {@link io.bandpass.config.ConfigBuilder#set}
     */
    default C load(String recipe, List<String> settings) {
        ConfigBuilder<C> builder = Recipes.load(config(), recipe);
        settings.forEach(builder::set);
        return builder.build();
    }

    /** Whether recipes name no encoder and take it from weights or from a pre-training recipe instead. */
    default boolean takesEncoder() {
        return false;
    }

    /** Returns the rule by which a new run splits images if the data names no held-out set. */
    SplitRule split(C config);

    /** Returns the rule by which runs of Bandpass 0.1.0 were split. */
    default SplitRule oldSplit(C config) {
        return split(config);
    }

    /**
     * Opens all images available for training, and those that are held out.
     *
     * @param holdOut chooses the held-out images if the data does not name them
     * @param unreadable collects the files that cannot be read
     * @throws io.bandpass.data.DataException if the images are unsuitable for such a run
     */
    Datasets open(C config, HoldOut holdOut, UnreadableImages unreadable);

    /** Selects the images that a run trains on: all, or some of them. */
    default Datasets select(C config, Datasets all) {
        return all;
    }

    /** Returns the number of classes of images to train on. */
    default int classes(ImageSource images) {
        return images.classNames().size();
    }

    /** Whether training uses the labels of the images. */
    boolean usesLabels();

    /** Returns the settings by which images are augmented, if the kind augments images alone. */
    default Optional<AugmentConfig> augmentation(C config) {
        return Optional.empty();
    }

    /** Returns how many times an image comes per epoch, each time augmented differently. */
    default int repeats(C config) {
        return augmentation(config).map(AugmentConfig::repeats).orElse(1);
    }

    /**
     * Returns what makes the training samples: by default the augmented images, with their classes if they have labels.
     *
     * @param train the images to train on, as {@link #open} and {@link #select} give them
     * @param imageSize edge of the samples' images in pixels
     */
    default SampleMaker samples(C config, ImageSource train, int imageSize) {
        AugmentConfig augment = augmentation(config)
                .orElseThrow(() -> new IllegalStateException(command() + " does not say how samples are made"));
        long seed = config.train().seed();
        return new AugmentedSamples(
                train, new Augmentation(augment, config.data().mean(), imageSize, seed));
    }

    /** Number of classes of {@link #syntheticTargets}. */
    default int syntheticClasses() {
        return 1000;
    }

    /**
     * Returns targets for synthetic images, which benchmarks train on: a class of each image, int64 (N), or of each pixel,
     * int16 (N, size, size).
     */
    default Tensor syntheticTargets(int images, int imageSize) {
        long[] classes = IntStream.range(0, images)
                .mapToLong(i -> i % syntheticClasses())
                .toArray();
        return Tensors.ofLongs(classes, images);
    }

    /** Rejects a resumed run whose data has changed, before anything is written that the next session would read. */
    default void checkResumable(RunFolder folder, Datasets datasets) throws IOException {}

    /**
     * Creates the task to train, with random weights.
     *
     * @param config resolved
     * @param classes number of classes, if training uses labels
     */
    TrainingTask task(C config, int classes, Compute compute);

    /**
     * Returns the number of classes of a stored state of the task.
     *
     * @return 0 if training does not use labels
     */
    default int classes(Path state) throws IOException {
        return 0;
    }

    /** Prepares a session of a run: its task, and how that is evaluated and written. */
    TrainingSetup prepare(RunContext<C> run) throws IOException;

    /** Returns the configuration without a curriculum: all images of the encoder's final size. */
    default C atOneSize(C config) {
        return config;
    }

    /** Returns the settings of random erasing, mixup and cutmix, if the kind has any. */
    default Optional<MixConfig> mix(C config) {
        return Optional.empty();
    }

    /** Returns the score lines of a run, for its closing lines. */
    List<String> scoreLines(RunSummary summary);

    /** Returns the weights files to name in the closing lines of a run. */
    List<Path> weights(RunFolder folder);

    /**
     * Returns commands that use the weights of a run, to copy.
     *
     * @param run its folder, quoted for a shell
     */
    List<String> nextCommands(RunFolder folder, String run, RunSummary summary);
}
