package io.bandpass.corrupt;

import io.bandpass.image.RgbBytes;

/** Where pictures of frost come from. Thread-safe. */
interface FrostSource {
    /**
     * Returns a random part of a random picture.
     *
     * @param height of the part
     * @param width of the part
     */
    RgbBytes draw(int height, int width, CorruptionScale scale, Draws draws);
}
