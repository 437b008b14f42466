package io.bandpass.testing;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.run.Finetuning;
import io.bandpass.run.Pretraining;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Runs of a second or two, on images of two kinds: rings and stripes. */
public final class TinyRuns {
    public static final int SIZE = 16;

    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;

    private TinyRuns() {}

    /** Writes a labelled training set and half as many held-out images as IDX files, and returns their folder. */
    public static Path images(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        write(folder, "train", count, 1);
        write(folder, "t10k", count / 2, 2);
        return folder;
    }

    /** As {@link #images}, without labels. */
    public static Path unlabelledImages(Path folder, int count) throws IOException {
        images(folder, count);
        for (String prefix : List.of("train", "t10k")) {
            Files.delete(folder.resolve(prefix + "-labels-idx1-ubyte"));
        }
        return folder;
    }

    /** Writes images with masks, and half as many as a validation part: stripes and rings, each a class of its own. */
    public static Path scenes(Path folder, int count) throws IOException {
        for (String part : List.of("train", "val")) {
            Random random = new Random(part.hashCode());
            Files.createDirectories(folder.resolve("images").resolve(part));
            Files.createDirectories(folder.resolve("masks").resolve(part));
            for (int i = 0; i < (part.equals("train") ? count : count / 2); i++) {
                byte[] rings = rings(random);
                byte[] stripes = stripes(random);
                BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
                BufferedImage mask = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
                int border = 4 + random.nextInt(SIZE - 8);
                for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                    int x = pixel % SIZE;
                    byte value = x < border ? rings[pixel] : stripes[pixel];
                    image.getRaster().setSample(x, Math.floorDiv(pixel, SIZE), 0, value & 0xFF);
                    mask.getRaster()
                            .setSample(x, Math.floorDiv(pixel, SIZE), 0, x == border ? 255 : x < border ? 0 : 1);
                }
                String name = part + "/" + i + ".png";
                ImageIO.write(
                        image, "png", folder.resolve("images").resolve(name).toFile());
                ImageIO.write(mask, "png", folder.resolve("masks").resolve(name).toFile());
            }
        }
        Files.writeString(folder.resolve("classes.txt"), "rings\nstripes\n");
        return folder;
    }

    private static void write(Path folder, String prefix, int count, long seed) throws IOException {
        Random random = new Random(seed);
        try (DataOutputStream images = open(folder.resolve(prefix + "-images-idx3-ubyte"));
                DataOutputStream labels = open(folder.resolve(prefix + "-labels-idx1-ubyte"))) {
            images.writeInt(IMAGES_MAGIC);
            images.writeInt(count);
            images.writeInt(SIZE);
            images.writeInt(SIZE);
            labels.writeInt(LABELS_MAGIC);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i % 2;
                labels.writeByte(label);
                images.write(label == 0 ? rings(random) : stripes(random));
            }
        }
    }

    private static DataOutputStream open(Path file) throws IOException {
        return new DataOutputStream(Files.newOutputStream(file));
    }

    private static byte[] rings(Random random) {
        double x = SIZE * random.nextDouble();
        double y = SIZE * random.nextDouble();
        double frequency = 1 + random.nextDouble();
        byte[] pixels = new byte[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            double distance = Math.hypot(i % SIZE - x, Math.floorDiv(i, SIZE) - y);
            pixels[i] = (byte) (127 + 100 * Math.sin(frequency * distance) + 20 * random.nextDouble());
        }
        return pixels;
    }

    private static byte[] stripes(Random random) {
        double angle = Math.PI * random.nextDouble();
        double frequency = 1 + random.nextDouble();
        byte[] pixels = new byte[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            double along = i % SIZE * Math.cos(angle) + Math.floorDiv(i, SIZE) * Math.sin(angle);
            pixels[i] = (byte) (127 + 100 * Math.sin(frequency * along) + 20 * random.nextDouble());
        }
        return pixels;
    }

    /** Settings of a ViT that makes some hundred steps a second, over {@code quick-vit}. */
    public static List<String> vit() {
        return settings("encoder.width=16", "encoder.depth=1", "encoder.heads=2");
    }

    /** The same with drop path, of which the first block has none. */
    public static List<String> droppingVit() {
        return settings("encoder.width=16", "encoder.depth=2", "encoder.heads=2", "encoder.drop-path=0.1");
    }

    /** Settings of a ResNet with running statistics, over {@code quick-resnet}. */
    public static List<String> resnet() {
        return settings("encoder.stages=[1, 1]", "encoder.widths=[8, 16]", "encoder.stem-width=8");
    }

    /** Settings of a Swin Transformer whose second stage is one window, over {@code swin-tiny}. */
    public static List<String> swin() {
        return settings(
                "encoder.patch-size=2",
                "encoder.stem-width=8",
                "encoder.depths=[2, 2]",
                "encoder.heads=[2, 4]",
                "encoder.window=4");
    }

    /** Settings of a ConvNeXt, over {@code convnext-tiny}. */
    public static List<String> convnext() {
        return settings("encoder.stem-patch=2", "encoder.depths=[1, 1]", "encoder.widths=[8, 16]");
    }

    private static List<String> settings(String... encoder) {
        List<String> settings = new ArrayList<>(List.of(encoder));
        settings.addAll(List.of(
                "encoder.image-size=16",
                "mask.radius=2",
                "train.epochs=3",
                "train.batch-size=8",
                "train.micro-batch-size=8",
                "train.threads=1",
                "train.precision=fp32",
                "train.log-every-steps=1",
                "data.workers=1",
                "evaluate.samples-every-steps=0",
                "evaluate.sample-images=1",
                "evaluate.knn-every-epochs=1",
                "evaluate.knn-neighbours=5",
                "checkpoint.every-steps=5"));
        return settings;
    }

    /** A run of the settings over a recipe. */
    public static Pretraining of(String recipe, List<String> settings, Path data, Path out) {
        Pretraining run = Pretraining.recipe(recipe).data(data.toString()).out(out);
        settings.forEach(run::set);
        return run;
    }

    /** A run of {@link #vit}. */
    public static Pretraining vit(Path data, Path out) {
        return of("quick-vit", vit(), data, out);
    }

    /** A fine-tuned classifier of two epochs from scratch. */
    public static void tuned(Path data, Path out) throws IOException {
        Finetuning run = Finetuning.recipe("finetune-quick")
                .fromScratch("quick-vit")
                .data(data.toString())
                .out(out);
        List.of(
                        "encoder.type=vit",
                        "encoder.image-size=" + SIZE,
                        "encoder.patch-size=4",
                        "encoder.width=16",
                        "encoder.depth=1",
                        "encoder.heads=2",
                        "train.epochs=2",
                        "train.batch-size=8",
                        "train.threads=1",
                        "train.precision=fp32",
                        "data.workers=1")
                .forEach(run::set);
        run.run();
    }

    /** The run of {@link #vit} as a recipe file. */
    public static String recipe() throws IOException {
        Pretraining run = Pretraining.recipe("quick-vit");
        vit().forEach(run::set);
        return ConfigBuilder.toYaml(run.config());
    }
}
