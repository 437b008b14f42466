package io.bandpass.robustness;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.corrupt.CorruptionScale;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.corrupt.StoredAsJpeg;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.format.AtomicFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.image.PngCodec;
import io.bandpass.image.Resize;
import io.bandpass.image.RgbBytes;
import io.bandpass.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes corrupted copies of a labelled set of images as the authors of ImageNet-C made theirs: resized, cropped,
 * corrupted and stored in NAME/SEVERITY/CLASS/FILE. Images of CIFAR's size are stored as PNG, since CIFAR-10-C is not
 * compressed, larger ones as JPEG of quality 85. The same call goes on with a copy that was not finished.
 */
public final class CorruptedCopy {
    /** ImageNet's images are resized to this much more than is cropped. */
    private static final double MARGIN = 256.0 / 224;

    private static final String SETTINGS = "corrupted.json";
    private static final int BATCH = 64;

    /**
     * What is written.
     *
     * @param corruptions which, and at which severities
     * @param side height and width of the images, in pixels
     * @param seed of what is random
     * @param maxBad maximum fraction of unreadable images
     */
    public record Settings(RobustnessConfig.Corruptions corruptions, int side, long seed, double maxBad) {
        private static final int LARGEST = 4096;

        public Settings {
            if (side < CorruptionScale.SMALLEST_SIDE || side > LARGEST) {
                throw new ConfigException("`side` is " + side + ", but must be " + CorruptionScale.SMALLEST_SIDE
                        + " to " + LARGEST + " pixels");
            }
        }
    }

    /**
     * What was written.
     *
     * @param complete false if the user ended it
     * @param images number of images of each corruption and severity
     * @param unreadable name and reason of each skipped image
     */
    public record Result(boolean complete, int images, Map<String, String> unreadable, List<String> notices) {}

    /** Follows the work. */
    public interface Progress {
        /** So many files of all are there. */
        void reached(long files, long all);
    }

    private final Settings settings;
    private final Path out;
    private final List<NamedCorruption> corruptions;

    private CorruptedCopy(Settings settings, Path out) throws IOException {
        this.settings = settings;
        this.out = out;
        corruptions = Corruptions.named(settings.corruptions());
    }

    /**
     * Writes what is missing of a copy.
     *
     * @param paths labelled images; of data that names held-out images these alone
     * @param out a folder that is empty, not there yet, or holds an unfinished copy with the same settings
     * @param stop asked between batches; true ends the work
     */
    public static Result write(Settings settings, List<String> paths, Path out, Progress progress, BooleanSupplier stop)
            throws IOException {
        CorruptedCopy copy = new CorruptedCopy(settings, out);
        UnreadableImages unreadable = new UnreadableImages(settings.maxBad());
        DataConfig data = ConfigBuilder.of(FinetuningConfig.class).build().data();
        Datasets datasets = Datasets.openLabelled(data, paths, settings.seed(), 0, unreadable);
        List<String> notices = new ArrayList<>(datasets.notices());
        datasets.heldOut().ifPresent(images -> notices.add("copied the held-out images of the data alone"));
        ImageSource images = datasets.heldOut().orElse(datasets.train());
        copy.begin(images);
        boolean complete = copy.write(images, unreadable, progress, stop);
        return new Result(complete, images.size() - unreadable.size(), unreadable.reasons(), notices);
    }

