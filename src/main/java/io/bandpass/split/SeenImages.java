package io.bandpass.split;

import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitKeys;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Separates images whose labels a classifier was trained on from others, for its evaluation. */
public final class SeenImages {
    private final TrainedImages trained;

    public SeenImages(TrainedImages trained) {
        this.trained = trained;
    }

    /**
     * Images to evaluate on.
     *
     * @param heldOut whether these are held-out images only
     * @param notices human-readable sentences
     */
    public record Part(ImageSource images, boolean heldOut, List<String> notices) {}

    /**
     * Returns the held-out set that the data names; if it names none, the images that were not trained on, or all
     * images if there are none.
     */
    public Part toEvaluate(Datasets datasets) {
        List<String> notices = new ArrayList<>();
        if (datasets.heldOut().isPresent()) {
            ImageSource images = datasets.heldOut().get();
            int seen = count(seen(images, Optional.of(datasets), notices));
            if (seen > 0) {
                notices.add(trainedOn(seen, images.size()));
            }
            return new Part(images, true, List.copyOf(notices));
        }
        ImageSource all = datasets.train();
        boolean[] seen = seen(all, Optional.empty(), notices);
        int[] others = IntStream.range(0, seen.length).filter(i -> !seen[i]).toArray();
        if (others.length == all.size()) {
            return new Part(all, false, List.copyOf(notices));
        }
        if (others.length == 0) {
            notices.add(trainedOn(seen.length, seen.length));
            return new Part(all, false, List.copyOf(notices));
        }
        notices.add(String.format(
                Locale.ROOT,
                "evaluated on the %d of %s that %s was not trained on",
                others.length,
                Counts.of(all.size(), "image"),
                trained.source()));
        return new Part(all.select(others), true, List.copyOf(notices));
    }

    private static int count(boolean[] seen) {
        return (int) IntStream.range(0, seen.length).filter(i -> seen[i]).count();
    }

    private String trainedOn(int seen, int images) {
        return String.format(
                Locale.ROOT,
                "%s was trained with the labels of %d of the %s, so this is no accuracy of held-out images",
                trained.source(),
                seen,
                Counts.of(images, "image"));
    }

    /**
     * Returns which images were trained on with their labels.
     *
     * @param named data that names these images as its held-out set
     */
    private boolean[] seen(ImageSource images, Optional<Datasets> named, List<String> notices) {
        boolean[] seen = new boolean[images.size()];
        for (Divided set : trained.sets()) {
            if (!set.split().labels()) {
                continue;
            }
            Optional<byte[]> found = set.match(images, named.isPresent());
            if (found.isEmpty()
                    && named.filter(data ->
                                    set.isDividedAs(data.train(), data.heldOut().orElseThrow()))
                            .isEmpty()) {
                notices.add(set.notKnown(trained.source()));
            }
            found.ifPresent(part -> IntStream.range(0, part.length)
                    .filter(i -> part[i] == SplitKeys.TRAINED)
                    .forEach(i -> seen[i] = true));
        }
        return seen;
    }
}
