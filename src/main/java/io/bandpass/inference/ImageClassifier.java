package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.PredictConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.distributed.Communicator;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.Validation;
import io.bandpass.format.WeightsException;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.ClassifierWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/**
 * A fine-tuned classifier, ready for inference. Thread-safe: results do not depend on concurrent use. Must not be
 * closed before all threads are done.
 */
public final class ImageClassifier implements AutoCloseable {
    /**
     * Output files of predictions.
     *
     * @param table CSV: {@code name,class,probability,class2,probability2,...}
     * @param tensors safetensors: {@code logits} (N, classes), float32
     */
    public record Files(Optional<Path> table, Optional<Path> tensors) {}

    private final ClassifierWeights weights;
    private final Normalisation normalisation;
    private final Device device;
    private final int threads;
    private Communicator processes = Communicator.single();

    private ImageClassifier(ClassifierWeights weights, Device device, int threads) {
        this.weights = weights;
        this.device = Tensors.kept(device);
        this.threads = threads;
        weights.classifier().to(device);
        normalisation = new Normalisation(weights.data().mean(), weights.data().std(), device);
    }

    /** Opens {@code classifier.safetensors}, or the run or folder that contains it, on the CPU. */
    public static ImageClassifier open(Path weights) throws IOException {
        return open(weights, "cpu", OptionalInt.empty());
    }

    /**
     * Opens a classifier.
     *
     * @param weights a file, a run folder, or a folder that {@code import} wrote
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads compute threads per call; empty for the number of physical cores
     * @throws BandpassException if the file is not a valid classifier
     */
    public static ImageClassifier open(Path weights, String device, OptionalInt threads) throws IOException {
        int count = threads.orElseGet(Engine::physicalCores);
        Engine.start(count);
        Device chosen = Engine.device(device);
        return new ImageClassifier(ClassifierWeights.open(weights), chosen, count);
    }

    /** Shares the batches of each pass over images with other processes, which make the same calls. */
    ImageClassifier processes(Communicator shared) {
        processes = shared;
        return this;
    }

    /** Returns the class names by index; the indices as text if the weights of another program name none. */
    public List<String> classNames() {
        return weights.classNames();
    }

    /** Returns the edge length in pixels of the square input. */
    public int imageSize() {
        return weights.imageSize();
    }

    /** Returns the preprocessing of the classifier's validation, which is the default. */
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    /** Returns the file that was opened. */
    public Path file() {
        return weights.file();
    }

    /**
     * Classifies an image file.
     *
     * @throws BandpassException if it cannot be read
     */
    public Prediction predict(Path image) throws IOException {
        return predict(List.of(image)).get(0);
    }

    /**
     * Classifies image files together and returns their predictions in the same order.
     *
     * @throws BandpassException if one of them cannot be read
     */
    public List<Prediction> predict(List<Path> images) throws IOException {
        return Arrays.stream(logits(images)).map(row -> prediction(ranked(row))).toList();
    }

    /**
     * Returns the logits of image files.
     *
     * @return (N, classes), in the order of the files
     * @throws BandpassException if one of them cannot be read
     */
    public float[][] logits(List<Path> images) throws IOException {
        return logits(images, PredictConfig.DEFAULT);
    }

    /** As {@link #logits(List)}; ignores the limits of the options. */
    public float[][] logits(List<Path> images, PredictConfig options) throws IOException {
        InferenceImages inputs = InferenceImages.ofFiles(weights.data(), images);
        float[][] rows = new float[images.size()][];
        each(inputs.images(), inputs.bad(), compute(options), options, (logits, indices) -> {
            for (int i = 0; i < indices.length; i++) {
                rows[indices[i]] = Tensors.toFloats(logits.select(0, i));
            }
        });
        return rows;
    }

    /**
     * Rejects output files for {@link #predict(List, Files, PredictConfig, ImageData.Progress)} that are not writable,
     * before any work is done.
     *
     * @throws BandpassException if one is not writable
     */
    public static void checkFiles(Files files) throws IOException {
        PredictionWriter.check(files);
    }

    /**
     * Classifies a set of images and writes the predictions batch by batch, so that memory holds one batch at most.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files; rows are in the order of a list, or of the
     *     relative paths in a folder
     */
    public PredictionSummary predict(
            List<String> images, Files files, PredictConfig options, ImageData.Progress progress) throws IOException {
        PredictionWriter.check(files);
        InferenceImages inputs = InferenceImages.open(weights.data(), images, options.maxBad());
        return PredictionWriter.write(this, inputs, files, options, progress);
    }

    /**
     * Computes logits of images and passes them on batch by batch.
     *
     * @param sink receives (n, classes), float32, on the CPU, all finite
     */
    void each(
            ImageSource images,
            UnreadableImages unreadable,
            Compute compute,
            PredictConfig options,
            FrozenEncoder.Sink sink)
            throws IOException {
        // The number of compute threads is a setting of the calling thread.
        Engine.start(threads);
        Validation validation = new Validation(
                weights.classifier(),
                normalisation,
                new Preprocessing(imageSize(), options.preprocess().orElse(preprocess())),
                options.batchSize(),
                compute,
                processes);
        validation.logits(images, unreadable, (logits, indices) -> {
            if (!logits.isfinite().all().item_bool()) {
                throw new WeightsException(file() + " is of no use: what it makes of " + images.name(indices[0])
                        + " or of an image after it is not a finite number");
            }
            sink.accept(logits, indices);
        });
    }

    /** Returns the device with the requested precision, which for {@code auto} a measurement chooses. */
    Compute compute(PredictConfig options) {
        return Compute.of(device, options.precision());
    }

    static List<RankedClass> ranked(float[] logits) {
        return RankedClass.of(
                IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray(), PredictionWriter.RANKED);
    }

    Prediction prediction(List<RankedClass> ranked) {
        List<ClassProbability> named = ranked.stream()
                .map(rank -> new ClassProbability(classNames().get(rank.number()), rank.probability()))
                .toList();
        return new Prediction(named.get(0).className(), named.get(0).probability(), named);
    }

    @Override
    public void close() {
        weights.close();
        normalisation.close();
    }
}
