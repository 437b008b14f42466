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

/** Looks at images without training on them: finds them, describes them, decodes them all. */
public final class ImageData {
    /**
     * What a search found.
     *
     * @param images how many can be used as far as their headers say
     * @param unreadable how many cannot, each as often as it was given
     * @param bad name and reason of these
     * @param notices sentences about files that were left out and names that are no text
     * @param indexes where this is kept for the next time
     * @param lostIndexes where it should be kept, but cannot be
     */
    public record Found(
            int images,
            int unreadable,
            Map<String, String> bad,
            List<String> notices,
            List<Path> indexes,
            List<Path> lostIndexes) {}

    /**
     * What came of decoding everything.
     *
     * @param images how many were given
     * @param unreadable how many of them cannot be read, each as often as it was given
     * @param bad name and reason of those that cannot be read
     * @param notices sentences about files that were left out and names that are no text
     */
    public record Verified(int images, int unreadable, Map<String, String> bad, List<String> notices) {}

    /** Hears how far a long operation has come. */
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
     * Images that are somewhere.
     *
     * @param paths folders, list and CSV files, globs, IDX or CIFAR files
     * @param settings of the section {@code data}, such as {@code data.index=none}
     * @throws io.bandpass.config.ConfigException if a setting is none
     */
    public static ImageData at(List<String> paths, List<String> settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class);
        settings.forEach(builder::set);
        return new ImageData(paths, builder.build().data());
    }

    /** Finds the images, reads the headers that are new or have changed, and keeps the results. */
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
     * Describes the images.
     *
     * @param sample how many to decode for mean and standard deviation
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

    /** Decodes every image. */
    public Verified verify(Progress progress) throws IOException {
        Engine.load();
        DatasetOverview set = DatasetOverview.open(config, paths);
        int all = set.images().size();
        Decoding.verify(set.images(), config, set.bad(), done -> progress.reached(done, all));
        return new Verified(set.bad().files(), set.bad().size(), set.bad().reasons(), set.notices());
    }

    /**
     * Refuses a list or numbers that could not be written at the end.
     *
     * @param what the file is to people, such as {@code the list}
     */
    public static void checkWritable(String what, Path file) throws IOException {
        AtomicFiles.requireWritable(what, file);
    }

    /** Writes the bad images as {@code bad_images.txt} of a run has them. */
    public static void writeList(Path file, Map<String, String> bad) throws IOException {
        BadImageList.write(file, bad);
    }

    /** Writes statistics for scripts. */
    public static void writeJson(Path file, ImageStatistics statistics) throws IOException {
        AtomicFiles.writeText(file, Json.pretty(statistics));
    }
}
