package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentConfig;
import io.bandpass.config.SegmentValidateConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.eval.SegmentationInference;
import io.bandpass.eval.SegmentationValidation;
import io.bandpass.format.WeightsException;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.labelmap.LabelMap;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.SegmenterWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;

/**
 * A trained segmentation model, ready for inference:
 * {@code SegmentationModel.open(run).segment(photo).classAt(row, column)}. Thread-safe: results do not depend on
 * concurrent use. Must not be closed before all threads are done.
 */
public final class SegmentationModel implements AutoCloseable {
    private final SegmenterWeights weights;
    private final Normalisation normalisation;
    private final Device device;
    private final int threads;

    private SegmentationModel(SegmenterWeights weights, Device device, int threads) {
        this.weights = weights;
        this.device = Tensors.kept(device);
        this.threads = threads;
        weights.segmenter().to(device);
        normalisation = new Normalisation(weights.data().mean(), weights.data().std(), device);
    }

    /** Whether weights, a file or a folder, hold a segmentation model. */
    public static boolean isIn(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.ofSegmenter(weights)) {
            return file.isSegmenter();
        }
    }

    /** Opens {@code segmenter.safetensors}, or the run or folder that contains it, on the CPU. */
    public static SegmentationModel open(Path weights) throws IOException {
        return open(weights, "cpu", OptionalInt.empty());
    }

    /**
     * Opens a segmentation model.
     *
     * @param weights a file, a run folder, or a folder that {@code import} wrote
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads compute threads per call; empty for the number of physical cores
     * @throws BandpassException if the file is not a valid segmentation model
     */
    public static SegmentationModel open(Path weights, String device, OptionalInt threads) throws IOException {
        int count = threads.orElseGet(Engine::physicalCores);
        Engine.start(count);
        Device chosen = Engine.device(device);
        SegmenterWeights opened = SegmenterWeights.open(weights);
        try {
            return new SegmentationModel(opened, chosen, count);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Returns the classes, by id. */
    public LabelClasses classes() {
        return weights.description().classes();
    }

    /** Returns the edge length in pixels of the images that the model was trained on. */
    public int imageSize() {
        return weights.segmenter().encoder().config().imageSize();
    }

    /** Returns how the model was evaluated, which is how it is used by default. */
    public SegmentValidateConfig validation() {
        return weights.description().validate();
    }

    /** Returns the file that was opened. */
    public Path file() {
        return weights.file();
    }

    /**
     * Segments an image file, at its own size.
     *
     * @throws BandpassException if it cannot be read
     */
    public SegmentedImage segment(Path image) throws IOException {
        return segment(image, SegmentConfig.DEFAULT);
    }

    /** As {@link #segment(Path)}; ignores the limits of the settings. */
    public SegmentedImage segment(Path image, SegmentConfig settings) throws IOException {
        ImageSource images =
                InferenceImages.ofFiles(weights.data(), List.of(image)).images();
        SegmentationValidation validation = validation(settings, compute(settings));
        try (PointerScope scope = new PointerScope()) {
            RgbImage pixels = images.read(0);
            return new SegmentedImage(labels(validation, pixels, images.name(0)), classes());
        } catch (BadImageException e) {
            throw new DataException(image + " cannot be segmented: " + e.reason());
        }
    }

    /**
     * Segments a decoded image.
     *
     * @param name for messages
     */
    LabelMap labels(SegmentationValidation validation, RgbImage image, String name) {
        try {
            short[] ids =
                    validation.inEvaluationMode(() -> validation.inference().classes(image.view()));
            return new LabelMap(ids, image.height(), image.width());
        } catch (NotFiniteException e) {
            throw new WeightsException(
                    file() + " is of no use: what it makes of " + name + " is not finite: " + e.getMessage());
        }
    }

    /** Returns the model with these settings. */
    SegmentationValidation validation(SegmentConfig settings, Compute compute) {
        // The number of compute threads is a setting of the calling thread.
        Engine.start(threads);
        return new SegmentationValidation(
                weights.segmenter(),
                normalisation,
                SegmentationInference.Settings.of(
                        settings.over(validation()), imageSize(), settings.scales(), settings.flip()),
                compute);
    }

    /** Returns how the images that the model is applied to are read. */
    SegmenterWeights weights() {
        return weights;
    }

    /** Returns the device with the requested precision, which for {@code auto} a measurement chooses. */
    Compute compute(SegmentConfig settings) {
        return Compute.of(device, settings.precision());
    }

    @Override
    public void close() {
        weights.close();
        normalisation.close();
    }
}
