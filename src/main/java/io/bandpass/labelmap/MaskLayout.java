package io.bandpass.labelmap;

import io.bandpass.config.MasksConfig.Format;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set of masks, as its folders and files say.
 *
 * @param root folder or table that a user names
 * @param pairs in the order of the images' names
 * @param folders in which a list of classes may lie, the likeliest first
 * @param builtIn classes of a well-known data set
 * @param notices human-readable
 */
record MaskLayout(
        Format format,
        Path root,
        List<MaskPair> pairs,
        List<Path> folders,
        Optional<BuiltInClasses> builtIn,
        List<String> notices) {
    MaskLayout {
        pairs = List.copyOf(pairs);
        folders = List.copyOf(folders);
        notices = List.copyOf(notices);
    }

    /** Returns the layout with some of its pairs. */
    MaskLayout with(List<MaskPair> some) {
        return new MaskLayout(format, root, some, folders, builtIn, notices);
    }
}
