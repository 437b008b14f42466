package io.bandpass.testing.colour;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.AugmentConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.RunSummary;
import io.bandpass.run.RunContext;
import io.bandpass.run.RunKind;
import io.bandpass.run.TrainingSetup;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.weights.WeightsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Training of a network that tells the mean colour. */
public final class ColourKind implements RunKind<ColourConfig> {
    @Override
    public String weightsSetting() {
        return "`weights`";
    }

    @Override
    public Class<ColourConfig> config() {
        return ColourConfig.class;
    }

    @Override
    public SplitRule split(ColourConfig config) {
        return SplitRule.stratified(config.train().seed(), config.colour().heldOutFraction());
    }

    @Override
    public Datasets open(ColourConfig config, HoldOut holdOut, UnreadableImages bad) {
        return Datasets.open(config.data(), config.data().paths(), holdOut, bad);
    }

    @Override
    public boolean usesLabels() {
        return false;
    }

    @Override
    public Optional<AugmentConfig> augmentation(ColourConfig config) {
        return Optional.of(config.augment());
    }

    @Override
    public TrainingTask task(ColourConfig config, int classes, Compute compute) {
        return new ColourTask(config, compute);
    }

    @Override
    public TrainingSetup prepare(RunContext<ColourConfig> run) {
        return new ColourSetup(run);
    }

    @Override
    public List<String> scoreLines(RunSummary summary) {
        return List.of();
    }

    @Override
    public List<Path> weights(RunFolder folder) {
        return List.of(folder.weights(WeightsFile.ENCODER));
    }

    @Override
    public List<String> nextCommands(RunFolder folder, String run, RunSummary summary) {
        return List.of("bandpass embed --run " + run + " --images photos/ --out features.npy");
    }
}
