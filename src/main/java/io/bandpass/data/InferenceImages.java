package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * Images that a trained model is to look at: all of them, without labels, and nothing held out. Those of a folder stand in
 * the order of their relative paths, those of a list in its order.
 *
 * @param images all that can be used as far as their headers say, with relative names, no two of which
 *     are alike
 * @param bad files that were given but cannot be used
 * @param notices sentences for people about files that were left out
 */
public record InferenceImages(ImageSource images, UnreadableImages bad, List<String> notices) {
    /**
     * Finds images and reads their headers.
     *
     * @param config of which labels and the limit on bad images are not asked
     * @param paths folders, list and CSV files, globs, IDX and CIFAR files
     * @param maxBad fraction of all files that may be bad
     * @throws DataException if there is nothing to look at, or too much of it is bad
     */
    public static InferenceImages open(DataConfig config, List<String> paths, double maxBad) {
        UnreadableImages bad = new UnreadableImages(maxBad);
        try (ImageFinder finder = ImageFinder.ofWholeFolders(config.lenient(), bad)) {
            paths.forEach(finder::add);
            bad.check();
            if (finder.train().size() == 0) {
                throw DataException.noneReadable(bad.files(), "in " + String.join(", ", paths));
            }
            return new InferenceImages(DistinctNames.of(finder.train()), bad, finder.notices());
        }
    }

    /**
     * Files, each of which must be an image.
     *
     * @throws DataException if one of them is none
     */
    public static InferenceImages ofFiles(DataConfig config, List<Path> files) {
        UnreadableImages bad = new UnreadableImages(0);
        try (ImageFinder finder = ImageFinder.ofWholeFolders(config.lenient(), bad)) {
            finder.addFiles(files);
            bad.check();
            return new InferenceImages(finder.train(), bad, finder.notices());
        }
    }
}
