package io.bandpass.report;

/**
 * An image with its label map and what a model predicted.
 *
 * @param caption what is said of it, for instance its scores
 * @param rgb row by row, three bytes per pixel
 * @param truth class of every pixel; negative for none
 * @param prediction class of every pixel
 */
public record SceneView(
        String name, String caption, byte[] rgb, int height, int width, short[] truth, short[] prediction) {
    /**
     * Returns a copy of at most this many pixels along its longer side, of every so many pixels one, so that many large
     * images can wait for their picture.
     */
    public SceneView shrunkTo(int longest) {
        int step = (Math.max(height, width) + longest - 1) / longest;
        if (step == 1) {
            return this;
        }
        int rows = (height + step - 1) / step;
        int columns = (width + step - 1) / step;
        byte[] smallRgb = new byte[3 * rows * columns];
        short[] smallTruth = new short[rows * columns];
        short[] smallPrediction = new short[rows * columns];
        for (int to = 0; to < rows * columns; to++) {
            int from = to / columns * step * width + to % columns * step;
            System.arraycopy(rgb, 3 * from, smallRgb, 3 * to, 3);
            smallTruth[to] = truth[from];
            smallPrediction[to] = prediction[from];
        }
        return new SceneView(name, caption, smallRgb, rows, columns, smallTruth, smallPrediction);
    }
}
