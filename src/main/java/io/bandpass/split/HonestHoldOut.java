package io.bandpass.split;

import io.bandpass.data.DataException;
import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitKeys;
import io.bandpass.data.SplitRule;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Holds out images that weights were not trained on: for images that the weights know, those that were held out during
 * their training, and otherwise those that a rule draws. Never holds out an image whose label they were trained on.
 */
final class HonestHoldOut implements HoldOut {
    private final TrainedImages trained;
    private final SplitRule rule;
    private final boolean ofItsRun;

    /**
     * Creates a choice.
     *
     * @param rule rule for images that the weights do not know
     * @param ofItsRun whether the images are the training data of the weights, as far as it still exists
     */
    HonestHoldOut(TrainedImages trained, SplitRule rule, boolean ofItsRun) {
        this.trained = trained;
        this.rule = rule;
        this.ofItsRun = ofItsRun;
    }

    @Override
    public double fraction() {
        return rule.fraction();
    }

    @Override
    public Chosen of(ImageSource all) {
        List<String> notices = new ArrayList<>();
        Map<Divided, byte[]> parts = new LinkedHashMap<>();
        for (Divided set : trained.sets()) {
            Optional<byte[]> found = match(set, all);
            found.ifPresent(known -> parts.put(set, known));
            if (found.isEmpty()) {
                lost(set).ifPresent(notices::add);
            }
        }
        boolean[] labelled = trained(parts, true, all.size());
        int[] heldOut = reused(parts, labelled, all, notices).orElseGet(() -> drawn(labelled, all, notices));
        boolean[] seen = trained(parts, false, all.size());
        noteSeen(IntStream.of(heldOut).filter(i -> seen[i]).count(), heldOut.length, notices);
        return new Chosen(heldOut, List.copyOf(notices));
    }

    private Optional<byte[]> match(Divided set, ImageSource all) {
        Optional<byte[]> found = set.match(all, false);
        if (found.isPresent() || !ofItsRun || !set.split().digest().isEmpty()) {
            return found;
        }
        // A 0.1.0 file outside its run folder: only the rule is known.
        byte[] drawn = new byte[all.size()];
        Arrays.fill(drawn, SplitKeys.TRAINED);
        IntStream.of(set.split().rule().draw(all)).forEach(i -> drawn[i] = SplitKeys.HELD_OUT);
        return Optional.of(drawn);
    }

    /** Returns which images were trained on, either with or without their labels. */
    private static boolean[] trained(Map<Divided, byte[]> parts, boolean labels, int images) {
        boolean[] trained = new boolean[images];
        parts.forEach((set, part) -> {
            if (set.split().labels() == labels) {
                IntStream.range(0, images)
                        .filter(i -> part[i] == SplitKeys.TRAINED)
                        .forEach(i -> trained[i] = true);
            }
        });
        return trained;
    }

    /** Returns what the first set that knows the images held out, and for images unknown to it, what the rule draws. */
    private Optional<int[]> reused(
            Map<Divided, byte[]> parts, boolean[] labelled, ImageSource all, List<String> notices) {
        int[] drawn = rule.draw(all);
        for (Map.Entry<Divided, byte[]> entry : parts.entrySet()) {
            byte[] part = entry.getValue();
            boolean[] held = new boolean[part.length];
            IntStream.of(drawn).filter(i -> part[i] == SplitKeys.UNKNOWN).forEach(i -> held[i] = true);
            IntStream.range(0, part.length)
                    .filter(i -> part[i] == SplitKeys.HELD_OUT)
                    .forEach(i -> held[i] = true);
            int[] heldOut = IntStream.range(0, part.length)
                    .filter(i -> held[i] && !labelled[i])
                    .toArray();
            if (IntStream.of(heldOut).noneMatch(i -> part[i] == SplitKeys.HELD_OUT) || !canBeLearned(all, heldOut)) {
                continue;
            }
            if (!ofItsRun && !Arrays.equals(heldOut, drawn)) {
                notices.add(String.format(
                        Locale.ROOT,
                        "held out %s that %s was not trained on, and not what seed %d draws",
                        Counts.choose(heldOut.length, "is the image", "are the " + heldOut.length + " images"),
                        trained.source(),
                        rule.seed()));
            }
            noteUnknown(part, notices);
            return Optional.of(heldOut);
        }
        return Optional.empty();
    }

