package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * What a task has once for each size of image that it is trained on: the encoder's own, and those of the earlier stages
 * of a curriculum. Which one a batch needs, its images say.
 */
final class PerImageSize<T> {
    private final Map<Integer, T> all = new LinkedHashMap<>();

    /**
     * One for each stage.
     *
     * @param maker takes the configuration of a stage
     */
    PerImageSize(PretrainingConfig config, Function<PretrainingConfig, T> maker) {
        config.stages().forEach(stage -> all.put(stage.encoder().imageSize(), maker.apply(stage)));
    }

    /** That of these images (n, 3, size, size). */
    T of(Tensor images) {
        T found = all.get((int) images.size(2));
        if (found == null || images.size(2) != images.size(3)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "this task takes squares of %s pixels along an edge, not %d x %d",
                    all.keySet(),
                    images.size(3),
                    images.size(2)));
        }
        return found;
    }

    Collection<T> all() {
        return all.values();
    }
}
