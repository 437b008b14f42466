package io.bandpass.robustness;

import io.bandpass.data.UnreadableImages;
import io.bandpass.robust.Condition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The images of a stored set, opened when it comes to them: a set may have millions, so that those of one corruption at
 * one severity are held at a time.
 */
final class StoredImages {
    private final CorruptedSet set;
    private final OptionalInt limit;
    private final long seed;
    private final double maxBad;
    private final Map<String, String> unreadable = new LinkedHashMap<>();
    private Condition.@Nullable Corruption current;
    private @Nullable EvaluatedImages opened;

    /**
     * Opens nothing yet.
     *
     * @param limit number of images, drawn by the seed; the same ones for each corruption
     * @param maxBad maximum fraction of unreadable images of each
     */
    StoredImages(CorruptedSet set, OptionalInt limit, long seed, double maxBad) {
        this.set = set;
        this.limit = limit;
        this.seed = seed;
        this.maxBad = maxBad;
    }

    CorruptedSet set() {
        return set;
    }

    EvaluatedImages of(Condition.Corruption corruption) {
        if (opened == null || !corruption.equals(current)) {
            noteUnreadable();
            UnreadableImages bad = new UnreadableImages(maxBad);
            opened = EvaluatedImages.stored(set.images(corruption, bad), limit, seed, bad);
            current = corruption;
        }
        return opened;
    }

    /** Name and reason of each image that was not readable so far. */
    Map<String, String> unreadable() {
        noteUnreadable();
        return unreadable;
    }

    private void noteUnreadable() {
        if (opened != null) {
            unreadable.putAll(opened.unreadable().reasons());
        }
    }
}
