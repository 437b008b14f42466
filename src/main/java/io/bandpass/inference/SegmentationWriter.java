package io.bandpass.inference;

import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.SegmentationValidation;
import io.bandpass.format.AtomicFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.labelmap.LabelMap;
import io.bandpass.labelmap.PaletteMask;
import io.bandpass.report.LabelMapPicture;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Segments a set of images and writes what a model makes of them: masks and overlays in the places of the images, and a
 * table of the classes' shares.
 */
public final class SegmentationWriter {
    /**
     * Output of a segmentation.
     *
     * @param folder for {@code NAME.png}, a mask with the values of the model's data, {@code overlays/NAME.png}, and
     *     {@code shares.csv}; NAME is the image's relative name without its ending, or with it where several images would
     *     have the same
     * @param tensors safetensors: {@code logits} (N, K, h, w), float32, and {@code classes} (N, H, W), int16
     */
    public record Output(Optional<Path> folder, Optional<Path> tensors) {}

    /**
     * Result of segmenting a set of images.
     *
     * @param images number of images segmented
     * @param shares of the pixels of each class over all images, by class id
     * @param pixels number of pixels of all images
     * @param precision of the model, which {@code auto} may have chosen
     * @param notices sentences about skipped files
     * @param unreadable name and reason of each skipped image
     */
    public record Summary(
            int images,
            List<Double> shares,
            long pixels,
            String precision,
            List<String> notices,
            Map<String, String> unreadable) {}

    private static final String TABLE = "shares.csv";

    private final SegmentationModel model;
    private final Output output;
    private final SegmentConfig settings;

    public SegmentationWriter(SegmentationModel model, Output output, SegmentConfig settings) {
        this.model = model;
        this.output = output;
        this.settings = settings;
    }

    /**
     * Makes the folder, and rejects output that is not writable, before any work is done.
     *
     * @throws io.bandpass.BandpassException if one is not writable
     */
    public static void check(Output output) throws IOException {
        if (output.folder().isPresent()) {
            makeFolder(output.folder().get());
            AtomicFiles.requireWritable("the table", output.folder().get().resolve(TABLE));
        }
        if (output.tensors().isPresent()) {
            if (!output.tensors().get().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
                throw new ConfigException(
                        "the file of tensors is " + output.tensors().get() + ", but its name must end in .safetensors");
            }
            AtomicFiles.requireWritable("the file of tensors", output.tensors().get());
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(
                    "the folder " + folder + " cannot be made: there is a file of that name; name another");
        } catch (IOException e) {
            throw new ConfigException("the folder " + folder + " cannot be made here; name another");
        }
    }

    /**
     * Segments images and writes the output one by one.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files
     */
    public Summary write(List<String> images, ImageData.Progress progress) throws IOException {
        check(output);
        InferenceImages inputs = InferenceImages.open(model.weights().data(), images, settings.maxBad());
        ImageSource source =
                FeatureWriter.first(inputs.images(), settings.limit().orElse(Integer.MAX_VALUE));
        Optional<MaskNames> names = output.folder().isPresent()
                ? Optional.of(MaskNames.of(source, output.folder().get()))
                : Optional.empty();
        Compute compute = model.compute(settings);
        SegmentationValidation validation = model.validation(settings, compute);
        LabelClasses classes = model.classes();
        long[] total = new long[classes.size()];
        int count = 0;
        try (ShareTable table = ShareTable.open(output.folder().map(folder -> folder.resolve(TABLE)), classes);
                SegmentationTensors tensors = SegmentationTensors.open(output.tensors())) {
            for (int index = 0; index < source.size(); index++) {
                String name = source.relativeName(index);
                try (PointerScope scope = new PointerScope()) {
                    RgbImage image = source.read(index);
                    LabelMap labels = model.labels(validation, image, name);
                    if (names.isPresent()) {
                        write(names.get().mask(index), names.get().overlay(index), image, labels);
                    }
                    table.append(name, count(labels, total));
                    if (tensors.isWanted()) {
                        tensors.append(name, logits(validation, image), labels);
                    }
                    count++;
                } catch (BadImageException e) {
                    inputs.bad().add(source.name(index), e.reason());
                    inputs.bad().check();
                }
                progress.reached(index + 1, source.size());
            }
            if (count == 0) {
                throw DataException.noneReadable(source.size(), "");
            }
            table.finish();
            tensors.finish(model.file());
        }
        long pixels = 0;
        for (long ofClass : total) {
            pixels += ofClass;
        }
        long all = pixels;
        return new Summary(
                count,
                Arrays.stream(total).mapToObj(ofClass -> ofClass / (double) all).toList(),
                pixels,
                compute.precision().word(),
                inputs.notices(),
                inputs.bad().reasons());
    }

    private static Tensor logits(SegmentationValidation validation, RgbImage image) {
        return validation.inEvaluationMode(() -> validation.inference().logits(image.view()));
    }

    /** Adds the pixels of each class and returns those of this image. */
    private static long[] count(LabelMap labels, long[] total) {
        long[] own = new long[total.length];
        for (short id : labels.ids()) {
            own[id]++;
        }
        for (int id = 0; id < total.length; id++) {
            total[id] += own[id];
        }
        return own;
    }

    private void write(String maskName, String overlayName, RgbImage image, LabelMap labels) throws IOException {
        Path folder = output.folder().orElseThrow();
        Path mask = folder.resolve(maskName);
        Path overlay = folder.resolve(overlayName);
        Files.createDirectories(parent(mask));
        Files.createDirectories(parent(overlay));
        PaletteMask.write(mask, labels.ids(), labels.height(), labels.width(), model.classes());
        LabelMapPicture picture = new LabelMapPicture(model.classes());
        AtomicFiles.write(overlay, staging -> {
            try (var out = Files.newOutputStream(staging)) {
                ImageIO.write(
                        picture.overlay(image.toBytes(), labels.ids(), labels.height(), labels.width()), "png", out);
            }
        });
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }
}
