package io.bandpass.corrupt;

/**
 * One axis of an enlargement as by SciPy's {@code zoom} of order 1: the centres of the outermost pixels stay where they
 * are. Each position of the result lies between two pixels of the crop that is enlarged.
 *
 * @param before the first of the two pixels, counted from the start of the image
 * @param after the second
 * @param fraction distance from the first, in [0, 1)
 */
record ZoomAxis(int[] before, int[] after, float[] fraction) {
    /**
     * The crop of an axis that, enlarged, covers its length again.
     *
     * @param crop length of the crop
     * @param first first pixel of the crop
     * @param zoomed length of the enlarged crop
     * @param trimmed positions left out at its start, so that the centre remains
     */
    record Crop(int crop, int first, int zoomed, int trimmed) {
        static Crop of(int length, double factor) {
            int crop = (int) Math.ceil(length / factor);
            int zoomed = enlarged(crop, factor);
            return new Crop(crop, (length - crop) / 2, zoomed, (zoomed - length) / 2);
        }
    }

    private static int enlarged(int length, double factor) {
        return (int) Math.rint(length * factor);
    }

    /** Enlarges the central crop of an axis, to its full length. */
    static ZoomAxis clipped(int length, double factor) {
        return of(Crop.of(length, factor), length);
    }

    /** Enlarges a whole axis. */
    static ZoomAxis whole(int length, double factor) {
        int zoomed = enlarged(length, factor);
        return of(new Crop(length, 0, zoomed, 0), zoomed);
    }

    private static ZoomAxis of(Crop crop, int count) {
        ZoomAxis axis = new ZoomAxis(new int[count], new int[count], new float[count]);
        double step = crop.zoomed() == 1 ? 1 : (crop.crop() - 1.0) / (crop.zoomed() - 1);
        for (int i = 0; i < count; i++) {
            double position = Math.min(crop.crop() - 1, (crop.trimmed() + i) * step);
            int before = (int) position;
            axis.before[i] = crop.first() + before;
            axis.after[i] = crop.first() + Math.min(crop.crop() - 1, before + 1);
            axis.fraction[i] = (float) (position - before);
        }
        return axis;
    }

    int length() {
        return before.length;
    }
}
