package io.bandpass.robust;

import io.bandpass.frequency.RadialEnergy;
import io.bandpass.pretext.Degradation;
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
    private final Map<String, Sums> tasks = new LinkedHashMap<>();
    private long images;

    /**
     * Creates the spectra of no images.
     *
     * @param size edge of the square images in pixels
     * @param tasks what each task does to images, by its name; they stay the caller's to close
     */
    public TaskSpectra(int size, Map<String, Degradation> tasks) {
        clean = new RadialEnergy(size, size);
        tasks.forEach((name, task) ->
                this.tasks.put(name, new Sums(task, new RadialEnergy(size, size), new RadialEnergy(size, size))));
    }

    /**
     * Adds images, degraded as in the first epoch.
     *
     * @param unitImages (N, 3, size, size), float32 in [0, 1], on the device of the tasks
     * @param indices of the images in their data set, which decide on what is drawn for them
     */
    public void add(Tensor unitImages, int[] indices) {
        try (NoGradGuard guard = new NoGradGuard()) {
            clean.add(unitImages);
            for (Sums sums : tasks.values()) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor input = sums.task().apply(unitImages, 0, indices);
                    sums.inputs().add(input);
                    sums.differences().add(input.sub(unitImages));
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
