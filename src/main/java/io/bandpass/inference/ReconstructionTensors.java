package io.bandpass.inference;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.Corruptions;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorRows;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.pretext.ReconstructedBatch;
import io.bandpass.task.NotFiniteException;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.text.Counts;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Inputs and outputs of a model as one safetensors file: {@code input} and {@code corrupted} (N, 3, H, W) in [0, 1],
 * {@code mask} (N, H, W), {@code reconstruction} (N, 3, H, W) de-normalised and not clamped, {@code image_loss} (N),
 * and {@code loss} (1), one quotient over all rows. With several corruptions, the rows of the first come for all
 * images, then those of the next. Images are read twice, as the loss denominator is known only when all masks are
 * drawn.
 */
public final class ReconstructionTensors implements AutoCloseable {
    /**
     * Result of writing.
     *
     * @param rows N
     * @param loss loss over all rows
     */
    public record Written(long rows, double loss) {}

    private final PretextTask task;
    private final Corruptions corruptions;
    private final Preprocessing preprocessing;
    private final int batchSize;
    private final ImageData.Progress progress;
    private final Path file;
    /** Rows of each tensor, per corruption. */
    private final List<Map<String, TensorRows>> rowsPerCorruption = new ArrayList<>();

    /** Creates the writer of a file, which appears only when complete. */
    public ReconstructionTensors(
            PretextTask task,
            Corruptions corruptions,
            Preprocessing preprocessing,
            int batchSize,
            ImageData.Progress progress,
            Path file) {
        this.task = task;
        this.corruptions = corruptions;
        this.preprocessing = preprocessing;
        this.batchSize = batchSize;
        this.progress = progress;
        this.file = file.toAbsolutePath();
    }

    /**
     * Computes and writes the tensors.
     *
     * @param unreadable receives images that cannot be read
     * @param metadata metadata to write in addition to the names
     * @throws NotFiniteException if a reconstruction is not finite; no file is written then
     */
    public Written write(ImageSource images, UnreadableImages unreadable, Map<String, String> metadata)
            throws IOException {
        task.setTraining(false);
        List<BatchTotals> totals = new ArrayList<>();
        List<Integer> read = new ArrayList<>();
        int[] indices = IntStream.range(0, images.size()).toArray();
        each(images, indices, 0, unreadable, (batch, microBatches) -> {
            microBatches.forEach(microBatch -> totals.add(BatchTotals.of(List.of(microBatch))));
            IntStream.of(batch.indices()).forEach(read::add);
        });
        int[] readable = read.stream().mapToInt(Integer::intValue).toArray();
        if (readable.length == 0) {
            throw DataException.noneReadable(images.size(), "");
        }
        BatchTotals all = new BatchTotals(
                totals.stream().mapToDouble(BatchTotals::lossDenominator).sum(),
                totals.stream().mapToLong(BatchTotals::images).sum());
        double[] loss = {0};
        long[] rows = {0};
        each(images, readable, indices.length, unreadable, (batch, microBatches) -> {
            rows[0] += batch.indices().length;
            for (int corruption = 0; corruption < microBatches.size(); corruption++) {
                ReconstructedBatch reconstructed = microBatches.get(corruption).reconstruct(all);
                long notFinite = Tensors.rowsNotFinite(reconstructed.prediction());
                if (notFinite > 0) {
                    throw NotFiniteException.of("reconstructions", notFinite, rows[0], "images so far");
                }
                loss[0] += append(corruption, batch.images(), reconstructed);
            }
        });
        if (!Double.isFinite(loss[0])) {
            throw new NotFiniteException("the reconstructions are so far off that their loss is not a finite number");
        }
        if (rows[0] != readable.length) {
            throw new DataException(Counts.of(readable.length - rows[0], "image")
                    + " could be read at first and not again; leave the files as they are meanwhile");
        }
        finish(images, readable, loss[0], metadata);
        return new Written(all.images(), loss[0]);
    }

    private interface Batches {
        void accept(Prepared batch, List<MicroBatch> microBatches) throws IOException;
    }

    private void each(ImageSource images, int[] indices, int before, UnreadableImages unreadable, Batches batches)
            throws IOException {
        long row = 0;
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int from = 0; from < indices.length; from += batchSize) {
                try (PointerScope scope = new PointerScope()) {
                    int to = (int) Math.min(indices.length, (long) from + batchSize);
                    Prepared batch = preprocessing.batch(images, Arrays.copyOfRange(indices, from, to), unreadable);
                    if (batch.indices().length > 0) {
                        batches.accept(batch, corruptions.microBatches(batch.images(), batch.indices(), row));
                    }
                    row += batch.indices().length;
                    progress.reached(before + to, before + indices.length);
                }
            }
        }
    }

    /** Appends the rows of a reconstructed batch and returns their contribution to the loss. */
    private double append(int corruption, Tensor bytes, ReconstructedBatch reconstructed) throws IOException {
        if (corruption == rowsPerCorruption.size()) {
            rowsPerCorruption.add(new LinkedHashMap<>());
        }
        Map<String, TensorRows> rows = rowsPerCorruption.get(corruption);
        append(rows, "input", bytes.to(ScalarType.Float).div(new Scalar(255)));
        append(rows, "corrupted", reconstructed.corrupted());
        if (reconstructed.mask().isPresent()) {
            append(rows, "mask", reconstructed.mask().get());
        }
        append(rows, "reconstruction", reconstructed.prediction());
        append(rows, "image_loss", reconstructed.imageLosses());
        return reconstructed.loss();
    }

    private void append(Map<String, TensorRows> rows, String name, Tensor values) throws IOException {
        TensorRows tensor = rows.get(name);
        if (tensor == null) {
            tensor = new TensorRows(folder());
            rows.put(name, tensor);
        }
        tensor.append(values);
    }

    private Path folder() {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return folder;
    }

    private void finish(ImageSource images, int[] readable, double loss, Map<String, String> metadata)
            throws IOException {
        List<String> names = new ArrayList<>();
        for (int corruption = 0; corruption < rowsPerCorruption.size(); corruption++) {
            IntStream.of(readable).mapToObj(images::relativeName).forEach(names::add);
        }
        Map<String, String> all = new LinkedHashMap<>(metadata);
        SafetensorsFeatures.putNames(file, names, all);
        Map<String, List<TensorRows>> tensors = new LinkedHashMap<>();
        for (String name : rowsPerCorruption.get(0).keySet()) {
            tensors.put(
                    name, rowsPerCorruption.stream().map(rows -> rows.get(name)).toList());
        }
        try (PointerScope scope = new PointerScope();
                TensorRows whole = new TensorRows(folder())) {
            whole.append(Tensors.ofFloats(new float[] {(float) loss}, 1));
            tensors.put("loss", List.of(whole));
            Safetensors.writeRows(file, tensors, all);
        }
    }

    @Override
    public void close() throws IOException {
        for (Map<String, TensorRows> rows : rowsPerCorruption) {
            for (TensorRows tensor : rows.values()) {
                tensor.close();
            }
        }
    }
}
