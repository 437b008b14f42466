package io.bandpass.labelmap;

import io.bandpass.image.PhotometricDistortion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All random choices for an image and its label map.
 *
 * @param crop of both, resized
 * @param flipped whether left and right change places
 * @param upsideDown whether top and bottom change places
 * @param distortion of the image's colours, if there is any
 */
record SceneDraw(SceneCrop crop, boolean flipped, boolean upsideDown, Optional<PhotometricDistortion> distortion) {
    /** Returns short descriptions of the operations, in their order. */
    List<String> describe() {
        List<String> steps = new ArrayList<>();
        steps.add(String.format(
                Locale.ROOT,
                "%d x %d px at (%d, %d) of %d x %d%s%s",
                crop.columns(),
                crop.rows(),
                crop.left(),
                crop.top(),
                crop.width(),
                crop.height(),
                flipped ? ", flip" : "",
                upsideDown ? ", upside down" : ""));
        distortion.ifPresent(drawn -> steps.addAll(drawn.describe()));
        return steps;
    }
}
