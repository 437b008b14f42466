package io.bandpass.split;

import io.bandpass.checkpoint.Checkpoints.Saved;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitKeys;
import io.bandpass.data.SplitRule;
import io.bandpass.data.SplitRule.Kind;
import io.bandpass.format.WeightsException;
import io.bandpass.split.TrainedImages.Divided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Split of a run's images: chosen when the run starts, considering what its initial weights were trained on, then
 * stored in its folder and reused on resume.
 */
public final class RunSplit {
    private final RunFolder folder;
    private final SplitRule rule;
    private final Optional<Divided> stored;
    private final TrainedImages before;
    private final RecordedHoldOut choice;

    private RunSplit(
            RunFolder folder, SplitRule rule, Optional<Divided> stored, boolean resumed, TrainedImages before) {
        this.folder = folder;
        this.rule = rule;
        this.stored = stored;
        this.before = before;
        choice = new RecordedHoldOut(resumed ? previousChoice() : before.holdOut(rule), rule);
    }

    /**
     * Returns the split of a run.
     *
     * @param rule rule for a new run
     * @param oldRule rule for a run that Bandpass 0.1.0 began
     * @param initFrom initial weights
     * @param checkpoint checkpoint to resume from, if any
     * @throws RunFolderException if the stored split of a run is missing, as other images would be held out
     */
    public static RunSplit of(
            RunFolder folder, SplitRule rule, SplitRule oldRule, Optional<Path> initFrom, Optional<Saved> checkpoint)
            throws IOException {
        boolean resumed = checkpoint.isPresent();
        if (resumed && Files.isRegularFile(folder.split())) {
            return stored(folder, rule);
        }
        if (resumed && !checkpoint.get().isOfFirstVersion()) {
            throw RunFolder.damaged(folder.split(), "is not there");
        }
        TrainedImages before = initFrom.isPresent() ? before(initFrom.get(), resumed) : TrainedImages.NONE;
        return new RunSplit(folder, resumed ? oldRule : rule, Optional.empty(), resumed, before);
    }

    /** Returns the split that is stored in a run folder. */
    public static RunSplit stored(RunFolder folder, SplitRule rule) throws IOException {
        TrainedImages all = TrainedImages.read(folder.split(), folder.root().toString());
        return new RunSplit(
                folder,
                rule,
                Optional.of(all.sets().get(0)),
                true,
                new TrainedImages(all.source(), all.sets().subList(1, all.sets().size())));
    }

    private static TrainedImages before(Path weights, boolean resumed) throws IOException {
        try {
            return TrainedImages.ofWeights(weights);
        } catch (WeightsException e) {
            if (resumed) {
                // A resumed run no longer needs them, and they may not exist any more.
                return TrainedImages.NONE;
            }
            throw e;
        }
    }

    /** Returns the choice of a resumed run: what it has held out so far. */
    private HoldOut previousChoice() {
        if (stored.isEmpty()) {
            return rule;
        }
        SplitRule first = stored.get().split().rule();
        return first.kind() == Kind.LISTED ? new Listed(stored.get().keys().orElseThrow()) : first;
    }

    /** Choice of individually listed images. */
    private record Listed(SplitKeys keys) implements HoldOut {
        @Override
        public double fraction() {
            return 0;
        }

        @Override
        public Chosen of(ImageSource all) {
            byte[] parts = keys.match(all, false);
            return new Chosen(
                    IntStream.range(0, parts.length)
                            .filter(i -> parts[i] == SplitKeys.HELD_OUT)
                            .toArray(),
                    List.of());
        }
    }

    /** Returns the choice of held-out images; {@link #settle} stores it. */
    public HoldOut choice() {
        return choice;
    }

    /**
     * Stores the split, once the images are known to be suitable for training.
     *
     * @param data all images available for training
     * @param labels whether training uses their labels
     * @return all images that the weights of this run are trained on
     * @throws RunFolderException if a resumed run began with other images
     */
    public TrainedImages settle(Datasets data, boolean labels) throws IOException {
        TrainedImages trained = before.and(choice.used(), data, labels);
        if (stored.isEmpty()) {
            trained.write(folder.split());
            return trained;
        }
        String now = trained.sets().get(0).split().digest();
        if (!now.equals(stored.get().split().digest())) {
            throw new RunFolderException(
                    "the run began with other images than there are now, or with others held out: a resumed run needs"
                            + " the same ones; start a new one");
        }
        return before.and(stored.get());
    }
}