    private void noteUnknown(byte[] part, List<String> notices) {
        long others = IntStream.range(0, part.length)
                .filter(i -> part[i] == SplitKeys.UNKNOWN)
                .count();
        if (others > 0) {
            notices.add(String.format(
                    Locale.ROOT,
                    "%d of the %s %s not among those of %s",
                    others,
                    Counts.of(part.length, "image"),
                    Counts.choose(others, "is", "are"),
                    trained.source()));
        }
    }

    /** Whether each held-out class still has an image to train on; of images without labels, whether any is left. */
    private static boolean canBeLearned(ImageSource all, int[] heldOut) {
        if (!all.isLabelled()) {
            return heldOut.length < all.size();
        }
        int classes = all.classNames().size();
        int[] left = new int[classes];
        boolean[] held = new boolean[classes];
        IntStream.range(0, all.size()).forEach(i -> left[all.label(i)]++);
        IntStream.of(heldOut).forEach(i -> {
            left[all.label(i)]--;
            held[all.label(i)] = true;
        });
        return IntStream.range(0, classes).noneMatch(label -> held[label] && left[label] == 0);
    }

    private int[] drawn(boolean[] labelled, ImageSource all, List<String> notices) {
        int[] drawn = rule.draw(all);
        int[] heldOut = IntStream.of(drawn).filter(i -> !labelled[i]).toArray();
        int seen = drawn.length - heldOut.length;
        if (seen > 0 && heldOut.length == 0) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "nothing can be held out: %s was trained with the labels of %s, so an accuracy on any of them would not be one of held-out images; give images that it was not trained on, or other weights",
                    trained.source(),
                    Counts.choose(seen, "the image that was drawn for it", "all " + seen + " images drawn for it")));
        }
        if (seen > 0) {
            notices.add(String.format(
                    Locale.ROOT,
                    "%s of those drawn to be held out %s not held out, as %s was trained with %s",
                    Counts.of(seen, "image"),
                    Counts.choose(seen, "is", "are"),
                    trained.source(),
                    Counts.choose(seen, "its label", "their labels")));
        }
        return heldOut;
    }

    private Optional<String> lost(Divided set) {
        if (ofItsRun && set.needsItsFolder()) {
            if (set.split().labels()) {
                throw new DataException(Divided.knownOnlyThere(trained.source()));
            }
            return Optional.of("it cannot be told which of these images " + trained.source()
                    + " was trained on before, without labels: that is known only in its run folder");
        }
        if (!set.split().labels()) {
            return ofItsRun
                    ? Optional.of("these are not the images that " + trained.source()
                            + " was trained on: they have changed since, and what is held out is drawn anew")
                    : Optional.empty();
        }
        if (ofItsRun) {
            throw new DataException(trained.source()
                    + " was trained with labels of images that have changed since, so what it held out cannot be found"
                    + " again; give images that it was not trained on, with `data` or with `train` and `test`");
        }
        return Optional.of(set.notKnown(trained.source()));
    }

    private void noteSeen(long seen, int heldOut, List<String> notices) {
        if (seen > 0) {
            notices.add(String.format(
                    Locale.ROOT,
                    "%d of the %s %s trained on before in %s, without labels",
                    seen,
                    Counts.of(heldOut, "held-out image"),
                    Counts.choose(seen, "was", "were"),
                    trained.source()));
        }
    }

    @Override
    public List<String> named(ImageSource train, ImageSource heldOut) {
        List<String> notices = new ArrayList<>();
        boolean[] seen = new boolean[heldOut.size()];
        for (Divided set : trained.sets()) {
            Optional<byte[]> found = set.match(heldOut, true);
            if (found.isEmpty() && !set.isDividedAs(train, heldOut)) {
                lostPart(set).ifPresent(notices::add);
            }
            found.ifPresent(part -> {
                long known = IntStream.range(0, part.length)
                        .filter(i -> part[i] == SplitKeys.TRAINED)
                        .peek(i -> seen[i] = true)
                        .count();
                if (known > 0 && set.split().labels()) {
                    throw trainedOn(known, part.length);
                }
            });
        }
        noteSeen(IntStream.range(0, seen.length).filter(i -> seen[i]).count(), seen.length, notices);
        return List.copyOf(notices);
    }

    private Optional<String> lostPart(Divided set) {
        // If the data of a 0.1.0 run names a held-out set, the run held out exactly that set.
        return ofItsRun && set.split().digest().isEmpty() ? Optional.empty() : lost(set);
    }

    private DataException trainedOn(long known, int images) {
        return new DataException(String.format(
                Locale.ROOT,
                "%s was trained with the labels of %d of the %s, so an accuracy on them would not be one of held-out images; give others, or other weights",
                trained.source(),
                known,
                Counts.of(images, "image to classify", "images to classify")));
    }
}
