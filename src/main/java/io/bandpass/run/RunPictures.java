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
import java.util.stream.Stream;

/** Sample pictures and report of a run, always of the same images. */
final class RunPictures {
    private static final int RADIAL_IMAGES = 256;

    private final PretrainingConfig config;
    private final RunFolder folder;
    private final Reconstructor reconstructor;
    private final ImageSource images;
    private final UnreadableImages unreadable;

    RunPictures(PretrainingConfig config, PretextTask task, Datasets datasets, RunFolder folder) {
        this.config = config;
        this.folder = folder;
        reconstructor = new Reconstructor(task, Outline.of(config));
        images = datasets.heldOut().orElse(datasets.train());
        unreadable = datasets.bad();
    }

    /** Draws the samples of a step. */
    Path writeSamples(long step) throws IOException {
        Path picture = folder.samples(step);
        int[] spread = images.spread(config.evaluate().sampleImages());
        List<ReconstructionView> views = reconstructor.views(images, spread, unreadable);
        for (int next = 0; views.isEmpty() && next < images.size(); next++) {
            // None of the chosen images is readable: use the first readable one instead.
            views = reconstructor.views(images, new int[] {next}, unreadable);
        }
        if (views.isEmpty()) {
            throw DataException.noneReadable(images.size(), "for the picture of reconstructions");
        }
        List<ReconstructionView> rows = views;
        AtomicFiles.write(picture, staging -> SamplePicture.write(staging, rows));
        return picture;
    }

    /** Writes report.html. */
    void writeReport(RunReport run) throws IOException {
        PretrainingReport report = new PretrainingReport(
                run,
                config.task(),
                config.task().describe(config),
                samples(),
                reconstructor.radialSpectrum(images, RADIAL_IMAGES, unreadable));
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
