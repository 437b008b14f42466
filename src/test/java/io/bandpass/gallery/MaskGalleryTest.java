package io.bandpass.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.testing.Golden;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskGalleryTest {
    private static final int MARGIN = 14;
    private static final int LABELS = 54;
    private static final int SIZE = 128;
    private static final int GAP = 8;
    private static final int KEPT = 0xFFFFFF;
    private static final int REMOVED = 0x31364A;

    @TempDir
    Path folder;

    private static PretrainingConfig config() {
        return ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.image-size=" + SIZE)
                .build();
    }

    /** A photograph of many sizes and formats that the tests have. */
    private Path photograph() {
        return Golden.path("../images/colour.png");
    }

    @Test
    void theMaskOfEachShapeStandsAboveItsImage() throws Exception {
        Path out = folder.resolve("masks.png");
        MaskGallery.draw(config(), Optional.of(photograph()), out);
        BufferedImage picture = ImageIO.read(out.toFile());
        // circle, square, rhombus, band and three fractions; radius 16 * 128 / 224 = 9.14
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + 7 * (SIZE + GAP) - GAP);
        int rowHeight = LABELS + 2 * SIZE + GAP + MARGIN;
        for (int row = 0; row < 2; row++) {
            int inside = row == 0 ? KEPT : REMOVED;
            int outside = row == 0 ? REMOVED : KEPT;
            int middleY = MARGIN + row * rowHeight + LABELS + SIZE / 2;
            for (int column = 0; column < 7; column++) {
                int middleX = MARGIN + column * (SIZE + GAP) + SIZE / 2;
                assertThat(colour(picture, middleX, middleY)).isEqualTo(inside);
            }
            int first = MARGIN + SIZE / 2;
            assertThat(colour(picture, first + 9, middleY)).isEqualTo(inside);
            assertThat(colour(picture, first + 10, middleY)).isEqualTo(outside);
            assertThat(colour(picture, first + 8, middleY + 8)).isEqualTo(outside);
            int square = first + SIZE + GAP;
            assertThat(colour(picture, square + 8, middleY + 8)).isEqualTo(inside);
            int rhombus = square + SIZE + GAP;
            assertThat(colour(picture, rhombus + 5, middleY + 5)).isEqualTo(outside);
            int band = rhombus + SIZE + GAP;
            assertThat(colour(picture, band + 15, middleY)).isEqualTo(outside);
            assertThat(colour(picture, band + 30, middleY)).isEqualTo(inside);
        }
    }

    private static int colour(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) & 0xFFFFFF;
    }

    @Test
    void anImageThatIsNoneIsNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.png"), "no image");
        Path out = folder.resolve("masks.png");
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> MaskGallery.draw(config(), Optional.of(text), out))
                .withMessageContaining("notes.png");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"com", "rcom"})
    void aShapeThatRanksMagnitudesLeavesTheOthersTheirRadius(String shape) throws Exception {
        Path expected = folder.resolve("circle.png");
        MaskGallery.draw(config(), Optional.of(photograph()), expected);
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.image-size=" + SIZE)
                .set("mask.shape=" + shape)
                .build();
        Path out = folder.resolve("masks.png");
        MaskGallery.draw(config, Optional.of(photograph()), out);
        assertThat(out).hasSameBinaryContentAs(expected);
    }
}
