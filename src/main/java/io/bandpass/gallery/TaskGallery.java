package io.bandpass.gallery;

import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.Preprocessing.Prepared;
import io.bandpass.format.AtomicFiles;
import io.bandpass.gallery.TaskPicture.Panel;
import io.bandpass.machine.Environment;
import io.bandpass.robust.TaskSpectra;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Draws what each pre-training task removes from the spectra of images, for the size and masks of a recipe. */
public final class TaskGallery {
    private static final int MOST = 100_000;
    private static final int BATCH = 16;

    private final PretrainingConfig config;
    private final int size;
    private final List<Panel> panels = new ArrayList<>();

    private TaskGallery(PretrainingConfig config) {
        this.config = config;
        size = config.encoder().imageSize();
    }

    /**
     * Draws the picture.
     *
     * @param paths images, as of a run; the bundled photographs where there are none
     * @param count largest number of images, evenly spread over all
     * @param out PNG file
     * @return number of images that were read
     * @throws ConfigException if the count is out of range
     * @throws DataException if no image can be read
     */
    public static long draw(PretrainingConfig config, List<String> paths, int count, Path out) throws IOException {
        AtomicFiles.requireWritable("the picture", out);
        if (count < 1 || count > MOST) {
            throw new ConfigException("`count` is " + count + ", but must be from 1 to " + MOST);
        }
        Engine.start(Engine.physicalCores());
        return new TaskGallery(config).drawTo(paths, count, out);
    }

    private long drawTo(List<String> paths, int count, Path out) throws IOException {
        Datasets found = Datasets.open(config.data().lenient(), paths.isEmpty() ? bundled() : paths, 0, 0);
        try (ShownTasks shown = new ShownTasks(config)) {
            TaskSpectra spectra = new TaskSpectra(size, shown.tasks());
            int[] chosen = found.train().spread(count);
            for (int from = 0; from < chosen.length; from += BATCH) {
                int[] batch = Arrays.copyOfRange(chosen, from, Math.min(chosen.length, from + BATCH));
                add(found, batch, shown, spectra);
            }
            if (spectra.images() == 0) {
                throw DataException.noneReadable(chosen.length, "");
            }
            List<String> remarks = new ArrayList<>();
            remarks.add("Mean over " + Counts.of(spectra.images(), "image") + " at " + size
                    + " px and three channels, under a Hann window, by the distance from the zero frequency.");
            remarks.addAll(shown.leftOut());
            AtomicFiles.write(
                    out,
                    aside -> TaskPicture.write(
                            aside, panels.get(0), panels.subList(1, panels.size()), spectra.curves(), size, remarks));
            return spectra.images();
        }
    }

    private static List<String> bundled() {
        return List.of(Environment.sample("photos")
                .orElseThrow(() -> new DataException(
                        "no images were given, and the bundled photographs are not there; give some with `data`"))
                .toString());
    }

    private void add(Datasets found, int[] indices, ShownTasks shown, TaskSpectra spectra) {
        try (PointerScope scope = new PointerScope()) {
            Prepared read = new Preprocessing(size).batch(found.train(), indices, found.bad());
            if (read.indices().length == 0) {
                return;
            }
            Tensor unit = Tensors.multiply(read.images().to(ScalarType.Float), 1 / 255.0); // (n, 3, size, size)
            spectra.add(unit, read.indices());
            if (panels.isEmpty()) {
                addPanels(
                        Tensors.slice(unit, 0, 0, 1),
                        read.indices()[0],
                        found.train().name(read.indices()[0]),
                        shown);
            }
        }
    }

    private void addPanels(Tensor first, int index, String name, ShownTasks shown) {
        panels.add(new Panel("original", shortened(name), Tensors.toFloats(first)));
        shown.tasks().forEach((task, degradation) -> {
            try (PointerScope scope = new PointerScope()) {
                panels.add(new Panel(
                        task,
                        degradation.describe(0, index),
                        Tensors.toFloats(degradation.apply(first, 0, new int[] {index}))));
            }
        });
    }

    private static String shortened(String name) {
        return MaskGallery.shortened(new File(name).getName());
    }
}