    private void begin(ImageSource images) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("images", Digests.of(names(images)))
                .put("side", settings.side())
                .put("seed", settings.seed());
        json.put("frost", settings.corruptions().frost().orElse(""));
        String text = Json.pretty(json);
        Path file = out.resolve(SETTINGS);
        if (Files.exists(file)) {
            if (!Files.readString(file).equals(text)) {
                throw new ConfigException(out + " holds a copy of other images, or with another side, seed or frost;"
                        + " name another folder, or delete it");
            }
            return;
        }
        if (Files.isDirectory(out) && !isEmpty(out)) {
            throw new ConfigException(out + " is not empty; name a new folder for the corrupted copy");
        }
        Files.createDirectories(out);
        AtomicFiles.writeText(file, text);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private boolean write(ImageSource images, UnreadableImages unreadable, Progress progress, BooleanSupplier stop)
            throws IOException {
        List<String> names = names(images);
        List<Integer> severities = settings.corruptions().severities();
        long all = (long) images.size() * corruptions.size() * severities.size();
        try (Workers workers = new Workers(OptionalInt.empty(), () -> {})) {
            for (int from = 0; from < images.size(); from += BATCH) {
                if (stop.getAsBoolean()) {
                    return false;
                }
                int end = Math.min(images.size(), from + BATCH);
                workers.map(IntStream.range(from, end).boxed().toList(), index -> {
                    write(images, index, names.get(index), unreadable);
                    return index;
                });
                unreadable.check();
                progress.reached((long) end * corruptions.size() * severities.size(), all);
            }
        }
        if (unreadable.size() == images.size()) {
            throw DataException.noneReadable(images.size(), "to corrupt");
        }
        return true;
    }

    /** Writes all copies of an image. */
    private void write(ImageSource images, int index, String name, UnreadableImages unreadable) {
        int key = EvaluatedImages.key(images, index);
        try {
            RgbBytes prepared = null;
            for (NamedCorruption corruption : corruptions) {
                for (int severity : settings.corruptions().severities()) {
                    Path folder = out.resolve(folderName(corruption)).resolve(Integer.toString(severity));
                    Path file = folder.resolve(name);
                    if (!Files.exists(file)) {
                        prepared = prepared == null ? prepared(images, index) : prepared;
                        write(file, corruption.apply(prepared, severity, settings.seed(), key));
                    }
                }
            }
        } catch (BadImageException e) {
            unreadable.add(images.name(index), e.reason());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, RgbBytes image) throws IOException {
        byte[] bytes = isCompressed() ? StoredAsJpeg.encode(image) : PngCodec.encode(image);
        Files.createDirectories(file.getParent());
        AtomicFiles.write(file, temporary -> Files.write(temporary, bytes));
    }

    private boolean isCompressed() {
        return scale() != CorruptionScale.CIFAR;
    }

    private CorruptionScale scale() {
        return CorruptionScale.of(settings.side(), settings.side());
    }

    /** Returns an image at the size of the copy: the shorter side resized with bilinear filtering, the middle cropped. */
    private RgbBytes prepared(ImageSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            Tensor image = images.read(index).view(); // (1, 3, H, W)
            int side = settings.side();
            long shorter = Math.min(image.size(2), image.size(3));
            long resized = scale() == CorruptionScale.IMAGENET ? Math.round(side * MARGIN) : side;
            long height = image.size(2) * resized / shorter;
            long width = image.size(3) * resized / shorter;
            Tensor whole = Resize.antialiasedBilinear(image, height, width);
            Tensor middle = whole.narrow(2, (long) Math.rint((height - side) / 2.0), side)
                    .narrow(3, (long) Math.rint((width - side) / 2.0), side);
            return RgbBytes.of(middle.squeeze(0));
        }
    }

    /** Returns the file of each image below the folder of a severity: CLASS/FILE, told apart by a number if need be. */
    private List<String> names(ImageSource images) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        String suffix = isCompressed() ? ".JPEG" : ".png";
        for (int i = 0; i < images.size(); i++) {
            String plain = fileName(images.classNames().get(images.label(i))) + "/" + stem(images.relativeName(i));
            String name = plain;
            // File systems may not tell upper from lower case.
            for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
                name = plain + "-" + number;
            }
            names.add(name + suffix);
        }
        return names;
    }

    private static String stem(String name) {
        String last = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
        return fileName(last.contains("#") ? last : last.replaceFirst("\\.[^.]*$", ""));
    }

    /** Not each file system has names with an asterisk. */
    private static String folderName(NamedCorruption corruption) {
        return corruption.name().replace("*", "_procedural");
    }

    /** Returns a text without what no file may be named. */
    private static String fileName(String text) {
        return text.replaceAll("[/\\\\:*?\"<>|#\\p{Cntrl}]+", "_");
    }
}
