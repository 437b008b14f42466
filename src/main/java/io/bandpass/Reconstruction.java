package io.bandpass;

import io.bandpass.config.DataConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.eval.ReconstructionView;
import io.bandpass.eval.Reconstructor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.report.SamplePicture;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;

/** Draws what a pre-trained model makes of images: a picture per image. */
public final class Reconstruction {
    /**
     * What was drawn.
     *
     * @param pictures one per image that could be read, in the order of their names
     * @param unreadable name and reason of each that could not
     */
    public record Drawn(List<Path> pictures, List<String> unreadable) {}

    private Reconstruction() {}

    /**
     * Draws a picture of each image.
     *
     * @param weights {@code full.safetensors} of a run
     * @param images folders, list files, globs or IDX files
     * @param out folder for the pictures
     * @param limit most pictures to draw
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     */
    public static Drawn draw(Path weights, List<String> images, Path out, int limit, String device) {
        return BandpassException.translating(() -> {
            Engine.start(Engine.physicalCores());
            RunConfig config = StoredModel.config(weights);
            Device chosen = Engine.device(device);
            DataConfig data = config.data().lenient();
            Datasets found = Datasets.open(data, images, 0, config.evaluate().heldOutFraction());
            ImageSource all = found.train();
            BadImages bad = found.bad();
            try (PretextTask model = PretextTasks.create(config, Precision.FP32, chosen)) {
                StoredModel.load(model, weights, true);
                Reconstructor reconstructor = new Reconstructor(model, RunSetup.outline(config));
                List<Path> pictures = new ArrayList<>();
                for (int i = 0; i < all.size() && pictures.size() < limit; i++) {
                    List<ReconstructionView> views = reconstructor.views(all, new int[] {i}, bad);
                    if (!views.isEmpty()) {
                        Path picture = out.resolve("%04d-%s.png".formatted(i, fileName(all.name(i))));
                        SamplePicture.write(picture, views);
                        pictures.add(picture);
                    }
                }
                List<String> unreadable = new ArrayList<>();
                bad.reasons().forEach((name, reason) -> unreadable.add(name + ": " + reason));
                return new Drawn(pictures, unreadable);
            }
        });
    }

    /** The last part of a name without what a file system may not like. */
    private static String fileName(String name) {
        String last = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
        String plain = last.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.length() <= 80 ? plain : plain.substring(0, 80);
    }
}
