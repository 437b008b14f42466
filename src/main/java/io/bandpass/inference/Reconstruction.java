package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ReconstructConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.Corruptions;
import io.bandpass.eval.ReconstructionView;
import io.bandpass.eval.ReconstructionView.Outline;
import io.bandpass.eval.Reconstructor;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.WeightsException;
import io.bandpass.machine.Environment;
import io.bandpass.pretext.MaskedFrequencyModel;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.report.SamplePicture;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.weights.ModelWeights;
import io.bandpass.weights.PlausibleSize;
import io.bandpass.weights.WeightsFile;
import io.bandpass.weights.WeightsMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Device;

/** Reconstructs images with a pre-trained model, as pictures or tensors. */
public final class Reconstruction implements AutoCloseable {
    /**
     * Result of drawing.
     *
     * @param pictures one picture file per readable image, in the order of the images
     * @param unreadable name and reason of each skipped image
     */
    public record Drawn(List<Path> pictures, List<String> unreadable) {}

    /**
     * Result of writing tensors.
     *
     * @param rows number of rows of each tensor
     * @param loss loss over all rows
     * @param unreadable name and reason of each skipped image
     */
    public record Written(long rows, double loss, List<String> unreadable) {}

    private final PretrainingConfig config;
    private final ReconstructConfig options;
    private final String weights;
    private final Compute compute;
    private final PretextTask model;
    private final Corruptions corruptions;
    private final Preprocessing preprocessing;

