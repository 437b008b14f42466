package io.bandpass.robustness;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.data.ArchiveMember;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.robust.ClassSubset;
import io.bandpass.split.SeenImages;
import io.bandpass.split.TrainedImages;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Labelled images on which all models are measured: the same ones, in the same order.
 *
 * @param heldOut whether none of the models was trained on any of them, or the data names them as held out
 * @param notices human-readable
 * @param whole whether they are taken whole, as they were cropped when they were made, instead of as the models' own
 *     preprocessing has it
 */
record EvaluatedImages(
        ImageSource images, boolean heldOut, UnreadableImages unreadable, List<String> notices, boolean whole) {
    private static final int HALF_LONG = 32;

    /** Receives a batch, within a scope of its own. */
    interface Sink {
        /**
         * Takes a batch.
         *
         * @param bytes (n, 3, H, W), uint8, on the CPU
         * @param labels (n), int64, of the model's classes
         * @param keys a number of each image, from which follows what is random about it
         * @param indices of the images, ascending
         */
        void accept(Tensor bytes, Tensor labels, int[] keys, int[] indices) throws IOException;
    }

    /**
     * Opens the held-out images of data, or those that no model was trained on.
     *
     * @param paths folders with a subfolder per class, CSV, IDX or CIFAR files
     * @param models weights files
     */
    static EvaluatedImages open(RobustnessConfig config, List<String> paths, List<Path> models) throws IOException {
        UnreadableImages unreadable = new UnreadableImages(config.images().maxBad());
        DataConfig data = ConfigBuilder.of(FinetuningConfig.class).build().data();
        Datasets datasets = Datasets.openLabelled(data, paths, config.seed(), 0, unreadable);
        List<String> notices = new ArrayList<>(datasets.notices());
        boolean heldOut = true;
        for (Path model : models) {
            SeenImages.Part part = new SeenImages(TrainedImages.ofWeights(model)).toEvaluate(datasets);
            part.notices().stream().filter(notice -> !notices.contains(notice)).forEach(notices::add);
            heldOut &= part.heldOut();
            datasets = datasets.heldOut().isPresent()
                    ? datasets
                    : new Datasets(part.images(), Optional.empty(), unreadable, List.of());
        }
        ImageSource all = datasets.heldOut().orElse(datasets.train());
        return new EvaluatedImages(
                some(all, config.images().limit(), config.seed()), heldOut, unreadable, List.copyOf(notices), false);
    }

    /**
     * Returns corrupted images that others made, which are taken whole.
     *
     * @param limit number of images, drawn by the seed
     */
    static EvaluatedImages stored(ImageSource all, OptionalInt limit, long seed, UnreadableImages unreadable) {
        return new EvaluatedImages(some(all, limit, seed), false, unreadable, List.of(), true);
    }

    private static ImageSource some(ImageSource all, OptionalInt limit, long seed) {
        if (limit.isEmpty() || limit.getAsInt() >= all.size()) {
            return all;
        }
        EpochOrder order = new EpochOrder(all.size(), KeyedRandom.hash(seed, KeyedRandom.Purpose.PROBE));
        return all.select(IntStream.range(0, limit.getAsInt())
                .map(position -> order.at(0, position))
                .sorted()
                .toArray());
    }

    /** Returns the first images, for what is too costly with all. */
    EvaluatedImages first(int count) {
        return count >= images.size()
                ? this
                : new EvaluatedImages(
                        images.select(IntStream.range(0, count).toArray()), heldOut, unreadable, notices, whole);
    }

    /**
     * Returns the classes in which the images and a model agree.
     *
     * @throws DataException if these are under half of those of the images
     */
    ClassSubset subset(EvaluatedClassifier model) {
        try {
            return ClassSubset.match(images.classNames(), model.classNames());
        } catch (DataException e) {
            throw new DataException(model.file() + ": " + e.getMessage());
        }
    }

    /**
     * Passes on all images, batch by batch.
     *
     * @param subset classes of the data among those of the model; the labels are ranks within it
     * @throws DataException if none is readable
     */
    void each(EvaluatedClassifier model, ClassSubset subset, int batchSize, Watch watch, Sink sink) throws IOException {
        Preprocessing preprocessing = whole ? new Preprocessing(model.imageSize()) : model.preprocessing();
        int seen = 0;
        for (int from = 0; from < images.size(); from += batchSize) {
            int end = Math.min(images.size(), from + batchSize);
            watch.checkStopped();
            try (PointerScope scope = new PointerScope()) {
                int[] known = IntStream.range(from, end)
                        .filter(index -> subset.rank(images.label(index)).isPresent())
                        .toArray();
                Prepared batch = preprocessing.batch(images, known, unreadable);
                int[] indices = batch.indices();
                if (indices.length > 0) {
                    long[] labels = IntStream.of(indices)
                            .mapToLong(index -> subset.rank(images.label(index)).orElseThrow())
                            .toArray();
                    sink.accept(batch.images(), Tensors.ofLongs(labels, labels.length), keys(indices), indices);
                    seen += indices.length;
                }
            }
            watch.reached(end, images.size());
        }
        if (seen == 0) {
            throw DataException.noneReadable(images.size(), "for the evaluation");
        }
    }

    private int[] keys(int[] indices) {
        return IntStream.of(indices).map(index -> key(images, index)).toArray();
    }

    /** Returns a number that follows from the name of an image, so that it is the same in every selection. */
    static int key(ImageSource images, int index) {
        long hash = KeyedRandom.hash(0, KeyedRandom.Purpose.PROBE, placeless(images, index));
        return (int) (hash >>> HALF_LONG) & Integer.MAX_VALUE;
    }

    /** Returns the name of an image without the place of its set: below the folder, or the row in its file. */
    private static String placeless(ImageSource images, int index) {
        String name = images.relativeName(index);
        return name.contains("#") ? name.substring(name.replace('\\', '/').lastIndexOf('/') + 1) : name;
    }

    /**
     * Digest of the images, in their order: of their names, labels and contents. A file counts as unchanged while its size
     * and its time of change are, as reading millions of images would take longer than looking for what is kept is worth.
     */
    String digest() {
        List<String> facts = new ArrayList<>();
        for (int index = 0; index < images.size(); index++) {
            facts.add(images.relativeName(index) + " " + images.label(index) + " " + content(index));
        }
        return Digests.of(facts);
    }

    private String content(int index) {
        Optional<ArchiveMember> member = images.member(index);
        Optional<Path> file = images.file(index).or(() -> member.map(ArchiveMember::archive));
        if (file.isPresent()) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file.get(), BasicFileAttributes.class);
                String place = member.map(part -> " " + part.offset()).orElse("");
                return attributes.size() + " " + attributes.lastModifiedTime() + place;
            } catch (IOException e) {
                // It is listed as unreadable when it is read.
                return "gone";
            }
        }
        try (PointerScope scope = new PointerScope()) {
            return Digests.of(images.read(index).toBytes());
        } catch (BadImageException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
