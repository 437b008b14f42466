package io.bandpass.train;

import io.bandpass.config.ConfigException;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What changes during a run: progressive resizing, with images that grow from stage to stage (method.md section 10), and
 * the warm-up of low-pass masks (section 1). Both depend on the number of the step alone. Without progressive resizing
 * there is one stage.
 */
public final class Curriculum {
    /** The configuration that applies from a step onwards. */
    private record Stage(long startStep, double startEpoch, PretrainingConfig config) {
        int imageSize() {
            return config.encoder().imageSize();
        }

        /** Describes the image size and, if all images share one mask radius, that radius. */
        String describe() {
            MaskConfig mask = config.mask();
            boolean radius = config.task() instanceof MaskedFrequencyConfig && !mask.ranksMagnitudes();
            return imageSize() + " px" + (radius ? ", " + mask.at(imageSize()).describe() : "");
        }
    }

    private final List<Stage> stages = new ArrayList<>();
    private final MaskConfig mask;
    private final boolean hasWarmup;
    private final long stepsPerEpoch;

    /**
     * Creates the curriculum of a run.
     *
     * @param config resolved
     * @throws ConfigException if a stage would have no step, or the warm-up of low-pass masks no end
     */
    public Curriculum(PretrainingConfig config, long stepsPerEpoch) {
        this.stepsPerEpoch = stepsPerEpoch;
        mask = config.mask();
        hasWarmup = config.task() instanceof MaskedFrequencyConfig && mask.hasWarmup();
        long total = config.train().totalSteps(stepsPerEpoch);
        if (hasWarmup && mask.lowpassWarmupEpochs() * stepsPerEpoch > total) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "mask.lowpass-warmup-epochs is %s, where an epoch has %s, but the run has %d:"
                            + " mask.lowpass-probability would never be reached",
                    mask.lowpassWarmupEpochs(),
                    Counts.of(stepsPerEpoch, "step"),
                    total));
        }
        List<Double> starts = config.curriculum().isEmpty()
                ? List.of(0.0)
                : config.curriculum().startEpochs();
        for (int i = 0; i < starts.size(); i++) {
            long startStep = (long) (starts.get(i) * stepsPerEpoch);
            if (i > 0 && startStep == stages.get(i - 1).startStep()) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "curriculum.start-epochs has %s and %s, which are one step where an epoch has %d: they must be further apart",
                        starts.get(i - 1),
                        starts.get(i),
                        stepsPerEpoch));
            }
            if (startStep >= total) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "curriculum.start-epochs has %s, which is step %d where an epoch has %d, but the run has %d: the last"
                                + " stage would never begin",
                        starts.get(i),
                        startStep,
                        stepsPerEpoch,
                        total));
            }
            stages.add(new Stage(startStep, starts.get(i), config.stages().get(i)));
        }
    }

    /** Returns the edge length in pixels of the images of a step; steps count from 0. */
    public int imageSizeAt(long step) {
        return stageAt(step).imageSize();
    }

    private Stage stageAt(long step) {
        Stage found = stages.get(0);
        for (Stage stage : stages) {
            if (stage.startStep() <= step) {
                found = stage;
            }
        }
        return found;
    }

    /**
     * Returns notices if a step, counted from 0, is the first of a stage, unless there is only one, or the first after the
     * warm-up of low-pass masks.
     */
    public List<String> beginningAt(long step) {
        List<String> notices = new ArrayList<>();
        Stage stage = stageAt(step);
        if (stages.size() > 1 && stage.startStep() == step) {
            notices.add(String.format(
                    Locale.ROOT,
                    "stage %d of %d of the curriculum begins: images of %s",
                    stages.indexOf(stage) + 1,
                    stages.size(),
                    stage.describe()));
        }
        if (hasWarmup && isWarm(step) && !isWarm(step - 1)) {
            notices.add("the warm-up of low-pass masks has ended: their probability is " + mask.keepProbability());
        }
        return notices;
    }

    private boolean isWarm(long step) {
        return step / (double) stepsPerEpoch >= mask.lowpassWarmupEpochs();
    }

    /** Describes all stages in one human-readable line; empty if there is only one. */
    public Optional<String> describe() {
        return stages.size() == 1
                ? Optional.empty()
                : Optional.of(String.join(
                        "; ",
                        stages.stream()
                                .map(stage -> String.format(
                                        Locale.ROOT,
                                        "%s from epoch %s (step %d)",
                                        stage.describe(),
                                        stage.startEpoch(),
                                        stage.startStep()))
                                .toList()));
    }
}
