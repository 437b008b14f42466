package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.UnreadableImages;
import io.bandpass.eval.ReconstructionView;
import io.bandpass.eval.ReconstructionView.Outline;
import io.bandpass.eval.Reconstructor;
import io.bandpass.format.AtomicFiles;
import io.bandpass.pretext.PretextTask;
import io.bandpass.report.PretrainingReport;
import io.bandpass.report.RunReport;
import io.bandpass.report.SamplePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The pictures and the page of a run, always of the same images. */
final class RunPictures {
    private static final int RADIAL_IMAGES = 256;

    private final PretrainingConfig config;
    private final RunFolder folder;
    private final Reconstructor reconstructor;
    private final ImageSource images;
    private final UnreadableImages bad;

    RunPictures(PretrainingConfig config, PretextTask task, Datasets datasets, RunFolder folder) {
        this.config = config;
        this.folder = folder;
        reconstructor = new Reconstructor(task, Outline.of(config));
        images = datasets.heldOut().orElse(datasets.train());
        bad = datasets.bad();
    }

    /** Draws the samples of a step. */
    Path writeSamples(long step) throws IOException {
        Path picture = folder.samples(step);
        int count = Math.min(config.evaluate().sampleImages(), images.size());
        int[] spread = IntStream.range(0, count)
                .map(i -> (int) ((long) i * images.size() / count))
                .toArray();
        List<ReconstructionView> views = reconstructor.views(images, spread, bad);
        for (int next = 0; views.isEmpty() && next < images.size(); next++) {
            // None of the chosen ones can be read: the first that can be stands for them.
            views = reconstructor.views(images, new int[] {next}, bad);
        }
        if (views.isEmpty()) {
            throw DataException.noneReadable(images.size(), "for the picture of reconstructions");
        }
        List<ReconstructionView> rows = views;
        AtomicFiles.write(picture, aside -> SamplePicture.write(aside, rows));
        return picture;
    }

    /** Writes report.html. */
    void writeReport(RunReport run) throws IOException {
        PretrainingReport report = new PretrainingReport(
                run,
                config.task(),
                config.task().describe(config),
                samples(),
                reconstructor.radialSpectrum(images, RADIAL_IMAGES, bad));
        AtomicFiles.write(folder.report(), report::write);
    }

    private List<Path> samples() throws IOException {
        Path samples = folder.samples(0).getParent();
        if (samples == null || !Files.isDirectory(samples)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(samples)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches("step-\\d+\\.png"))
                    .sorted(Comparator.comparingLong(RunPictures::stepOf))
                    .toList();
        }
    }

    private static long stepOf(Path picture) {
        return Long.parseLong(String.valueOf(picture.getFileName()).replaceAll("\\D", ""));
    }
}
