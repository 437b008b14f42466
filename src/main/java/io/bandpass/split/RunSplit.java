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
 * What a run holds out: chosen as it begins, with regard to what its first weights were trained on, then kept in its
 * folder, and the same whenever it is resumed.
 */
public final class RunSplit {
    private final RunFolder folder;
    private final SplitRule rule;
    private final Optional<Divided> stored;
    private final TrainedImages before;
    private final RecordedHoldOut choice;

    private RunSplit(RunFolder folder, SplitRule rule, Optional<Divided> stored, boolean begun, TrainedImages before) {
        this.folder = folder;
        this.rule = rule;
        this.stored = stored;
        this.before = before;
        choice = new RecordedHoldOut(begun ? again() : before.holdOut(rule), rule);
    }

    /**
     * The split of a run.
     *
     * @param rule of a new run
     * @param oldRule of a run that Bandpass 0.1.0 began
     * @param initFrom weights that it begins with
     * @param checkpoint that it goes on from, if any
     * @throws RunFolderException if a run that kept its split has lost it: others would be held out
     */
    public static RunSplit of(
            RunFolder folder, SplitRule rule, SplitRule oldRule, Optional<Path> initFrom, Optional<Saved> checkpoint)
            throws IOException {
        boolean begun = checkpoint.isPresent();
        if (begun && Files.isRegularFile(folder.split())) {
            TrainedImages all = TrainedImages.read(folder.split(), folder.root().toString());
            return new RunSplit(
                    folder,
                    rule,
                    Optional.of(all.sets().get(0)),
                    true,
                    new TrainedImages(
                            all.source(), all.sets().subList(1, all.sets().size())));
        }
        if (begun && !checkpoint.get().isOfFirstVersion()) {
            throw RunFolder.damaged(folder.split(), "is not there");
        }
        TrainedImages before = initFrom.isPresent() ? before(initFrom.get(), begun) : TrainedImages.NONE;
        return new RunSplit(folder, begun ? oldRule : rule, Optional.empty(), begun, before);
    }

    private static TrainedImages before(Path weights, boolean begun) throws IOException {
        try {
            return TrainedImages.ofWeights(weights);
        } catch (WeightsException e) {
            if (begun) {
                // They are not needed any more, and may have gone.
                return TrainedImages.NONE;
            }
            throw e;
        }
    }

    /** What a run that goes on has held out so far. */
    private HoldOut again() {
        if (stored.isEmpty()) {
            return rule;
        }
        SplitRule first = stored.get().split().rule();
        return first.kind() == Kind.LISTED ? new Listed(stored.get().keys().orElseThrow()) : first;
    }

    /** Single images. */
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

    /** Chooses what is held out; {@link #settle} keeps it. */
    public HoldOut choice() {
        return choice;
    }

    /**
     * Keeps the split, once it is known that the images can be trained on.
     *
     * @param data with all images that can be trained on
     * @param labels whether their labels are trained on
     * @return everything that the weights of this run are trained on
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
