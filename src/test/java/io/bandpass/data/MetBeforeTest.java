package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What looks as if it was met before, and was not: nothing that nobody has read is left out. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "makes links, which Windows allows administrators only")
final class MetBeforeTest {
    private static final String IDX = "train-images-idx3-ubyte";

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void real() throws IOException {
        // The folder for temporary files may itself be behind a link.
        folder = temporary.toRealPath();
    }

    @Test
    void aFileOfManyImagesBesideThoseOfAFolderIsRead() {
        photos("set/1.png", "set/2.png");
        idx("set/odd." + IDX, 5);
        assertThat(open("set").train().size()).isEqualTo(2);
        Datasets both = open("set", "set/odd." + IDX);
        assertThat(both.train().size()).isEqualTo(7);
        assertThat(both.notices()).isEmpty();
        assertThat(open("set/odd." + IDX, "set").train().size()).isEqualTo(7);
        Datasets twice = open("set/odd." + IDX, "set/odd." + IDX);
        assertThat(twice.train().size()).isEqualTo(5);
        assertThat(twice.notices()).hasSize(1);
    }

    @Test
    void imagesBesideAFileOfManyThatWasReadAreNot() throws IOException {
        idx("set/" + IDX, 5);
        photos("set/1.png", "set/2.png");
        Files.writeString(folder.resolve("list.txt"), "set/1.png\nset/2.png\n");
        assertThat(open("set").train().size()).isEqualTo(5);
        assertThat(open("set", "list.txt").train().size()).isEqualTo(7);
        assertThat(open("set", "set/2.png").train().size()).isEqualTo(6);
        assertThat(open("list.txt", "set").train().size()).isEqualTo(7);
    }

    @Test
    void aFileOfManyImagesIsReadOnceWhereverItIsNamed() throws IOException {
        idx("set/" + IDX, 5);
        idx("set/t10k-images-idx3-ubyte", 3);
        Files.createSymbolicLink(folder.resolve("link-" + IDX), Path.of("set", IDX));
        assertThat(open("set", "set/" + IDX).train().size()).isEqualTo(5);
        assertThat(open("set", "link-" + IDX).train().size()).isEqualTo(5);
        assertThat(open("set", "set").train().size()).isEqualTo(5);
        assertThat(open("set/" + IDX, "set").train().size()).isEqualTo(5);
    }

    @Test
    void aLinkToAFolderAboveOneThatWasGivenIsFollowed() throws IOException {
        photos("X/sub/1.png", "X/other/1.png", "Y/1.png");
        Files.createSymbolicLink(folder.resolve("Y/l"), Path.of("../X"));
        assertThat(names(open("X/sub", "Y"))).containsExactlyInAnyOrder("1.png", "1.png", "l/other/1.png");
        assertThat(names(open("Y", "X/sub"))).containsExactlyInAnyOrder("1.png", "l/sub/1.png", "l/other/1.png");
        // What is to be held out is not trained on through a link.
        photos("pair/train/a/1.png", "pair/train/b/1.png", "pair/val/a/1.png", "pair/val/b/1.png", "pair/1.png");
        Files.createSymbolicLink(folder.resolve("pair/train/a/up"), Path.of("../.."));
        assertThat(open("pair").heldOut().orElseThrow().size()).isEqualTo(2);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyLinksAreNotHeldAgainstEachOther() {
        int count = 50_000;
        FilesOnce once = new FilesOnce(new LeftOut());
        for (int i = 0; i < count; i++) {
            once.addLinked(folder.resolve("store").resolve(Integer.toString(i)));
        }
        for (int i = 0; i < count; i++) {
            Path elsewhere = folder.resolve("elsewhere").resolve(Integer.toString(i));
            assertThat(once.isMetAnyway(elsewhere, true)).isFalse();
        }
        assertThat(once.isMetAnyway(folder.resolve("store/7/below"), true)).isTrue();
        assertThat(once.isMetAnyway(folder.resolve("store/7/.hidden/below"), true))
                .isFalse();
    }

    @Test
    void whichNameIsPreferredIsAskedOncePerFile() {
        photos("1.png", "2.png");
        List<Found> found = Stream.of("1.png", "2.png")
                .map(name -> Found.of(folder.resolve(name)))
                .toList();
        List<Path> asked = new ArrayList<>();
        new NamedFiles(new FilesOnce(new LeftOut()), new UnreadableImages(0), true)
                .distinct(found, file -> asked.add(file.path()));
        assertThat(asked).hasSize(2);
    }

    @Test
    void whyAFileCannotBeLookedAtIsSaid() throws IOException {
        photos("a.png");
        String longName = "x".repeat(300) + ".png";
        Files.writeString(folder.resolve("list.txt"), "a.png\nlost.png\n" + longName + "\n");
        Datasets set = Datasets.open(Configs.data(0.9), paths("list.txt"), 0, 0);
        assertThat(set.bad().reasons())
                .containsEntry(folder.resolve("lost.png").toString(), "the file is not there")
                .hasEntrySatisfying(
                        folder.resolve(longName).toString(),
                        reason -> assertThat(reason).isEqualTo("it cannot be read: File name too long"));
    }

    private Datasets open(String... given) {
        return Datasets.open(Configs.data(0), paths(given), 0, 0);
    }

    private List<String> paths(String... given) {
        return Stream.of(given).map(name -> folder + "/" + name).toList();
    }

    private static List<String> names(Datasets set) {
        ImageSource images = set.train();
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    private void photos(String... paths) {
        for (String path : paths) {
            Images.write(folder.resolve(path), 1, 5, 4);
        }
    }

    private void idx(String name, int count) {
        ByteBuffer file = ByteBuffer.allocate(16 + 4 * count);
        file.putInt(0x803).putInt(count).putInt(2).putInt(2);
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.write(folder.resolve(name), file.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
