package io.bandpass.dataset;

import io.bandpass.checkpoint.BadImageList;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DatasetOverview;
import io.bandpass.data.Decoding;
import io.bandpass.data.ImageSource;
import io.bandpass.format.AtomicFiles;
import io.bandpass.text.Json;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inspection of images without training: indexes, statistics and verification. */
public final class ImageData {
    /**
     * Result of a search.
     *
     * @param images number with a valid header
     * @param unreadable number of the others, each counted as often as it is listed
     * @param bad reasons of the unreadable ones by name
     * @param notices sentences about files left out and names that are not valid text
     * @param indexes files that cache the result
     * @param lostIndexes index files that could not be written
     */
    public record Found(
            int images,
            int unreadable,
            Map<String, String> bad,
            List<String> notices,
            List<Path> indexes,
            List<Path> lostIndexes) {}

    /**
     * Result of decoding every image.
     *
     * @param images number of images found
     * @param unreadable number of unreadable ones, each counted as often as it is listed
     * @param bad reasons of the unreadable ones by name
     * @param notices sentences about files left out and names that are not valid text
     */
    public record Verified(int images, int unreadable, Map<String, String> bad, List<String> notices) {}

    /** Receives the progress of a long operation. */
    public interface Progress {
        void reached(int images, int all);
    }

    private final List<String> paths;
    private final DataConfig config;

    private ImageData(List<String> paths, DataConfig config) {
        this.paths = List.copyOf(paths);
        this.config = config;
    }

    /**
     * Selects images.
     *
     * @param paths folders, list and CSV files, globs, IDX or CIFAR files
     * @param settings of the section {@code data}, such as {@code data.index=none}
     * @throws io.bandpass.config.ConfigException if a setting is invalid
     */
    public static ImageData at(List<String> paths, List<String> settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        settings.forEach(builder::set);
        return new ImageData(paths, builder.build().data());
    }

    /** Finds the images, reads the headers that are new or have changed, and stores the results in the index. */
    public Found index() throws IOException {
        DatasetOverview set = DatasetOverview.open(config, paths);
        return new Found(
                set.images().size(),
                set.bad().size(),
                set.bad().reasons(),
                set.notices(),
                set.indexes(),
                set.lostIndexes());
    }

    /**
     * Computes statistics.
     *
     * @param sample number of images to decode for mean and standard deviation
     * @param seed of the sample
     */
    public ImageStatistics statistics(int sample, long seed) throws IOException {
        Engine.load();
        DatasetOverview set = DatasetOverview.open(config, paths);
        ImageSource images = set.images();
        Map<String, Integer> classes = new LinkedHashMap<>();
        images.classNames().forEach(name -> classes.put(name, 0));
        for (int i = 0; i < images.size() && images.isLabelled(); i++) {
            classes.merge(images.classNames().get(images.label(i)), 1, Integer::sum);
        }
        Optional<Decoding.Colours> colours = images.size() == 0
                ? Optional.empty()
                : Optional.of(Decoding.colours(images, config, set.bad(), sample, seed));
        return new ImageStatistics(
                images.size(),
                set.bad().size(),
                set.bad().reasons(),
                set.notices(),
                set.bytes(),
                set.formats(),
                ImageStatistics.Spread.of(set.widths().length, i -> set.widths()[i]),
                ImageStatistics.Spread.of(set.heights().length, i -> set.heights()[i]),
                ImageStatistics.Spread.of(set.pixels().length, i -> set.pixels()[i] / ImageStatistics.MEGA),
                classes,
                colours.map(Decoding.Colours::images).orElse(0),
                colours.map(Decoding.Colours::mean).orElse(List.of()),
                colours.map(Decoding.Colours::std).orElse(List.of()));
    }

    public Verified verify(Progress progress) throws IOException {
        Engine.load();
        DatasetOverview set = DatasetOverview.open(config, paths);
        int all = set.images().size();
        Decoding.verify(set.images(), config, set.bad(), done -> progress.reached(done, all));
        return new Verified(set.bad().files(), set.bad().size(), set.bad().reasons(), set.notices());
    }

    /**
     * Rejects an output file that could not be written at the end.
     *
     * @param what name of the file in messages, such as {@code the list}
     */
    public static void checkWritable(String what, Path file) throws IOException {
        AtomicFiles.requireWritable(what, file);
    }

    /** Writes the unreadable images in the format of a run's {@code bad_images.txt}. */
    public static void writeList(Path file, Map<String, String> bad) throws IOException {
        BadImageList.write(file, bad);
    }

    /** Writes machine-readable statistics. */
    public static void writeJson(Path file, ImageStatistics statistics) throws IOException {
        AtomicFiles.writeText(file, Json.pretty(statistics));
    }
}
