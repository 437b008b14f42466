package io.bandpass.pretext;

import io.bandpass.config.PretrainingConfig;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * One value per training resolution: the encoder's own and those of earlier curriculum stages. Looked up by the size of
 * a batch's images.
 */
final class PerImageSize<T> {
    private final Map<Integer, T> all = new LinkedHashMap<>();

    /**
     * Creates a value for each stage.
     *
     * @param maker takes the configuration of a stage
     */
    PerImageSize(PretrainingConfig config, Function<PretrainingConfig, T> maker) {
        config.stages().forEach(stage -> all.put(stage.encoder().imageSize(), maker.apply(stage)));
    }

    /** Returns the value for these images (n, 3, size, size). */
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
