package io.bandpass.gallery;

import io.bandpass.classify.Box;
import io.bandpass.classify.MixDraw;
import io.bandpass.classify.Mixup;
import io.bandpass.classify.RandomErasing;
import io.bandpass.config.AugmentConfig;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.MixConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.AugmentedImage;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Thumbnail;
import io.bandpass.format.AtomicFiles;
import io.bandpass.gallery.ContactSheet.Panel;
import io.bandpass.gallery.ContactSheet.Row;
import io.bandpass.image.BadImageException;
import io.bandpass.machine.Environment;
import io.bandpass.nn.Normalisation;
import io.bandpass.run.RunKind;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws what training sees of images: the whole image and, for one epoch after the other, what augmentation makes of it;
 * for classification also erased and mixed ones. What is shown is what a run with this seed computes for a set of these
 * images.
 *
 * @param data colours of the normalisation, limits on files
 * @param mix what happens to batches; nothing in pre-training
 * @param size edge of the square training images in pixels
 */
public record AugmentationGallery(
        DataConfig data, AugmentConfig augment, Optional<MixConfig> mix, int size, long seed) {
    private static final int MOST_VERSIONS = 1000;
    /** How many epochs or steps are looked through for some that erase, or mix in a given way. */
    private static final int LOOKED_THROUGH = 10_000;

    /**
     * What a run of a kind of training does to its images.
     *
     * @throws ConfigException if it changes images together with their label maps
     */
    public static <C extends Record & RunConfig> AugmentationGallery of(RunKind<C> kind, C config) {
        return new AugmentationGallery(
                config.data(),
                kind.augmentation(config)
                        .orElseThrow(() -> new ConfigException("a recipe of " + kind.command()
                                + " augments images together with their label maps, which this picture does not show;"
                                + " give a recipe of pretrain or finetune")),
                kind.mix(config),
                config.encoder().imageSize(),
                config.train().seed());
    }

    /**
     * Draws the sheet.
     *
     * @param images files, one or more; two bundled photographs where there are none
     * @param count versions of each image
     * @param out PNG file
     */
    public void draw(List<Path> images, int count, Path out) throws IOException {
        AtomicFiles.requireWritable("the picture", out);
        if (count < 1 || count > MOST_VERSIONS) {
            throw new ConfigException("`count` is " + count + ", but must be from 1 to " + MOST_VERSIONS);
        }
        Engine.start(Engine.physicalCores());
        List<Path> shown = images.isEmpty()
                ? List.of(Environment.photograph("chelsea.jpg"), Environment.photograph("coffee.jpg"))
                : images;
        List<Row> rows = rows(open(shown), count);
        AtomicFiles.write(out, aside -> ContactSheet.write(aside, rows, size, List.of(caption())));
    }

    private String caption() {
        return "As training sees them, at " + size + " px, with seed " + seed + ".";
    }

    private ImageSource open(List<Path> images) {
        Datasets found = Datasets.open(
                data.lenient(), images.stream().map(Path::toString).toList(), 0, 0);
        if (found.bad().size() > 0) {
            throw new DataException(String.join(
                    "; ",
                    found.bad().reasons().entrySet().stream()
                            .map(bad -> bad.getKey() + " cannot be read: " + bad.getValue())
                            .toList()));
        }
        if (found.train().size() != images.size()) {
            throw new DataException("`image` takes files of one image each, and "
                    + String.join(", ", images.stream().map(Path::toString).toList())
                    + Counts.choose(images.size(), " holds ", " hold ")
                    + Counts.of(found.train().size(), "image"));
        }
        return found.train();
    }

    private List<Row> rows(ImageSource images, int count) {
        Sheet sheet = new Sheet(images, count);
        List<Row> rows = new ArrayList<>();
        for (int index = 0; index < images.size(); index++) {
            rows.add(sheet.versions(index));
        }
        mix.ifPresent(config -> rows.addAll(sheet.regularised(config)));
        return rows;
    }

    /** The rows for some images. */
    private final class Sheet {
        private final ImageSource images;
        private final int count;
        private final Augmentation augmentation;

        Sheet(ImageSource images, int count) {
            this.images = images;
            this.count = count;
            augmentation = new Augmentation(augment, data.mean(), size, seed);
        }

        Row versions(int index) {
            List<Panel> panels = new ArrayList<>();
            try (PointerScope scope = new PointerScope()) {
                panels.add(panel("original", List.of(), Thumbnail.of(images, index, size)));
            } catch (BadImageException e) {
                throw unreadable(index, e);
            }
            for (int version = 0; version < count; version++) {
                long epoch = version / augment.repeats();
                int repetition = version % augment.repeats();
                String title = "epoch " + epoch + (augment.repeats() > 1 ? ", repetition " + repetition : "");
                try (PointerScope scope = new PointerScope()) {
                    AugmentedImage look = look(index, epoch, repetition);
                    panels.add(panel(title, look.steps(), look.image()));
                }
            }
            return new Row(name(index), panels);
        }

        private AugmentedImage look(int index, long epoch, int repetition) {
            try {
                return augmentation.describe(images, index, epoch, index + images.size() * repetition);
            } catch (BadImageException e) {
                throw unreadable(index, e);
            }
        }

        private DataException unreadable(int index, BadImageException reason) {
            return new DataException(images.name(index) + " cannot be read: " + reason.reason());
        }

        private String name(int index) {
            return String.valueOf(Path.of(images.name(index)).getFileName());
        }

        /** A row for erasing, mixup and cutmix each, where it happens at all. */
        List<Row> regularised(MixConfig config) {
            try (Normalisation normalisation = new Normalisation(data.mean(), data.std(), new Device("cpu"))) {
                List<Row> rows = new ArrayList<>();
                rows.add(new Row(
                        "Random erasing of " + name(0) + ", where it happens",
                        erased(new RandomErasing(config.eraseProbability(), seed), normalisation)));
                Mixup mixing = new Mixup(config, size, seed);
                // An image alone is mixed with its next version.
                int other = Math.min(1, images.size() - 1);
                String pair = name(0) + " with " + name(other);
                rows.add(new Row("Mixup of " + pair, mixed(mixing, MixDraw.Kind.MIXUP, other)));
                rows.add(new Row("Cutmix of " + pair, mixed(mixing, MixDraw.Kind.CUTMIX, other)));
                rows.removeIf(row -> row.panels().isEmpty());
                return rows;
            }
        }

        private List<Panel> erased(RandomErasing erasing, Normalisation normalisation) {
            List<Panel> panels = new ArrayList<>();
            for (long epoch = 0; epoch < LOOKED_THROUGH && panels.size() <= count; epoch++) {
                Optional<Box> box = erasing.box(epoch, 0, size, size);
                if (box.isPresent()) {
                    try (PointerScope scope = new PointerScope()) {
                        Tensor normalised = normalisation.apply(
                                normalisation.unit(look(0, epoch, 0).image().unsqueeze(0)));
                        Tensor erased = normalisation.invert(erasing.apply(normalised, epoch, new int[] {0}));
                        String size = box.get().width() + " x " + box.get().height() + " px";
                        panels.add(unitPanel("epoch " + epoch, size, erased));
                    }
                }
            }
            return panels;
        }

        private List<Panel> mixed(Mixup mixing, MixDraw.Kind kind, int other) {
            List<Panel> panels = new ArrayList<>();
            for (long step = 0; step < LOOKED_THROUGH && panels.size() <= count; step++) {
                MixDraw mix = mixing.draw(step);
                if (mix.kind() == kind) {
                    try (PointerScope scope = new PointerScope()) {
                        // Normalisation is affine, and mixes as the images do.
                        Tensor mixed = mix.apply(unit(0, step), unit(other, other == 0 ? step + 1 : step));
                        String lambda = String.format(Locale.ROOT, "lambda %.2f", mix.lambda());
                        panels.add(unitPanel("step " + step, lambda, mixed));
                    }
                }
            }
            return panels;
        }

        /** (1, 3, size, size) in [0, 1]. */
        private Tensor unit(int index, long epoch) {
            return unit(look(index, epoch, 0).image()).unsqueeze(0);
        }

        private static Tensor unit(Tensor bytes) {
            return Tensors.multiply(bytes.to(ScalarType.Float), 1 / 255.0);
        }

        private Panel unitPanel(String title, String line, Tensor image) {
            return new Panel(title, List.of(line), Tensors.toFloats(image), size, size);
        }

        private static Panel panel(String title, List<String> lines, Tensor bytes) {
            return new Panel(title, lines, Tensors.toFloats(unit(bytes)), (int) bytes.size(1), (int) bytes.size(2));
        }
    }
}
