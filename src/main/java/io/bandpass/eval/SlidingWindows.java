package io.bandpass.eval;

import io.bandpass.config.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows in which an image is segmented.
 *
 * @param crop edge of a window in pixels; a smaller image is one window of its own size
 * @param stride step between windows in pixels; the last window is moved back so that it ends with the image
 */
public record SlidingWindows(int crop, int stride) {
    /**
     * Part of an axis.
     *
     * @param start inclusive
     * @param end exclusive
     */
    public record Span(int start, int end) {
        int length() {
            return end - start;
        }
    }

    public SlidingWindows {
        Check.positive("crop", crop);
        Check.that(
                stride >= 1 && stride <= crop,
                "stride",
                stride,
                "from 1 to the " + crop + " pixels of a window, or pixels between windows would be left out");
    }

    /** Returns windows whose stride is two thirds of their edge, as in published evaluations (341 of 512 pixels). */
    public static SlidingWindows of(int crop) {
        return new SlidingWindows(crop, Math.max(1, (int) (2L * crop / 3)));
    }

    /** Returns one window that holds the whole image. */
    public static SlidingWindows whole() {
        return new SlidingWindows(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Returns the windows along an axis of this many pixels, in order of their start. */
    public List<Span> along(int size) {
        int count = Math.max(size - crop + stride - 1, 0) / stride + 1;
        List<Span> spans = new ArrayList<>(count);
        for (int k = 0; k < count; k++) {
            int end = (int) Math.min((long) k * stride + crop, size);
            spans.add(new Span(Math.max(0, end - crop), end));
        }
        return spans;
    }
}
