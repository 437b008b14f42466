package io.bandpass.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images of bright squares on dark noise, with masks of the squares. */
public final class TinyMasks {
    private TinyMasks() {}

    /** Writes images and masks with a training part, half as many held-out ones, and a list of classes. */
    public static Path write(Path folder, int count, int size) throws IOException {
        for (String part : List.of("train", "val")) {
            Files.createDirectories(folder.resolve("images").resolve(part));
            Files.createDirectories(folder.resolve("masks").resolve(part));
            Random random = new Random(part.hashCode());
            for (int i = 0; i < (part.equals("train") ? count : count / 2); i++) {
                write(folder, part + "/" + i + ".png", size, random);
            }
        }
        Files.writeString(folder.resolve("classes.txt"), "ground\nsquare\n");
        return folder;
    }

    private static void write(Path folder, String name, int size, Random random) throws IOException {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage mask = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
        int edge = size / 2;
        int left = random.nextInt(size - edge);
        int top = random.nextInt(size - edge);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                boolean square = x >= left && x < left + edge && y >= top && y < top + edge;
                image.getRaster().setSample(x, y, 0, (square ? 150 : 50) + random.nextInt(50));
                mask.getRaster().setSample(x, y, 0, square ? 1 : 0);
            }
        }
        ImageIO.write(image, "png", folder.resolve("images").resolve(name).toFile());
        ImageIO.write(mask, "png", folder.resolve("masks").resolve(name).toFile());
    }
}
