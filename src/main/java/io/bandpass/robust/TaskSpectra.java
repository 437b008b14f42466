package io.bandpass.robust;

import io.bandpass.frequency.RadialEnergy;
import io.bandpass.pretext.Degradation;
import io.bandpass.torch.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * What pre-training tasks remove from the spectra of images, accumulated batch by batch: for each task the energy of its
 * inputs, and of their difference to the images, by radius, relative to the images.
 *
 * <p>Both are multiplied by a Hann window before. A spectrum takes an image for periodic, and the step from its right
 * edge to its left one for frequencies of all radii, of which no blur takes anything away: without a window, a tenth of
 * the energy of blurred photographs seems to be kept at high frequencies. This window mixes a frequency with its direct
 * neighbours only, by one bin, so that the rings 0 and 1 are those of DC.
 */
public final class TaskSpectra {
    /**
     * A task's inputs compared with the images. Ring k holds the frequencies with {@code k <= d < k + 1}, d the distance
     * from DC in bins. Values are NaN where the images have no energy.
     *
     * @param kept energy of the inputs in each ring, over that of the images; noise adds energy, so it can exceed 1
     * @param changed energy of (input - image) in each ring, over that of the images: what is left to be restored
     */
    public record Curve(String task, double[] kept, double[] changed) {}

    private record Sums(Degradation task, RadialEnergy inputs, RadialEnergy differences) {}

    private final RadialEnergy clean;
    private final float[] window;
    private final int size;
    private final Map<String, Sums> tasks = new LinkedHashMap<>();
    private long images;

    /**
     * Creates the spectra of no images.
     *
     * @param size edge of the square images in pixels
     * @param tasks what each task does to images, by its name; they stay the caller's to close
     */
    public TaskSpectra(int size, Map<String, Degradation> tasks) {
        this.size = size;
        clean = new RadialEnergy(size, size);
        window = hann(size);
        tasks.forEach((name, task) ->
                this.tasks.put(name, new Sums(task, new RadialEnergy(size, size), new RadialEnergy(size, size))));
    }

    /** (size, size), of the period of the image, whose spectrum has nine frequencies. */
    private static float[] hann(int size) {
        float[] window = new float[size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double sines = Math.sin(Math.PI * y / size) * Math.sin(Math.PI * x / size);
                window[y * size + x] = (float) (sines * sines);
            }
        }
        return window;
    }

    /**
     * Adds images, degraded as in the first epoch.
     *
     * @param unitImages (N, 3, size, size), float32 in [0, 1], on the device of the tasks
     * @param indices of the images in their data set, which decide on what is drawn for them
     */
    public void add(Tensor unitImages, int[] indices) {
        try (NoGradGuard guard = new NoGradGuard();
                PointerScope batch = new PointerScope()) {
            Tensor hann = Tensors.to(Tensors.ofFloats(window, size, size), unitImages.device());
            clean.add(unitImages.mul(hann));
            for (Sums sums : tasks.values()) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor input = sums.task().apply(unitImages, 0, indices);
                    sums.inputs().add(input.mul(hann));
                    sums.differences().add(input.sub(unitImages).mul(hann));
                }
            }
        }
        images += indices.length;
    }

    /** Returns the number of images added. */
    public long images() {
        return images;
    }

    /**
     * Returns the curve of each task, in the order given.
     *
     * @throws IllegalStateException if there were no images
     */
    public List<Curve> curves() {
        if (images == 0) {
            throw new IllegalStateException("no image was added, so there are no spectra");
        }
        double[] energy = clean.energy();
        return tasks.entrySet().stream()
                .map(task -> new Curve(
                        task.getKey(),
                        ratio(task.getValue().inputs().energy(), energy),
                        ratio(task.getValue().differences().energy(), energy)))
                .toList();
    }

    private static double[] ratio(double[] part, double[] whole) {
        double[] ratio = new double[whole.length];
        Arrays.setAll(ratio, k -> whole[k] == 0 ? Double.NaN : part[k] / whole[k]);
        return ratio;
    }
}
