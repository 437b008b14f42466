package io.bandpass.eval;

import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.eval.ReconstructionView.Outline;
import io.bandpass.eval.ReconstructionView.Panel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.pretext.ReconstructedBatch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reconstructs images with a model, as plain arrays for pictures. */
public final class Reconstructor {
    private static final int BATCH = 32;
    /** ITU-R 601 luma, as for the grey image of method.md section 1. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    private final PretextTask task;
    private final Corruptions corruptions;
    private final Preprocessing preprocessing;
    private final int size;
    private final Optional<Outline> outline;

    /**
     * Creates the reconstructor of a model, with all corruptions of its task.
     *
     * @param outline outline of the mask to draw, if any
     */
    public Reconstructor(PretextTask task, Optional<Outline> outline) {
        this(
                task,
                Corruptions.all(task),
                new Preprocessing(task.encoder().config().imageSize()),
                outline);
    }

    /** Creates the reconstructor of a model, with these corruptions and preprocessing. */
    public Reconstructor(
            PretextTask task, Corruptions corruptions, Preprocessing preprocessing, Optional<Outline> outline) {
        this.task = task;
        this.corruptions = corruptions;
        this.preprocessing = preprocessing;
        this.outline = outline;
        size = task.encoder().config().imageSize();
    }

    /**
     * Reconstructs images, once per corruption.
     *
     * @param indices indices of the images; unreadable ones are recorded and skipped
     */
    public List<ReconstructionView> views(ImageSource images, int[] indices, UnreadableImages unreadable) {
        return views(images, indices, 0, unreadable);
    }

    /**
     * Does the same after other images.
     *
     * @param firstRow number of preceding images
     */
    public List<ReconstructionView> views(
            ImageSource images, int[] indices, long firstRow, UnreadableImages unreadable) {
        return evaluate(() -> {
            List<ReconstructionView> views = new ArrayList<>();
            Prepared batch = preprocessing.batch(images, indices, unreadable);
            for (int row = 0; row < batch.indices().length; row++) {
                int index = batch.indices()[row];
                Tensor bytes = Tensors.slice(batch.images(), 0, row, row + 1L);
                for (MicroBatch microBatch : corruptions.microBatches(bytes, new int[] {index}, firstRow + row)) {
                    views.add(view(
                            images.name(index), bytes, microBatch.reconstruct(BatchTotals.of(List.of(microBatch)))));
                }
            }
            return views;
        });
    }

    private ReconstructionView view(String name, Tensor bytes, ReconstructedBatch reconstructed) {
        List<Panel> panels = new ArrayList<>();
        panels.add(panel("original", unit(bytes)));
        panels.add(panel("corrupted", reconstructed.corrupted()));
        panels.add(panel("reconstruction", reconstructed.prediction()));
        reconstructed.combined().ifPresent(combined -> panels.add(panel("combined", combined)));
        return new ReconstructionView(name, reconstructed.captions().get(0), size, size, outline, List.copyOf(panels));
    }

    private static Tensor unit(Tensor bytes) {
        return bytes.to(ScalarType.Float).div(new Scalar(255));
    }

    private static Panel panel(String title, Tensor image) {
        Tensor shown = image.cpu().clamp(bound(0), bound(1));
        Tensor luma = Tensors.ofFloats(LUMA, 3, 1, 1);
        Tensor grey = Tensors.sum(image.cpu().squeeze(0).mul(luma), 0); // (1, 3, H, W) -> (H, W)
        Tensor amplitude = torch.fft_fftshift(torch.fft_fft2(grey)).abs(); // (H, W)
        return new Panel(title, Tensors.toFloats(shown), Tensors.toFloats(amplitude.log1p()));
    }

    private static ScalarOptional bound(double value) {
        return new ScalarOptional(new Scalar(value));
    }

    /** Returns the error per radial frequency over up to {@code count} images, each once per corruption. */
    public RadialSpectrum radialSpectrum(ImageSource images, int count, UnreadableImages unreadable) {
        return evaluate(() -> {
            double[] before = new double[size / 2 + 1];
            double[] after = new double[size / 2 + 1];
            int views = 0;
            int n = Math.min(count, images.size());
            for (int from = 0; from < n; from += BATCH) {
                try (PointerScope scope = new PointerScope()) {
                    int[] range =
                            IntStream.range(from, Math.min(n, from + BATCH)).toArray();
                    Prepared batch = preprocessing.batch(images, range, unreadable);
                    Tensor original = unit(batch.images());
                    for (MicroBatch microBatch : corruptions.microBatches(batch.images(), batch.indices(), from)) {
                        ReconstructedBatch reconstructed = microBatch.reconstruct(BatchTotals.of(List.of(microBatch)));
                        addError(reconstructed.corrupted().cpu().sub(original), before);
                        addError(reconstructed.prediction().cpu().sub(original), after);
                        views += microBatch.images();
                    }
                }
            }
            for (int i = 0; i < before.length; i++) {
                before[i] /= views;
                after[i] /= views;
            }
            return new RadialSpectrum(before, after);
        });
    }

    /** Adds, for each integer radius, the mean amplitude of the bins around it, summed over images. */
    private void addError(Tensor difference, double[] sums) {
        Tensor spectrum = torch.fft_fftshift(torch.fft_fft2(difference), -2, -1).abs();
        float[] amplitude = Tensors.toFloats(Tensors.sum(Tensors.mean(spectrum, 1), 0)); // (n, 3, H, W) -> (H, W)
        double[] total = new double[sums.length];
        int[] count = new int[sums.length];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                int radius = (int) Math.rint(Math.hypot(row - size / 2, column - size / 2));
                if (radius < total.length) {
                    total[radius] += amplitude[row * size + column];
                    count[radius]++;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            // Division by the edge length makes the amplitude that of an orthonormal FFT.
            sums[i] += count[i] == 0 ? 0 : total[i] / count[i] / size;
        }
    }

    private interface Work<T> {
        T run();
    }

    private <T> T evaluate(Work<T> work) {
        boolean wasTraining = task.isTraining();
        task.setTraining(false);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return work.run();
        } finally {
            task.setTraining(wasTraining);
        }
    }
}
