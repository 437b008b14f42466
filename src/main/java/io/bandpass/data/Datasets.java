package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The images that a run was given: the part that is trained on and, where there are labels, a part that is held out.
 *
 * @param train all images that are trained on
 * @param heldOut the IDX test files or {@code val/}, else a seeded tenth
 * @param bad files that were given but cannot be used
 */
public record Datasets(ImageSource train, Optional<ImageSource> heldOut, BadImages bad) {
    /**
     * Finds images and reads their headers.
     *
     * @param paths where to look, at least one; folders, list files, globs, IDX files
     * @param seed of the held-out part, where one is drawn
     * @throws DataException if there is nothing to train on, or too much of it is bad
     */
    public static Datasets open(DataConfig config, List<String> paths, long seed, double heldOutFraction) {
        return open(config, paths, seed, heldOutFraction, new BadImages(config.maxBad()));
    }

    /**
     * As {@link #open(DataConfig, List, long, double)}, for callers who want the list even if it ends the search.
     *
     * @param bad takes the files that cannot be used
     */
    public static Datasets open(
            DataConfig config, List<String> paths, long seed, double heldOutFraction, BadImages bad) {
        ImageSource train;
        Optional<ImageSource> heldOut;
        try (ImageFinder finder = new ImageFinder(config, bad)) {
            paths.forEach(finder::add);
            bad.check();
            train = finder.train();
            heldOut = finder.heldOut();
        }
        if (train.size() == 0) {
            throw new DataException(
                    "none of the " + bad.files() + " images in " + String.join(", ", paths) + " can be read");
        }
        if (!train.isLabelled() || heldOut.isPresent()) {
            return new Datasets(train, heldOut.filter(ImageSource::isLabelled), bad);
        }
        return split(train, seed, heldOutFraction, bad);
    }

    /**
     * Two labelled folders as one set with a held-out part.
     *
     * @throws DataException if one of them has no folders of classes
     */
    public static Datasets openPair(DataConfig config, Path train, Path test) {
        BadImages bad = new BadImages(config.maxBad());
        ImageSource images;
        Optional<ImageSource> heldOut;
        try (ImageFinder finder = new ImageFinder(config, bad)) {
            finder.addPair(train, test);
            bad.check();
            images = finder.train();
            heldOut = finder.heldOut();
        }
        if (!images.isLabelled() || images.size() == 0) {
            throw new DataException(train + " and " + test
                    + " must hold a folder of images for each of at least two classes, or be IDX files with labels");
        }
        return new Datasets(images, heldOut, bad);
    }

    private static Datasets split(ImageSource all, long seed, double fraction, BadImages bad) {
        int held = (int) Math.rint(all.size() * fraction);
        if (held == 0 || held == all.size()) {
            return new Datasets(all, Optional.empty(), bad);
        }
        EpochOrder order = new EpochOrder(all.size(), KeyedRandom.hash(seed, Purpose.HOLD_OUT));
        int[] mixed = IntStream.range(0, all.size()).map(i -> order.at(0, i)).toArray();
        int[] heldOut = IntStream.of(mixed).limit(held).sorted().toArray();
        int[] rest = IntStream.of(mixed).skip(held).sorted().toArray();
        return new Datasets(all.select(rest), Optional.of(all.select(heldOut)), bad);
    }
}
