package io.bandpass.robustness;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorRows;
import io.bandpass.text.Json;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images as tensors in one safetensors file: of each model and part {@code MODEL/PART/images} (N, 3, H, W), float32, in
 * [0, 1], {@code MODEL/PART/logits} (N, S), float32, and {@code MODEL/PART/labels} (N), int64, which are ranks among the S
 * classes. The metadata hold {@code names} of the N images and {@code classes}, as JSON lists, and for a part whose
 * lists are others {@code MODEL/PART/names} and {@code MODEL/PART/classes}. The rows wait in files beside it, so that
 * memory does not grow; the file appears when all parts are there.
 */
final class SavedTensors implements ImageKeeper {
    /** The names of more would make a header that programs refuse to read. */
    private static final int MOST_IMAGES = 100_000;

    /** While the file is put together, its rows are there twice. */
    private static final int COPIES = 2;

    private static final String NAMES = "names";
    private static final String CLASSES = "classes";

    private final Path file;
    private final Map<String, TensorRows> labels = new LinkedHashMap<>();
    private final Map<String, TensorRows> values = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private List<String> classes = List.of();
    private String prefix = "";

    private SavedTensors(Path file) {
        this.file = file;
    }

    /**
     * Checks that the file can be written.
     *
     * @param images number of images of a part
     * @param bytes of all tensors
     * @throws BandpassException if it cannot
     */
    static SavedTensors open(Path file, int images, long bytes) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!String.valueOf(absolute.getFileName()).endsWith(".safetensors")) {
            throw new ConfigException("the file of tensors is " + file + ", but its name must end in .safetensors");
        }
        AtomicFiles.requireWritable("the file of tensors", absolute);
        if (images > MOST_IMAGES) {
            throw new ConfigException(String.format(
                    Locale.ROOT,
                    "a file of tensors holds at most %,d images of each part, and these are %,d: take fewer with"
                            + " `limit`",
                    MOST_IMAGES,
                    images));
        }
        requireRoom(file, bytes, Files.getFileStore(folderOf(absolute)).getUsableSpace());
        return new SavedTensors(absolute);
    }

    /**
     * Rejects tensors that the disk has no room for.
     *
     * @param bytes of all tensors
     * @param free bytes that the disk has left
     * @throws BandpassException if there is too little
     */
    static void requireRoom(Path file, long bytes, long free) {
        if (COPIES * bytes > free) {
            throw new BandpassException(
                    BandpassException.Kind.FAILURE,
                    String.format(
                            Locale.ROOT,
                            "the tensors take %,.1f MB, and as much again until %s is complete, but its disk has only"
                                    + " %,.1f MB left: take fewer images with `limit`, or fewer attacks, corruptions and"
                                    + " severities",
                            bytes / 1e6,
                            file,
                            free / 1e6));
        }
    }

    private static Path folderOf(Path absolute) {
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new IllegalArgumentException(absolute + " has no folder");
        }
        return folder;
    }

    @Override
    public void begin(String model, String part) throws IOException {
        prefix = PartStore.fileName(model) + "/" + PartStore.fileName(part) + "/";
        Path folder = folderOf(file);
        labels.put(prefix + "labels", new TensorRows(folder, ScalarType.Long));
        values.put(prefix + "images", new TensorRows(folder));
        values.put(prefix + "logits", new TensorRows(folder));
        names.clear();
    }

    @Override
    public void saw(SeenBatch batch) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            rows(labels, "labels").append(batch.labels());
            rows(values, "images").append(batch.images());
            IntStream.of(batch.indices()).mapToObj(batch.source()::relativeName).forEach(names::add);
            long[] all = LongStream.range(0, batch.indices().length).toArray();
            rows(values, "logits")
                    .append(batch.logits()
                            .apply(Tensors.to(
                                    Tensors.ofLongs(all, all.length),
                                    batch.images().device())));
            classes = batch.classes();
        }
    }

    private TensorRows rows(Map<String, TensorRows> tensors, String name) {
        TensorRows found = tensors.get(prefix + name);
        if (found == null) {
            throw new IllegalStateException("no part was begun");
        }
        return found;
    }

    @Override
    public void end() throws IOException {
        put(NAMES, Json.line(names));
        put(CLASSES, Json.line(classes));
    }

    /** Most parts have the same names and classes, which then stand in the header once. */
    private void put(String key, String list) {
        String usual = metadata.putIfAbsent(key, list);
        if (usual != null && !usual.equals(list)) {
            metadata.put(prefix + key, list);
        }
    }

    @Override
    public void finish() throws IOException {
        Map<String, List<TensorRows>> tensors = new LinkedHashMap<>();
        // The widest numbers come first, so that all are aligned.
        labels.forEach((name, rows) -> tensors.put(name, List.of(rows)));
        values.forEach((name, rows) -> tensors.put(name, List.of(rows)));
        Safetensors.writeRows(file, tensors, metadata);
    }

    @Override
    public void close() throws IOException {
        for (TensorRows rows : labels.values()) {
            rows.close();
        }
        for (TensorRows rows : values.values()) {
            rows.close();
        }
    }
}
