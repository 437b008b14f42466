package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.AugmentConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.split.OldSplits;
import io.bandpass.torch.Compute;
import io.bandpass.weights.WeightsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Self-supervised pre-training of an encoder; labels, if present, are used for evaluation only. */
final class PretrainingKind implements RunKind<PretrainingConfig> {
    @Override
    public String weightsSetting() {
        return "`init-from`";
    }

    @Override
    public Class<PretrainingConfig> config() {
        return PretrainingConfig.class;
    }

    @Override
    public SplitRule split(PretrainingConfig config) {
        return SplitRule.stratified(config.train().seed(), config.evaluate().heldOutFraction());
    }

    @Override
    public SplitRule oldSplit(PretrainingConfig config) {
        return OldSplits.ofPretraining(config.train().seed(), config.evaluate());
    }

    @Override
    public Datasets open(PretrainingConfig config, HoldOut holdOut, UnreadableImages unreadable) {
        return Datasets.open(config.data(), config.data().paths(), holdOut, unreadable);
    }

    @Override
    public boolean usesLabels() {
        return false;
    }

    @Override
    public Optional<AugmentConfig> augmentation(PretrainingConfig config) {
        return Optional.of(config.augment());
    }

    @Override
    public PretextTask task(PretrainingConfig config, int classes, Compute compute) {
        return PretextTasks.create(config, compute);
    }

    @Override
    public TrainingSetup prepare(RunContext<PretrainingConfig> run) {
        return new PretrainingSetup(run, task(run.config(), 0, run.compute()));
    }

    @Override
    public PretrainingConfig atOneSize(PretrainingConfig config) {
        return config.withoutCurriculum();
    }

    @Override
    public List<String> scoreLines(RunSummary summary) {
        if (summary.score(Scores.KNN_TOP1).isEmpty()) {
            return List.of();
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "kNN top-1   %.2f %%",
                100 * summary.score(Scores.KNN_TOP1).getAsDouble()));
        summary.score(Scores.KNN_TOP1_BEST)
                .ifPresent(best -> line.append(String.format(Locale.ROOT, ", best %.2f %%", 100 * best)));
        summary.score(Scores.KNN_TOP1_UNTRAINED)
                .ifPresent(start -> line.append(String.format(Locale.ROOT, ", untrained %.2f %%", 100 * start)));
        summary.score(Scores.KNN_TOP1_PIXELS)
                .ifPresent(pixels -> line.append(String.format(Locale.ROOT, ", raw pixels %.2f %%", 100 * pixels)));
        summary.score(Scores.PROBE_TOP1)
                .ifPresent(probe -> line.append(String.format(Locale.ROOT, "; linear probe %.2f %%", 100 * probe)));
        return List.of(line.toString());
    }

    @Override
    public List<Path> weights(RunFolder folder) {
        return List.of(folder.weights(WeightsFile.ENCODER), folder.weights(WeightsFile.FULL));
    }

    @Override
    public List<String> nextCommands(RunFolder folder, String run, RunSummary summary) {
        List<String> commands = new ArrayList<>();
        commands.add("bandpass reconstruct --run " + run + " --images photos/ --out pictures/");
        summary.score(Scores.KNN_TOP1).ifPresent(accuracy -> commands.add("bandpass knn --run " + run));
        return commands;
    }
}
