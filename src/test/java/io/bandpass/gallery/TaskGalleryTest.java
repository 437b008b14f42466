package io.bandpass.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DataException;
import io.bandpass.testing.Images;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TaskGalleryTest {
    private static final int SIZE = 56;
    private static final int CELL = 224;
    private static final int MARGIN = 14;
    private static final int GAP = 8;
    private static final int LINE = 18;
    private static final Set<Integer> COLOURS =
            Set.of(0x0072B2, 0xD55E00, 0x009E73, 0x56B4E9, 0xE69F00, 0xCC79A7, 0x000000);

    @TempDir
    Path folder;

    private Path images;
    private Path out;

    @BeforeEach
    void writeImages() {
        images = folder.resolve("images");
        for (int i = 0; i < 5; i++) {
            Images.write(images.resolve(i + ".png"), i, 70, 64);
        }
        out = folder.resolve("tasks.png");
    }

    private static PretrainingConfig config(String... settings) {
        ConfigBuilder<PretrainingConfig> builder = ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.image-size=" + SIZE)
                .set("encoder.patch-size=4");
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    private BufferedImage drawn(PretrainingConfig config, int count, long expected) throws Exception {
        assertThat(TaskGallery.draw(config, List.of(images.toString()), count, out))
                .isEqualTo(expected);
        return ImageIO.read(out.toFile());
    }

    private static Set<Integer> colours(BufferedImage picture, int fromX, int toX, int fromY, int toY) {
        Set<Integer> found = new TreeSet<>();
        for (int y = fromY; y < toY; y++) {
            for (int x = fromX; x < toX; x++) {
                found.add(picture.getRGB(x, y) & 0xFFFFFF);
            }
        }
        return found;
    }

    @Test
    void eachTaskHasAnImageAndALineOfItsColourInBothCharts() throws Exception {
        BufferedImage picture = drawn(config(), 256, 5);
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + 4 * (CELL + GAP) - GAP);
        int panelHeight = 2 * LINE + CELL + MARGIN;
        Set<Integer> swatches = new TreeSet<>();
        for (int panel = 1; panel < 8; panel++) {
            int x = MARGIN + panel % 4 * (CELL + GAP);
            int y = MARGIN + panel / 4 * panelHeight;
            Set<Integer> line = colours(picture, x, x + 26, y, y + LINE);
            line.retainAll(COLOURS);
            assertThat(line).as("panel %d", panel).hasSize(1);
            swatches.addAll(line);
            assertThat(colours(picture, x, x + CELL, y + 2 * LINE, y + 2 * LINE + CELL)
                            .size())
                    .isGreaterThan(30);
        }
        assertThat(swatches).isEqualTo(COLOURS);
        int charts = MARGIN + 2 * panelHeight + LINE + 4;
        int middle = picture.getWidth() / 2;
        assertThat(colours(picture, MARGIN + 60, middle - 10, charts, charts + 270))
                .containsAll(COLOURS);
        assertThat(colours(picture, middle + 70, picture.getWidth() - 30, charts, charts + 270))
                .containsAll(COLOURS);
    }

    @Test
    void imagesAreSpreadOverAll() throws Exception {
        drawn(config(), 2, 2);
        assertThatThrownBy(() -> TaskGallery.draw(config(), List.of(images.toString()), 0, out))
                .isInstanceOf(ConfigException.class)
                .hasMessage("`count` is 0, but must be from 1 to 100000");
    }

    /** The largest kernel of the defaults, 21 px, needs images of 11 px. */
    @Test
    void aTaskThatTheImagesAreTooSmallForIsLeftOut() throws Exception {
        try (ShownTasks shown = new ShownTasks(config("encoder.image-size=8", "mask.radius=2"))) {
            assertThat(shown.tasks().keySet())
                    .containsExactly("mfm, low-pass", "mfm, high-pass", "super-resolution", "denoise", "simmim", "mae");
            assertThat(shown.leftOut()).hasSize(1);
            assertThat(shown.leftOut().get(0)).startsWith("deblur is left out: ");
        }
        BufferedImage picture = drawn(config("encoder.image-size=8", "mask.radius=2"), 5, 5);
        BufferedImage whole = drawn(config("encoder.image-size=16", "mask.radius=2"), 5, 5);
        assertThat(whole.getHeight() - picture.getHeight()).isNotZero();
    }

    private static String described(ShownTasks shown, String task) {
        return Objects.requireNonNull(shown.tasks().get(task)).describe(0, 0);
    }

    @Test
    void theConfiguredTaskHasItsSettings() {
        try (ShownTasks usual = new ShownTasks(config());
                ShownTasks own = new ShownTasks(config("task={type: simmim, block-size: 28, mask-ratio: 0.3}"));
                ShownTasks noVit = new ShownTasks(
                        config("encoder={type: resnet, image-size: 64}", "task={type: super-resolution, factor: 2}"))) {
            assertThat(described(usual, "simmim")).isEqualTo("61 % of 8 px blocks masked");
            assertThat(described(own, "simmim")).isEqualTo("50 % of 28 px blocks masked");
            assertThat(described(usual, "mae")).isEqualTo("75 % of 4 px patches masked");
            // Of the divisors of 64, the one nearest to a fourteenth.
            assertThat(described(noVit, "mae")).isEqualTo("75 % of 4 px patches masked");
            assertThat(described(usual, "super-resolution")).isEqualTo("down by 8");
            assertThat(described(noVit, "super-resolution")).isEqualTo("down by 2");
        }
    }

    @Test
    void comNeverKeepsTheOthers() {
        try (ShownTasks com = new ShownTasks(config("mask.shape=com"));
                ShownTasks rcom = new ShownTasks(config("mask.shape=rcom"))) {
            assertThat(com.tasks()).doesNotContainKey("mfm, high-pass").hasSize(6);
            assertThat(rcom.tasks()).hasSize(7);
        }
    }

    @Test
    void imagesThatCannotBeReadAreLeftOutUnlessAllAre() throws Exception {
        byte[] cut = Images.encoded(1, 70, 64, "png");
        Files.write(images.resolve("0.png"), Arrays.copyOf(cut, cut.length / 2));
        drawn(config(), 256, 4);
        Path none = Files.createDirectory(folder.resolve("none"));
        Files.write(none.resolve("a.png"), Arrays.copyOf(cut, cut.length / 2));
        Path other = folder.resolve("other.png");
        assertThatThrownBy(() -> TaskGallery.draw(config(), List.of(none.toString()), 9, other))
                .isInstanceOf(DataException.class);
        assertThat(other).doesNotExist();
    }
}
