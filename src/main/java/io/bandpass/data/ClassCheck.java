package io.bandpass.data;

import io.bandpass.text.PrintableText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Checks that the classes of the training and the held-out images match. */
final class ClassCheck {
    private static final int NAMED = 5;

    private ClassCheck() {}

    /**
     * Checks the classes.
     *
     * @param emptyFolders folders that look like classes but contain no images
     * @return notices about problems that do not prevent training
     * @throws DataException if the two sets cannot be used together
     */
    static List<String> notices(ImageSource train, Optional<ImageSource> heldOut, List<Path> emptyFolders) {
        List<String> names = train.classNames();
        int[] trained = ClassOrder.counts(train);
        int[] held = heldOut.map(images -> heldOutCounts(names, images)).orElseGet(() -> new int[trained.length]);
        List<String> untrained = where(names, label -> trained[label] == 0 && held[label] > 0);
        if (!untrained.isEmpty()) {
            throw new DataException("there are held-out images, but no training images, of " + some(untrained)
                    + "; give training images of each class, or leave these out");
        }
        if (where(names, label -> trained[label] > 0).size() < 2) {
            throw new DataException("the images that can be read are all of one class; at least two are needed");
        }
        List<String> notices = new ArrayList<>();
        if (!emptyFolders.isEmpty()) {
            notices.add("folders without images are no classes: "
                    + some(emptyFolders.stream().map(FileNames::text).toList()));
        }
        note(notices, "no image can be read of ", where(names, label -> trained[label] == 0));
        if (heldOut.isPresent()) {
            note(notices, "no image is held out of ", where(names, label -> trained[label] > 0 && held[label] == 0));
        }
        return List.copyOf(notices);
    }

    private static int[] heldOutCounts(List<String> names, ImageSource images) {
        if (images.size() == 0) {
            throw new DataException("none of the images that are to be held out can be read; give others, or none");
        }
        if (!images.classNames().equals(names)) {
            throw new DataException("the held-out images have the classes " + some(images.classNames())
                    + ", the training images " + some(names) + "; both must have the same");
        }
        return ClassOrder.counts(images);
    }

    private static List<String> where(List<String> names, IntPredicate condition) {
        return IntStream.range(0, names.size())
                .filter(condition)
                .mapToObj(names::get)
                .toList();
    }

    private static void note(List<String> notices, String prefix, List<String> classes) {
        if (!classes.isEmpty()) {
            notices.add(prefix + some(classes));
        }
    }

    /** Returns the first few names and the number of the others. */
    static String some(List<String> names) {
        String first = names.stream().limit(NAMED).map(PrintableText::of).collect(Collectors.joining(", "));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }
}
