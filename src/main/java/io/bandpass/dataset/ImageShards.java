package io.bandpass.dataset;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.ArchiveMember;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.EncodedImage;
import io.bandpass.data.ImageSource;
import io.bandpass.data.ShardClasses;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.AtomicFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.text.Json;
import io.bandpass.torch.Engine;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Packs images into WebDataset shards. Files and members of shards are copied byte for byte; images that are no files,
 * such as those of CIFAR, become PNG.
 */
public final class ImageShards {
    private static final String TRAIN = "train";
    private static final String HELD_OUT = "val";

    /** Receives the progress. */
    public interface Progress {
        void reached(int images, int all);
    }

    /**
     * What was written.
     *
     * @param images number of images
     * @param shards number of shards
     * @param classes number of classes; 0 for no labels
     * @param unreadable reasons of the images left out, by name
     * @param notices human-readable
     */
    public record Result(int images, int shards, int classes, Map<String, String> unreadable, List<String> notices) {}

    private final Datasets sets;
    private final Path out;
    private final ShardSize size;
    private int done;
    private int copied;

    private ImageShards(Datasets sets, Path out, ShardSize size) {
        this.sets = sets;
        this.out = out;
        this.size = size;
    }

    /**
     * Packs images.
     *
     * @param paths folders, list and CSV files, globs, IDX or CIFAR files, shards
     * @param settings of the section {@code data}
     * @param out folder of the shards, which appears whole or not at all
     * @param overwrite whether a folder of shards may be replaced
     * @throws ConfigException if the folder may not be replaced, or a setting is invalid
     * @throws DataException if there is nothing to pack, or an image changes while it is copied
     */
    public static Result write(
            List<String> paths, List<String> settings, Path out, ShardSize size, boolean overwrite, Progress progress)
            throws IOException {
        Path folder = out.toAbsolutePath().normalize();
        checkFree(folder, overwrite);
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        settings.forEach(builder::set);
        DataConfig config = builder.build().data();
        Engine.load();
        Datasets sets = Datasets.openAsFound(config, paths, new UnreadableImages(config.maxBad()));
        if (overwrite && Files.isDirectory(folder)) {
            checkOutside(sets, paths, folder.toRealPath());
        }
        return new ImageShards(sets, folder, size).write(progress);
    }

    /** Rejects a path that is not a folder, and a folder with content, unless it is to be replaced and holds only shards. */
    private static void checkFree(Path folder, boolean overwrite) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new ConfigException("`out` " + folder + " is a file, but must be a folder");
        }
        try (Stream<Path> content = Files.list(folder)) {
            List<Path> files =
                    content.filter(file -> !AtomicFiles.isAside(file)).sorted().toList();
            if (!files.isEmpty() && !overwrite) {
                throw new ConfigException(folder + " is not empty: use `overwrite`, or another `out`");
            }
            Optional<Path> other =
                    files.stream().filter(file -> !isOfShards(file)).findFirst();
            if (other.isPresent()) {
                throw new ConfigException(folder + " holds more than shards, such as "
                        + other.get().getFileName() + ", so it is not replaced; name another `out`");
            }
        }
    }

    private static boolean isOfShards(Path file) {
        String name = String.valueOf(file.getFileName());
        return Files.isRegularFile(file)
                && (name.endsWith(".tar")
                        || name.equals(index(TRAIN))
                        || name.equals(index(HELD_OUT))
                        || name.equals(ShardClasses.FILE));
    }

    private static String index(String part) {
        return part + ".json";
    }

    /** Rejects images that lie in the folder that is to be replaced. */
    private static void checkOutside(Datasets sets, List<String> paths, Path folder) throws IOException {
        for (ImageSource images : parts(sets).values()) {
            for (int i = 0; i < images.size(); i++) {
                int index = i;
                Optional<Path> file =
                        images.file(i).or(() -> images.member(index).map(ArchiveMember::archive));
                if (file.isPresent() && file.get().toRealPath().startsWith(folder)) {
                    throw new ConfigException(String.join(", ", paths) + " names images in " + folder
                            + ", which would be replaced; name another `out`");
                }
            }
        }
    }

    private static Map<String, ImageSource> parts(Datasets sets) {
        Map<String, ImageSource> parts = new LinkedHashMap<>();
        if (sets.train().size() > 0) {
            parts.put(TRAIN, sets.train());
        }
        sets.heldOut().filter(images -> images.size() > 0).ifPresent(images -> parts.put(HELD_OUT, images));
        return parts;
    }

    private Result write(Progress progress) throws IOException {
        Map<String, ImageSource> parts = parts(sets);
        int all = parts.values().stream().mapToInt(ImageSource::size).sum();
        List<String> classes = sets.train().classNames();
        boolean labelled = !classes.isEmpty()
                && parts.values().stream()
                        .allMatch(images -> images.classNames().equals(classes));
        int[] shards = {0};
        AtomicFiles.writeFolder(out, folder -> {
            for (Map.Entry<String, ImageSource> part : parts.entrySet()) {
                List<Map<String, Object>> written =
                        write(part.getKey(), part.getValue(), labelled, folder, () -> progress.reached(++done, all));
                shards[0] += written.size();
                Files.writeString(folder.resolve(index(part.getKey())), Json.pretty(wids(written)));
            }
            if (labelled) {
                Files.writeString(folder.resolve(ShardClasses.FILE), String.join("\n", classes) + "\n");
            }
        });
        return new Result(
                copied, shards[0], labelled ? classes.size() : 0, sets.bad().reasons(), List.copyOf(sets.notices()));
    }

    /** Returns the index of shards that the package wids reads. */
    private static Map<String, Object> wids(List<Map<String, Object>> shards) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("__kind__", "wids-shard-index-v1");
        index.put("wids_version", 1);
        index.put("shardlist", shards);
        return index;
    }

    private List<Map<String, Object>> write(
            String part, ImageSource images, boolean labelled, Path folder, Runnable progress) throws IOException {
        ShardKeys keys = ShardKeys.of(images);
        try (ShardWriter writer = new ShardWriter(folder, part, size)) {
            for (int i = 0; i < images.size(); i++) {
                Optional<Integer> label = labelled ? Optional.of(images.label(i)) : Optional.empty();
                add(writer, images, i, keys.key(i), label);
                progress.run();
            }
            return writer.finish();
        }
    }

    private void add(ShardWriter writer, ImageSource images, int index, String key, Optional<Integer> label)
            throws IOException {
        try {
            EncodedImage image = EncodedImage.of(images, index);
            try (InputStream content = image.open()) {
                writer.add(key, image.extension(), image.size(), content, label);
            }
            if (!image.isUnchanged()) {
                throw new DataException(images.name(index) + " changed while it was copied; start again");
            }
            copied++;
        } catch (BadImageException e) {
            sets.bad().add(images.name(index), e.reason());
            sets.bad().check();
        } catch (EOFException e) {
            throw new DataException(images.name(index) + " became shorter while it was copied; start again");
        }
    }
}
