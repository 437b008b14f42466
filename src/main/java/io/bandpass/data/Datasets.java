package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.text.Addresses;
import io.bandpass.text.Counts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images of a run: a training set and, if there are labels, a held-out set.
 *
 * @param train all training images
 * @param heldOut the split that the data defines (IDX or CIFAR test files, {@code val/}, a column {@code split}),
 *     otherwise a seeded one
 * @param bad unreadable files
 * @param notices human-readable notices about skipped files, names that are not valid text, and the held-out set; from
 *     {@link #openLabelled} also about unusual classes
 */
public record Datasets(ImageSource train, Optional<ImageSource> heldOut, UnreadableImages bad, List<String> notices) {
    /**
     * Finds images and reads their headers.
     *
     * @param paths at least one; folders, list and CSV files, globs, IDX and CIFAR files
     * @param seed of the held-out split, if one is drawn
     * @throws DataException if there is nothing to train on, or too many files are unreadable
     */
    public static Datasets open(DataConfig config, List<String> paths, long seed, double heldOutFraction) {
        return open(config, paths, seed, heldOutFraction, new UnreadableImages(config.maxBad()));
    }

    /**
     * As {@link #open(DataConfig, List, long, double)}, for callers that need the unreadable files even if the search
     * fails.
     *
     * @param unreadable collects the unreadable files
     */
    public static Datasets open(
            DataConfig config, List<String> paths, long seed, double heldOutFraction, UnreadableImages unreadable) {
        return open(config, paths, SplitRule.stratified(seed, heldOutFraction), unreadable);
    }

    /**
     * As {@link #open(DataConfig, List, long, double, UnreadableImages)}, with a rule that chooses the held-out images.
     *
     * @param holdOut applied to a labelled set whose data defines no held-out split; it may choose none
     */
    public static Datasets open(DataConfig config, List<String> paths, HoldOut holdOut, UnreadableImages unreadable) {
        try (ImageFinder finder = found(config, paths, unreadable)) {
            ImageSource train = finder.train();
            Optional<ImageSource> heldOut = finder.heldOut();
            if (!train.isLabelled() || heldOut.isPresent()) {
                Optional<ImageSource> scorable = heldOut.filter(images -> canScore(images, train));
                List<String> notices =
                        scorable.map(images -> holdOut.named(train, images)).orElse(List.of());
                return new Datasets(train, scorable, unreadable, joined(finder.notices(), notices));
            }
            HoldOut.Chosen chosen = holdOut.of(train);
            List<String> all = joined(finder.notices(), chosen.notices());
            return chosen.heldOut().length == 0
                    ? new Datasets(train, Optional.empty(), unreadable, all)
                    : divided(train, chosen.heldOut(), unreadable, all);
        }
    }

    /**
     * Finds images for supervised training. If the data defines no held-out split, a stratified one is drawn that
     * leaves every class with two or more images at least one for training.
     *
     * @param seed of the held-out split, if one is drawn
     * @param heldOutFraction fraction of all images; 0 for none, unless the data defines a split
     * @param unreadable collects the unreadable files
     * @throws DataException if there are no labels or fewer than two classes, if held-out images have a class without
     *     training images, or if there is nothing to hold out
     */
    public static Datasets openLabelled(
            DataConfig config, List<String> paths, long seed, double heldOutFraction, UnreadableImages unreadable) {
        return openLabelled(config, paths, SplitRule.stratified(seed, heldOutFraction), unreadable);
    }

    /**
     * As {@link #openLabelled(DataConfig, List, long, double, UnreadableImages)}, with a rule that chooses the held-out
     * images.
     *
     * @param holdOut applied if the data defines no held-out split; with a fraction of 0 it may choose none
     */
    public static Datasets openLabelled(
            DataConfig config, List<String> paths, HoldOut holdOut, UnreadableImages unreadable) {
        if (config.labels() != DataConfig.Labels.AUTO) {
            throw new DataException(
                    "data.labels is " + config.labels() + ", but labels are needed here: set it to auto");
        }
        try (ImageFinder finder = found(config, paths, unreadable)) {
            ImageSource train = finder.train();
            if (!train.isLabelled()) {
                throw new DataException("labels are needed here, but "
                        + finder.unlabelled().stream()
                                .findFirst()
                                .orElse(Addresses.shown(paths) + " have different classes")
                        + "; give a folder for each of at least two classes, a CSV file with path and label, IDX or CIFAR"
                        + " files with labels, or shards whose samples have a part .cls or a column label");
            }
            Datasets split;
            if (finder.heldOut().isPresent()) {
                split = new Datasets(train, finder.heldOut(), unreadable, List.of());
            } else {
                HoldOut.Chosen chosen = holdOut.of(train);
                if (chosen.heldOut().length > 0) {
                    split = divided(train, chosen.heldOut(), unreadable, chosen.notices());
                } else if (holdOut.fraction() > 0) {
                    throw StratifiedSplit.tooFew(train, holdOut.fraction());
                } else {
                    split = new Datasets(train, Optional.empty(), unreadable, chosen.notices());
                }
            }
            List<String> all = new ArrayList<>(finder.notices());
            all.addAll(ClassCheck.notices(split.train(), split.heldOut(), finder.emptyFolders()));
            all.addAll(split.notices());
            finder.heldOut().map(images -> holdOut.named(train, images)).ifPresent(all::addAll);
            return new Datasets(split.train(), split.heldOut(), unreadable, List.copyOf(all));
        }
    }

    /**
     * Finds images and reads their headers; nothing is held out but what the data defines, with labels or without.
     *
     * @param unreadable collects the unreadable files
     * @throws DataException if there are no images, or too many are unreadable
     */
    public static Datasets openAsFound(DataConfig config, List<String> paths, UnreadableImages unreadable) {
        try (ImageFinder finder = found(config, paths, unreadable)) {
            ImageSource train = finder.train();
            List<String> all = new ArrayList<>(finder.notices());
            if (!train.isLabelled() && config.labels() == DataConfig.Labels.AUTO) {
                all.add("no labels: "
                        + finder.unlabelled().stream().findFirst().orElse("the images have different classes"));
            }
            return new Datasets(train, finder.heldOut(), unreadable, all);
        }
    }

    /** Returns whether held-out images can be scored: whether they have the classes of the training images. */
    private static boolean canScore(ImageSource heldOut, ImageSource train) {
        return train.isLabelled()
                && heldOut.isLabelled()
                && heldOut.size() > 0
                && heldOut.classNames().equals(train.classNames());
    }

    /**
     * Returns a copy with at most this many training images per class, drawn by a seed; the held-out set is unchanged.
     */
    public Datasets perClass(int count, long seed) {
        LabelsPerClass few = LabelsPerClass.of(train, count, seed);
        List<String> all = new ArrayList<>(notices);
        few.notice().ifPresent(all::add);
        return new Datasets(few.images(), heldOut, bad, all);
    }

    /**
     * Returns a copy in which a part of the training images, drawn by a seed in the proportions of the classes, takes the
     * place of the held-out set: for choices that must not be made on that.
     *
     * @param fraction of the training images, above 0
     * @throws DataException if it amounts to no image
     */
    public Datasets validatedOn(double fraction, long seed) {
        StratifiedSplit split = StratifiedSplit.of(train, seed, fraction);
        List<String> all = new ArrayList<>(notices);
        all.add(String.format(
                Locale.ROOT,
                "scores are those on %s, a fraction %s of the training images that is not trained on, instead of the"
                        + " held-out ones",
                Counts.of(split.heldOut().size(), "image"),
                fraction));
        return new Datasets(split.train(), Optional.of(split.heldOut()), bad, all);
    }

    /** Returns a finder that has found training images, and not too many unreadable files. */
    private static ImageFinder found(DataConfig config, List<String> paths, UnreadableImages unreadable) {
        ImageFinder finder = new ImageFinder(config, unreadable);
        try {
            paths.forEach(finder::add);
            unreadable.check();
            if (finder.train().size() == 0) {
                throw DataException.noneReadable(unreadable, "in " + Addresses.shown(paths));
            }
            return finder;
        } catch (RuntimeException e) {
            finder.close();
            throw e;
        }
    }

    /**
     * Opens two labelled folders as a training and a held-out set.
     *
     * @throws DataException if one of them has no labels, or they have different classes
     */
    public static Datasets openPair(DataConfig config, Path train, Path test) {
        return openPair(config, train, test, SplitRule.NONE);
    }

    /**
     * As {@link #openPair(DataConfig, Path, Path)}.
     *
     * @param holdOut receives both sets, for its notices
     */
    public static Datasets openPair(DataConfig config, Path train, Path test, HoldOut holdOut) {
        UnreadableImages unreadable = new UnreadableImages(config.maxBad());
        ImageFinder finder = new ImageFinder(config, unreadable);
        try (finder) {
            finder.addPair(train, test);
            unreadable.check();
        }
        ImageSource images = finder.train();
        Optional<ImageSource> heldOut = finder.heldOut();
        if (!images.isLabelled() || images.size() == 0) {
            throw new DataException(train + " and " + test + " must hold a folder of images for each of at least two"
                    + " classes, or be IDX files with labels or binary files of CIFAR");
        }
        if (heldOut.filter(part -> canScore(part, images)).isEmpty()) {
            throw new DataException(test + " must hold labelled images of the same classes as " + train);
        }
        List<String> notices = holdOut.named(images, heldOut.orElseThrow());
        return new Datasets(images, heldOut, unreadable, joined(finder.notices(), notices));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Datasets divided(ImageSource all, int[] heldOut, UnreadableImages unreadable, List<String> notices) {
        int[] rest = StratifiedSplit.rest(all.size(), heldOut);
        return new Datasets(all.select(rest), Optional.of(all.select(heldOut)), unreadable, notices);
    }
}
