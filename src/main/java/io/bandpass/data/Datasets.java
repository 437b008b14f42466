package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images that a run was given: the part that is trained on and, where there are labels, a part that is held out.
 *
 * @param train all images that are trained on
 * @param heldOut the part that the data names (IDX or CIFAR test files, {@code val/}, a column {@code split}), else a
 *     seeded one
 * @param bad files that were given but cannot be used
 * @param notices sentences for people about files that were left out, names that are no text, and the held-out part; of
 *     {@link #openLabelled} also about classes that are not as one would expect
 */
public record Datasets(ImageSource train, Optional<ImageSource> heldOut, UnreadableImages bad, List<String> notices) {
    /**
     * Finds images and reads their headers.
     *
     * @param paths where to look, at least one; folders, list and CSV files, globs, IDX and CIFAR files
     * @param seed of the held-out part, where one is drawn
     * @throws DataException if there is nothing to train on, or too much of it is bad
     */
    public static Datasets open(DataConfig config, List<String> paths, long seed, double heldOutFraction) {
        return open(config, paths, seed, heldOutFraction, new UnreadableImages(config.maxBad()));
    }

    /**
     * As {@link #open(DataConfig, List, long, double)}, for callers who want the list even if it ends the search.
     *
     * @param bad takes the files that cannot be used
     */
    public static Datasets open(
            DataConfig config, List<String> paths, long seed, double heldOutFraction, UnreadableImages bad) {
        return open(config, paths, SplitRule.stratified(seed, heldOutFraction), bad);
    }

    /**
     * As {@link #open(DataConfig, List, long, double, UnreadableImages)}, with a held-out part that is chosen by a rule.
     *
     * @param holdOut of a labelled set whose data names no such part; it may choose none
     */
    public static Datasets open(DataConfig config, List<String> paths, HoldOut holdOut, UnreadableImages bad) {
        try (ImageFinder finder = found(config, paths, bad)) {
            ImageSource train = finder.train();
            Optional<ImageSource> heldOut = finder.heldOut();
            if (!train.isLabelled() || heldOut.isPresent()) {
                Optional<ImageSource> judging = heldOut.filter(part -> judges(part, train));
                List<String> named =
                        judging.map(part -> holdOut.named(train, part)).orElse(List.of());
                return new Datasets(train, judging, bad, joined(finder.notices(), named));
            }
            HoldOut.Chosen chosen = holdOut.of(train);
            List<String> all = joined(finder.notices(), chosen.notices());
            return chosen.heldOut().length == 0
                    ? new Datasets(train, Optional.empty(), bad, all)
                    : divided(train, chosen.heldOut(), bad, all);
        }
    }

    /**
     * Finds images that are to be trained on with their labels. Where the data names no part to hold out, one is drawn
     * from each class, so that every class with two images has one to train on.
     *
     * @param seed of the held-out part, where one is drawn
     * @param heldOutFraction of all images; 0 for none, where the data names none
     * @param bad takes the files that cannot be used
     * @throws DataException if there are no labels or fewer than two classes, if held-out images have a class that no
     *     training image has, or if there is nothing to hold out
     */
    public static Datasets openLabelled(
            DataConfig config, List<String> paths, long seed, double heldOutFraction, UnreadableImages bad) {
        return openLabelled(config, paths, SplitRule.stratified(seed, heldOutFraction), bad);
    }

    /**
     * As {@link #openLabelled(DataConfig, List, long, double, UnreadableImages)}, with a held-out part that is chosen by a rule.
     *
     * @param holdOut of a set that names no such part; with a fraction of 0 nothing need be held out
     */
    public static Datasets openLabelled(DataConfig config, List<String> paths, HoldOut holdOut, UnreadableImages bad) {
        if (config.labels() != DataConfig.Labels.AUTO) {
            throw new DataException(
                    "data.labels is " + config.labels() + ", but labels are needed here: set it to auto");
        }
        try (ImageFinder finder = found(config, paths, bad)) {
            ImageSource train = finder.train();
            if (!train.isLabelled()) {
                throw new DataException("labels are needed here, but "
                        + finder.unlabelled().stream()
                                .findFirst()
                                .orElse(String.join(", ", paths) + " have different classes")
                        + "; give a folder for each of at least two classes, a CSV file with path and label, or IDX"
                        + " or CIFAR files with labels");
            }
            Datasets divided;
            if (finder.heldOut().isPresent()) {
                divided = new Datasets(train, finder.heldOut(), bad, List.of());
            } else {
                HoldOut.Chosen chosen = holdOut.of(train);
                if (chosen.heldOut().length > 0) {
                    divided = divided(train, chosen.heldOut(), bad, chosen.notices());
                } else if (holdOut.fraction() > 0) {
                    throw StratifiedSplit.tooFew(train, holdOut.fraction());
                } else {
                    divided = new Datasets(train, Optional.empty(), bad, chosen.notices());
                }
            }
            List<String> all = new ArrayList<>(finder.notices());
            all.addAll(ClassCheck.notices(divided.train(), divided.heldOut(), finder.emptyFolders()));
            all.addAll(divided.notices());
            finder.heldOut().map(part -> holdOut.named(train, part)).ifPresent(all::addAll);
            return new Datasets(divided.train(), divided.heldOut(), bad, List.copyOf(all));
        }
    }

    /** Whether a part has the classes of what is trained on. */
    private static boolean judges(ImageSource part, ImageSource train) {
        return train.isLabelled()
                && part.isLabelled()
                && part.size() > 0
                && part.classNames().equals(train.classNames());
    }

    /** The same with only so many images of each class to train on, drawn by a seed; what is held out stays. */
    public Datasets perClass(int count, long seed) {
        LabelsPerClass few = LabelsPerClass.of(train, count, seed);
        List<String> all = new ArrayList<>(notices);
        few.notice().ifPresent(all::add);
        return new Datasets(few.images(), heldOut, bad, all);
    }

    /** A finder that has found something to train on, and not too much that is bad. */
    private static ImageFinder found(DataConfig config, List<String> paths, UnreadableImages bad) {
        ImageFinder finder = new ImageFinder(config, bad);
        try {
            paths.forEach(finder::add);
            bad.check();
            if (finder.train().size() == 0) {
                throw DataException.noneReadable(bad.files(), "in " + String.join(", ", paths));
            }
            return finder;
        } catch (RuntimeException e) {
            finder.close();
            throw e;
        }
    }

    /**
     * Two labelled folders as one set with a held-out part.
     *
     * @throws DataException if one of them has no labels, or they have different classes
     */
    public static Datasets openPair(DataConfig config, Path train, Path test) {
        return openPair(config, train, test, SplitRule.NONE);
    }

    /**
     * As {@link #openPair(DataConfig, Path, Path)}.
     *
     * @param look looks at the images to classify
     */
    public static Datasets openPair(DataConfig config, Path train, Path test, HoldOut look) {
        UnreadableImages bad = new UnreadableImages(config.maxBad());
        ImageFinder finder = new ImageFinder(config, bad);
        try (finder) {
            finder.addPair(train, test);
            bad.check();
        }
        ImageSource images = finder.train();
        Optional<ImageSource> heldOut = finder.heldOut();
        if (!images.isLabelled() || images.size() == 0) {
            throw new DataException(train + " and " + test + " must hold a folder of images for each of at least two"
                    + " classes, or be IDX files with labels or binary files of CIFAR");
        }
        if (heldOut.filter(part -> judges(part, images)).isEmpty()) {
            throw new DataException(test + " must hold labelled images of the same classes as " + train);
        }
        List<String> named = look.named(images, heldOut.orElseThrow());
        return new Datasets(images, heldOut, bad, joined(finder.notices(), named));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Datasets divided(ImageSource all, int[] heldOut, UnreadableImages bad, List<String> notices) {
        int[] rest = StratifiedSplit.rest(all.size(), heldOut);
        return new Datasets(all.select(rest), Optional.of(all.select(heldOut)), bad, notices);
    }
}
