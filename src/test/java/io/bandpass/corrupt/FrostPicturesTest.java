package io.bandpass.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.image.RgbBytes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FrostPicturesTest {
    @TempDir
    Path folder;

    /** A picture of one grey level. */
    private static RgbBytes grey(int level, int height, int width) {
        byte[] values = new byte[3 * height * width];
        Arrays.fill(values, (byte) level);
        return new RgbBytes(values, height, width);
    }

    /** The levels of the pictures that are drawn, in 200 draws. */
    private static Set<Integer> drawn(FrostPictures pictures) {
        Set<Integer> levels = new TreeSet<>();
        for (int index = 0; index < 200; index++) {
            RgbBytes part = pictures.draw(20, 30, CorruptionScale.IMAGENET, new KeyedDraws(1, "frost", index, 1));
            assertThat(part.height()).isEqualTo(20);
            assertThat(part.width()).isEqualTo(30);
            levels.add(part.values()[0] & 0xFF);
        }
        return levels;
    }

    private static FrostPictures pictures(int count) {
        List<RgbBytes> pictures = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            pictures.add(grey(10 * i, 40, 50));
        }
        return new FrostPictures(pictures);
    }

    @Test
    void ofSixPicturesTheLastIsNeverDrawn() {
        assertThat(drawn(pictures(6))).containsExactly(10, 20, 30, 40, 50);
        assertThat(drawn(pictures(3))).containsExactly(10, 20, 30);
        assertThat(drawn(pictures(7))).hasSize(7);
    }

    @Test
    void partsComeFromEverywhere() {
        byte[] values = new byte[3 * 4 * 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) i;
        }
        FrostPictures one = new FrostPictures(List.of(new RgbBytes(values, 4, 5)));
        Set<Integer> corners = new TreeSet<>();
        for (int index = 0; index < 200; index++) {
            byte[] part = one.draw(3, 3, CorruptionScale.IMAGENET, new KeyedDraws(1, "frost", index, 1))
                    .values();
            assertThat(part[26] - part[0]).isEqualTo(2 * 15 + 2 * 3 + 2);
            corners.add((int) part[0]);
        }
        assertThat(corners).containsExactly(0, 3, 6, 15, 18, 21);
    }

    @Test
    void picturesThatAreTooSmallAreEnlarged() {
        FrostPictures small = new FrostPictures(List.of(grey(90, 10, 200)));
        RgbBytes part = small.draw(60, 50, CorruptionScale.CIFAR, new KeyedDraws(1, "frost", 0, 1));
        assertThat(part.height()).isEqualTo(60);
        assertThat(part.width()).isEqualTo(50);
        assertThat(part.values()).containsOnly((byte) 90);
    }

    @Test
    void filesOfAFolderAreReadInTheOrderOfTheirNames() throws IOException {
        for (int i = 6; i >= 1; i--) {
            BufferedImage image = new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 2000; p++) {
                image.setRGB(p % 50, Math.floorDiv(p, 50), 0x010101 * 10 * i);
            }
            ImageIO.write(image, "png", folder.resolve("frost" + i + ".png").toFile());
        }
        Files.writeString(folder.resolve("about.txt"), "no picture");
        assertThat(drawn(FrostPictures.read(folder))).containsExactly(10, 20, 30, 40, 50);
    }

    @Test
    void foldersWithoutPicturesAreRejected() throws IOException {
        assertThatThrownBy(() -> FrostPictures.read(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it must have at least one JPEG or PNG file");
        assertThatThrownBy(() -> FrostPictures.read(folder.resolve("none")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("there is no folder ");
        Files.writeString(folder.resolve("frost1.png"), "broken");
        assertThatThrownBy(() -> FrostPictures.read(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("frost1.png cannot be used: ");
    }

    @Test
    void ourOwnFrostIsAboutAsBrightAsPictures() {
        double sum = 0;
        int images = 20;
        for (int index = 0; index < images; index++) {
            RgbBytes texture = new FrostTexture()
                    .draw(64, 80, CorruptionScale.TINY_IMAGENET, new KeyedDraws(1, "frost*", index, 1));
            for (byte value : texture.values()) {
                sum += value & 0xFF;
            }
        }
        assertThat(sum / (images * 3 * 64 * 80)).isBetween(100.0, 160.0);
    }
}
