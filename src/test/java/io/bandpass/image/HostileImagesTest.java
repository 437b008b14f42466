package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.data.ImageFiles;
import io.bandpass.data.PathTable;
import io.bandpass.testing.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files from strangers: whatever stands in them, the answer is pixels or a reason. */
final class HostileImagesTest {
    private static final int LIMIT = 1_000_000;
    private static final int VARIANTS = 60;

    @TempDir
    private Path folder;

    private static List<String> storedImages() {
        return Images.names();
    }

    @ParameterizedTest
    @MethodSource("storedImages")
    void changedBytesGivePixelsOrAReason(String name) throws Exception {
        byte[] whole = Images.bytes(name);
        Random random = new Random(name.hashCode());
        Path file = folder.resolve("changed");
        for (int i = 0; i < VARIANTS; i++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                // Headers are where most can go wrong.
                int at = random.nextBoolean()
                        ? random.nextInt(Math.min(80, whole.length))
                        : random.nextInt(whole.length);
                changed[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 255 * random.nextInt(2));
            }
            Files.write(file, changed);
            HeaderCheck check = ImageHeader.check(file, Files.readAttributes(file, BasicFileAttributes.class), true);
            assertThat(check.format() != null || check.reason() != null).isTrue();
            try (PointerScope scope = new PointerScope()) {
                RgbImage image = ImageDecoder.read(file, Reduction.NONE, LIMIT);
                assertThat(image.height()).as("what the scan has seen").isEqualTo(check.height());
                assertThat(image.width()).isEqualTo(check.width());
                assertThat(image.toBytes()).hasSize(3 * check.height() * check.width());
            } catch (BadImageException e) {
                assertThat(e.reason()).isNotBlank();
            }
        }
    }

    @Test
    void aFileThatIsReplacedAfterTheScanIsHeldAgainstTheLimit() throws Exception {
        Path file = Images.write(folder.resolve("a.png"), 1, 20, 10);
        PathTable table = new PathTable();
        table.add(file);
        table.finish();
        ImageFiles files = ImageFiles.unlabelled(table, folder, new DecodeOptions(true, 1000));
        try (PointerScope scope = new PointerScope()) {
            assertThat(files.read(0).width()).isEqualTo(20);
            Images.write(file, Images.pngHeader(30_000, 30_000));
            String reason = "its header claims 30000 x 30000 pixels, more than data.max-pixels 1000";
            assertThatThrownBy(() -> files.read(0)).hasMessage(reason);
            assertThatThrownBy(() -> files.read(0, (height, width) -> 8)).hasMessage(reason);
        }
    }

    @Test
    void whatNoDecoderTakesIsRefusedWhateverTheLimit() {
        assertThat(HeaderCheck.refusal(30_000, 30_000, Long.MAX_VALUE))
                .isEqualTo("its header claims 30000 x 30000 pixels, more than the 715827882 that can be decoded");
        assertThat(HeaderCheck.refusal(1, 1_000_001, Long.MAX_VALUE))
                .isEqualTo("its header claims 1000001 x 1 pixels, more than can be decoded in a row or column");
        assertThat(HeaderCheck.refusal(1000, 1_000, 1_000_000)).isNull();
    }
}
