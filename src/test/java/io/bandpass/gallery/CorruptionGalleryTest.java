package io.bandpass.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.data.DataException;
import io.bandpass.image.RgbBytes;
import io.bandpass.testing.Images;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CorruptionGalleryTest {
    private static final int MARGIN = 14;
    private static final int GAP = 8;
    private static final int LINE = 18;

    @TempDir
    Path folder;

    private Path image;
    private Path out;

    @BeforeEach
    void writeImage() {
        image = Images.write(folder.resolve("drawn.png"), 3, 256, 256);
        out = folder.resolve("corruptions.png");
    }

    private static RobustnessConfig.Corruptions asked(List<Integer> severities, String... names) {
        return new RobustnessConfig.Corruptions(List.of(names), severities, Optional.empty());
    }

    private BufferedImage drawn(RobustnessConfig.Corruptions asked, int side) throws Exception {
        CorruptionGallery.draw(asked, Optional.of(image), side, 7, out);
        return ImageIO.read(out.toFile());
    }

    private static RgbBytes cell(BufferedImage picture, int column, int row, int side) {
        int top = MARGIN + row * (2 * LINE + side + GAP + MARGIN) + 2 * LINE;
        int left = MARGIN + column * (side + GAP);
        byte[] values = new byte[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            int rgb = picture.getRGB(left + i % side, top + Math.floorDiv(i, side));
            values[3 * i] = (byte) (rgb >> 16);
            values[3 * i + 1] = (byte) (rgb >> 8);
            values[3 * i + 2] = (byte) rgb;
        }
        return new RgbBytes(values, side, side);
    }

    /** 224 of 256 pixels: the middle, as it is. */
    @Test
    void anImageIsCutAsTheBenchmarkCutsItAndThenCorrupted() throws Exception {
        int side = 224;
        BufferedImage picture = drawn(asked(List.of(1, 5), "fog", "gaussian_noise"), side);
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + 2 * (side + GAP) - GAP);
        RgbBytes original = cell(picture, 0, 0, side);
        BufferedImage whole = Images.drawn(3, 256, 256);
        for (int[] at : new int[][] {{0, 0}, {223, 0}, {17, 200}}) {
            int rgb = whole.getRGB(at[0] + 16, at[1] + 16);
            int position = 3 * (at[1] * side + at[0]);
            assertThat(original.values()[position]).isEqualTo((byte) (rgb >> 16));
            assertThat(original.values()[position + 2]).isEqualTo((byte) rgb);
        }
        Corruptions corruptions = Corruptions.withoutPictures();
        assertThat(cell(picture, 0, 1, side).values())
                .isEqualTo(corruptions.named("fog").apply(original, 1, 7, 0).values());
        assertThat(cell(picture, 1, 1, side).values())
                .isEqualTo(corruptions.named("fog").apply(original, 5, 7, 0).values());
        assertThat(cell(picture, 1, 2, side).values())
                .isEqualTo(corruptions
                        .named("gaussian_noise")
                        .apply(original, 5, 7, 0)
                        .values());
    }

    @Test
    void allOfThemAreDrawnAtAnySide() throws Exception {
        BufferedImage picture = drawn(asked(List.of(3), "all"), 16);
        int rows = 1 + Corruptions.withoutPictures().all().size();
        int cell = 176;
        assertThat(picture.getHeight()).isEqualTo(2 * MARGIN + rows * (2 * LINE + cell + GAP + MARGIN) + 3 * LINE);
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + cell);
    }

    @Test
    void whatCannotBeDrawnIsSaid() throws Exception {
        assertThatThrownBy(() -> drawn(asked(List.of(1), "fogg"), 32))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no corruption fogg")
                .hasMessageEndingWith("did you mean fog?");
        assertThatThrownBy(() -> drawn(asked(List.of(1)), 32))
                .isInstanceOf(ConfigException.class)
                .hasMessage("no corruption is named; there must be at least one to draw");
        for (int side : new int[] {15, 513}) {
            assertThatThrownBy(() -> drawn(asked(List.of(1), "fog"), side))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("`side` is " + side + ", but must be from 16 to 512 pixels");
        }
        Images.write(folder.resolve("two/a.png"), 1, 32, 32);
        Images.write(folder.resolve("two/b.png"), 2, 32, 32);
        image = folder.resolve("two");
        assertThatThrownBy(() -> drawn(asked(List.of(1), "fog"), 32))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("holds 2 images");
        image = Files.writeString(folder.resolve("text.png"), "no image");
        assertThatThrownBy(() -> drawn(asked(List.of(1), "fog"), 32)).isInstanceOf(DataException.class);
        assertThat(out).doesNotExist();
    }
}
