package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.PredictConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
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
 * A fine-tuned classifier, ready to look at images. Several threads may use one at once, and get what one thread would; it
 * must not be closed before they are done.
 */
public final class ImageClassifier implements AutoCloseable {
    /**
     * Files that predictions are written to.
     *
     * @param table CSV: {@code name,class,probability,class2,probability2,...}
     * @param tensors safetensors: {@code logits} (N, classes), float32
     */
    public record Files(Optional<Path> table, Optional<Path> tensors) {}

    private final ClassifierWeights weights;
    private final Normalisation normalisation;
    private final Device device;
    private final int threads;

    private ImageClassifier(ClassifierWeights weights, Device device, int threads) {
        this.weights = weights;
        this.device = Tensors.kept(device);
        this.threads = threads;
        weights.classifier().to(device);
        normalisation = new Normalisation(weights.data().mean(), weights.data().std(), device);
    }

    /** Opens {@code classifier.safetensors}, or the run or folder in which it is, on the CPU. */
    public static ImageClassifier open(Path weights) throws IOException {
        return open(weights, "cpu", OptionalInt.empty());
    }

    /**
     * Opens a classifier.
     *
     * @param weights a file, a run folder, or a folder that {@code import} wrote
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads that compute in each call; empty for the physical cores
     * @throws BandpassException if the file is no sound classifier
     */
    public static ImageClassifier open(Path weights, String device, OptionalInt threads) throws IOException {
        int count = threads.orElseGet(Engine::physicalCores);
        Engine.start(count);
        Device chosen = Engine.device(device);
        return new ImageClassifier(ClassifierWeights.open(weights), chosen, count);
    }

    /** The classes by number; numbers in words where the weights of another program name none. */
    public List<String> classNames() {
        return weights.classNames();
    }

    /** Edge in pixels of the square that is looked at. */
    public int imageSize() {
        return weights.imageSize();
    }

    /** How images were prepared when the classifier was validated: what is done unless asked otherwise. */
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    /** The file that was opened. */
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
     * Classifies image files together: a prediction for each, in their order.
     *
     * @throws BandpassException if one of them cannot be read
     */
    public List<Prediction> predict(List<Path> images) throws IOException {
        return Arrays.stream(logits(images)).map(row -> prediction(ranked(row))).toList();
    }

    /**
     * What the classifier says before the softmax.
     *
     * @return (N, classes), in the order of the files
     * @throws BandpassException if one of them cannot be read
     */
    public float[][] logits(List<Path> images) throws IOException {
        return logits(images, PredictConfig.DEFAULT);
    }

    /** As {@link #logits(List)}; of the options the limits are not asked. */
    public float[][] logits(List<Path> images, PredictConfig options) throws IOException {
        InferenceImages given = InferenceImages.ofFiles(weights.data(), images);
        float[][] rows = new float[images.size()][];
        each(given.images(), given.bad(), compute(options), options, (logits, indices) -> {
            for (int i = 0; i < indices.length; i++) {
                rows[indices[i]] = Tensors.toFloats(logits.select(0, i));
            }
        });
        return rows;
    }

    /**
     * Refuses files for {@link #predict(List, Files, PredictConfig, ImageData.Progress)} that could not be written when
     * the work is done.
     *
     * @throws BandpassException if they could not
     */
    public static void checkFiles(Files files) throws IOException {
        PredictionWriter.check(files);
    }

    /**
     * Classifies a set of images and writes what comes of it, batch by batch, so that no more than a batch is in memory.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files; rows have the order of the relative paths in a
     *     folder, of a list in a list
     */
    public PredictionSummary predict(
            List<String> images, Files files, PredictConfig options, ImageData.Progress progress) throws IOException {
        PredictionWriter.check(files);
        InferenceImages given = InferenceImages.open(weights.data(), images, options.maxBad());
        return PredictionWriter.write(this, given, files, options, progress);
    }

    /**
     * Logits of images, handed on batch by batch.
     *
     * @param sink takes (n, classes), float32, on the CPU, all finite
     */
    void each(ImageSource images, UnreadableImages bad, Compute compute, PredictConfig options, FrozenEncoder.Sink sink)
            throws IOException {
        // A thread has a number of compute threads of its own.
        Engine.start(threads);
        Validation look = new Validation(
                weights.classifier(),
                normalisation,
                new Preprocessing(imageSize(), options.preprocess().orElse(preprocess())),
                options.batchSize(),
                compute);
        look.logits(images, bad, (logits, indices) -> {
            if (!logits.isfinite().all().item_bool()) {
                throw new WeightsException(file() + " is of no use: what it makes of " + images.name(indices[0])
                        + " or of an image after it is not a finite number");
            }
            sink.accept(logits, indices);
        });
    }

    /** The device, and the precision that is asked, or that a measurement chooses. */
    Compute compute(PredictConfig options) {
        return Compute.of(device, options.precision());
    }

    static List<RankedClass> ranked(float[] logits) {
        return RankedClass.of(
                IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray(), PredictionWriter.RANKED);
    }

    Prediction prediction(List<RankedClass> ranked) {
        List<ClassProbability> named = ranked.stream()
                .map(each -> new ClassProbability(classNames().get(each.number()), each.probability()))
                .toList();
        return new Prediction(named.get(0).className(), named.get(0).probability(), named);
    }

    @Override
    public void close() {
        weights.close();
        normalisation.close();
    }
}
