package io.bandpass.data;

import io.bandpass.config.DataConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * The images for inference: all of them, unlabelled, with nothing held out. Images of a folder come in the order of
 * their relative paths, those of a list in its order.
 *
 * @param images all with a valid header, with unique relative names
 * @param bad unreadable files
 * @param notices human-readable notices about files left out
 */
public record InferenceImages(ImageSource images, UnreadableImages bad, List<String> notices) {
    /**
     * Finds images and reads their headers.
     *
     * @param config its settings for labels and for unreadable images are ignored
     * @param paths folders, list and CSV files, globs, IDX and CIFAR files
     * @param maxBad maximum fraction of unreadable files
     * @throws DataException if there are no images, or too many are unreadable
     */
    public static InferenceImages open(DataConfig config, List<String> paths, double maxBad) {
        UnreadableImages unreadable = new UnreadableImages(maxBad);
        try (ImageFinder finder = ImageFinder.ofWholeFolders(config.lenient(), unreadable)) {
            paths.forEach(finder::add);
            unreadable.check();
            if (finder.train().size() == 0) {
                throw DataException.noneReadable(unreadable, "in " + String.join(", ", paths));
            }
            return new InferenceImages(DistinctNames.of(finder.train()), unreadable, finder.notices());
        }
    }

    /**
     * Opens files, each of which must be an image.
     *
     * @throws DataException if one of them is not
     */
    public static InferenceImages ofFiles(DataConfig config, List<Path> files) {
        UnreadableImages unreadable = new UnreadableImages(0);
        try (ImageFinder finder = ImageFinder.ofWholeFolders(config.lenient(), unreadable)) {
            finder.addFiles(files);
            unreadable.check();
            return new InferenceImages(finder.train(), unreadable, finder.notices());
        }
    }
}
