package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.testing.FakeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaskNamesTest {
    @TempDir
    Path folder;

    /** Images in a folder under these relative names. */
    private static final class Named extends FakeImages {
        private final Path root;
        private final List<String> names;

        Named(Path root, String... names) {
            super(names.length);
            this.root = root;
            this.names = List.of(names);
        }

        @Override
        public String name(int index) {
            return root.resolve(names.get(index)).toString();
        }

        @Override
        public String relativeName(int index) {
            return names.get(index);
        }

        @Override
        public Optional<Path> file(int index) {
            return Optional.of(root.resolve(names.get(index)));
        }
    }

    private List<String> masks(String... images) throws IOException {
        MaskNames names = MaskNames.of(
                new Named(folder.resolve("photos"), images), Files.createDirectories(folder.resolve("out")));
        return IntStream.range(0, images.length).mapToObj(names::mask).toList();
    }

    @Test
    void masksLieAsTheirImages() throws IOException {
        assertThat(masks("a.jpg", "b/a.jpg", ".hidden", "b.c/d"))
                .containsExactly("a.png", "b/a.png", ".hidden.png", "b.c/d.png");
    }

    @Test
    void imagesThatDifferInTheirEndingOnlyHaveMasksOfTheirOwn() throws IOException {
        assertThat(masks("a.jpg", "a.png", "b.jpg")).containsExactly("a.jpg.png", "a.png.png", "b.png");
        assertThat(masks("set.gz#0", "set.gz#1")).containsExactly("set.gz#0.png", "set.gz#1.png");
    }

    @Test
    void masksOfImagesElsewhereStayInTheFolder() throws IOException {
        assertThat(masks("/data/a/1.png", "../b/1.png")).containsExactly("data/a/1.png", "b/1.png");
    }

    @Test
    void noImageIsReplacedByItsMask() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        Files.createFile(photos.resolve("a.png"));
        assertThatThrownBy(() -> MaskNames.of(new Named(photos, "a.png"), photos))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a.png would replace the image");
        Files.createFile(photos.resolve("b.jpg"));
        assertThat(MaskNames.of(new Named(photos, "b.jpg"), photos).mask(0)).isEqualTo("b.png");
    }

    @Test
    void masksAndOverlaysDoNotReplaceEachOther() {
        assertThatThrownBy(() -> masks("a.jpg", "overlays/a.jpg"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("would replace that of another image, as both are overlays/a.png");
    }
}