    private Reconstruction(Path weights, ReconstructConfig options, Device device) throws IOException {
        this.options = options;
        this.weights = Files.isDirectory(weights) ? WeightsFile.FULL : String.valueOf(weights.getFileName());
        compute = Compute.of(device, options.precision());
        try (WeightsFile file = WeightsFile.ofModel(weights)) {
            if (WeightsMetadata.isOurs(file.metadata())) {
                ModelWeights.requireFull(file);
            }
            config = withRadius(file.pretraining(), options);
            preprocessing = new Preprocessing(config.encoder().imageSize(), options.preprocess());
            PlausibleSize.check(file.path(), file.size(), config);
            model = PretextTasks.create(config, compute);
            try {
                ModelWeights.load(model, file);
                corruptions = new Corruptions(model, options.mask());
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    private WeightsException ofNoUse(String reason) {
        return new WeightsException(weights + " is of no use: " + reason);
    }

    /**
     * Rejects several micro-batches for losses that are defined on the whole batch and are not sums over micro-batches.
     */
    private void checkWholeBatch(int images) {
        boolean twice = model instanceof MaskedFrequencyModel
                && options.mask().orElse("both").equals("both");
        boolean oneMicroBatch = options.batchSize() >= images && !twice;
        if (config.needsWholeBatch() && !oneMicroBatch) {
            throw new ConfigException(
                    "these weights were trained with loss.average-spectrum or loss.focal=batch, whose loss"
                            + " is of all rows at once: take a batch size of at least " + images
                            + ", and the mask low, high or mixed");
        }
    }

    private static PretrainingConfig withRadius(PretrainingConfig config, ReconstructConfig options) {
        if (options.radius().isEmpty()) {
            return config;
        }
        double radius = options.radius().getAsDouble();
        if (Outline.of(config).isEmpty()) {
            throw new ConfigException(
                    "radius is " + radius + ", but these weights have no mask of a radius; leave it out");
        }
        return ConfigBuilder.from(config)
                .set("mask.radius", Double.toString(radius), "radius " + radius)
                .set("mask.radius-range", "none", "radius " + radius)
                .build();
    }

    /**
     * Opens a model.
     *
     * @param weights {@code full.safetensors} of a run or an import, or the folder that contains it
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads compute threads; empty for the number of physical cores
     */
    public static Reconstruction open(Path weights, ReconstructConfig options, String device, OptionalInt threads)
            throws IOException {
        Engine.start(threads.orElseGet(Engine::physicalCores));
        return new Reconstruction(weights, options, Engine.device(device));
    }

    /**
     * Draws a picture of each image, with the corruptions of the model's training.
     *
     * @param weights {@code full.safetensors} of a run
     * @param images folders, list and CSV files, globs, IDX or CIFAR files
     * @param out folder for the pictures
     * @param limit largest number of pictures to draw
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     */
    public static Drawn draw(Path weights, List<String> images, Path out, int limit, String device) throws IOException {
        try (Reconstruction model = open(weights, ReconstructConfig.DEFAULT, device, OptionalInt.empty())) {
            return model.draw(images, out, limit);
        }
    }

    /**
     * Draws a picture of each image.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files
     * @param out folder for the pictures
     * @param limit largest number of pictures to draw
     */
    public Drawn draw(List<String> images, Path out, int limit) throws IOException {
        InferenceImages inputs = InferenceImages.open(config.data(), images, 1);
        ImageSource all = inputs.images();
        UnreadableImages unreadable = inputs.bad();
        Reconstructor reconstructor = new Reconstructor(model, corruptions, preprocessing, Outline.of(config));
        List<Path> pictures = new ArrayList<>();
        for (int i = 0; i < all.size() && pictures.size() < limit; i++) {
            List<ReconstructionView> views = reconstructor.views(all, new int[] {i}, pictures.size(), unreadable);
            if (!views.stream().allMatch(ReconstructionView::isFinite)) {
                throw ofNoUse("what it makes of " + all.name(i) + " are no finite numbers");
            }
            if (!views.isEmpty()) {
                Path picture = out.resolve(String.format(Locale.ROOT, "%04d-%s.png", i, fileName(all.name(i))));
                AtomicFiles.write(picture, staging -> SamplePicture.write(staging, views));
                pictures.add(picture);
            }
        }
        if (pictures.isEmpty()) {
            throw DataException.noneReadable(all.size(), "in " + String.join(", ", images));
        }
        return new Drawn(pictures, lines(unreadable));
    }

    /**
     * Writes inputs and outputs of the model as tensors: {@code input} and {@code corrupted} (N, 3, H, W) in [0, 1],
     * {@code mask} (N, H, W) if the task has one, {@code reconstruction} (N, 3, H, W) de-normalised and not clamped,
     * {@code image_loss} (N), {@code loss} (1), one quotient over all rows. Rows are in the order of the images.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files
     * @param file file with extension {@code .safetensors}
     */
    public Written writeTensors(List<String> images, Path file, ImageData.Progress progress) throws IOException {
        checkTensors(file);
        InferenceImages inputs = InferenceImages.open(config.data(), images, 1);
        ImageSource all = FeatureWriter.first(inputs.images(), options.limit().orElse(Integer.MAX_VALUE));
        checkWholeBatch(all.size());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("producer", "bandpass " + Environment.version());
        metadata.put("weights", weights);
        options.mask().ifPresent(word -> metadata.put("mask", word));
        Outline.of(config).ifPresent(outline -> metadata.put("radius", Double.toString(outline.radius())));
        FeatureWriter.put(
                metadata,
                config.encoder().imageSize(),
                options.preprocess(),
                compute.precision().name());
        try (ReconstructionTensors tensors =
                new ReconstructionTensors(model, corruptions, preprocessing, options.batchSize(), progress, file)) {
            ReconstructionTensors.Written written = tensors.write(all, inputs.bad(), metadata);
            return new Written(written.rows(), written.loss(), lines(inputs.bad()));
        } catch (NotFiniteException e) {
            throw ofNoUse(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Rejects a file for tensors that is not writable, before any work is done.
     *
     * @throws BandpassException if it is not writable
     */
    public static void checkTensors(Path file) throws IOException {
        if (!String.valueOf(file.getFileName()).endsWith(".safetensors")) {
            throw new ConfigException("the file of tensors " + file + " must end in .safetensors");
        }
        AtomicFiles.requireWritable("the file of tensors", file);
    }

    private static List<String> lines(UnreadableImages unreadable) {
        List<String> lines = new ArrayList<>();
        unreadable.reasons().forEach((name, reason) -> lines.add(name + ": " + reason));
        return lines;
    }

    /** Returns the last component of a name, with only portable characters and at most 80 of them. */
    private static String fileName(String name) {
        String last = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
        String plain = last.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.length() <= 80 ? plain : plain.substring(0, 80);
    }

    @Override
    public void close() {
        model.close();
    }
}
