package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The same files under several names are the same images: taken once, with a notice. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "makes links, which Windows allows administrators only")
final class SameFilesTest {
    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void real() throws IOException {
        // The folder for temporary files may itself be behind a link.
        folder = temporary.toRealPath();
    }

    @Test
    void aLinkToAClassIsNoClassOfItsOwn() {
        photos("set/2024/1.png", "set/2024/2.png", "set/2025/1.png");
        link("set/latest", "2024");
        link("set/0-first", "2025");
        Datasets set = open("set");
        assertThat(names(set)).containsExactly("2024/1.png", "2024/2.png", "2025/1.png");
        assertThat(set.train().classNames()).containsExactly("2024", "2025");
        assertThat(set.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice).contains("left out", "set/0-first (", "set/latest ("));
    }

    @Test
    void labelledSetsSayItTooAndDoNotCallTheLinkEmpty() {
        photos("set/2024/1.png", "set/2024/2.png", "set/2025/1.png", "set/2025/2.png");
        link("set/latest", "2024");
        Datasets set = Datasets.openLabelled(
                Configs.data(0), List.of(folder.resolve("set").toString()), 0, 0.5, new UnreadableImages(0));
        assertThat(set.train().classNames()).containsExactly("2024", "2025");
        assertThat(set.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice).contains("set/latest"));
    }

    @Test
    void linksAcrossFoldersMultiplyNothing() {
        List<String> all = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        for (String one : all) {
            photos("set/" + one + "/1.png");
            all.stream()
                    .filter(other -> !other.equals(one))
                    .forEach(other -> link("set/" + one + "/" + other, "../" + other));
            link("set/" + one + "/up", "..");
            link("set/" + one + "/above", "../..");
        }
        assertThat(names(open("set")))
                .containsExactlyElementsOf(
                        all.stream().map(one -> one + "/1.png").toList());
    }

    @Test
    void whatLiesElsewhereIsReachedThroughTheFirstOfItsNames() {
        photos("elsewhere/x/1.png", "elsewhere/x/2.png", "elsewhere/y/1.png", "set/own/1.png");
        link("set/b", "../elsewhere");
        link("set/a", "../elsewhere/x");
        link("set/c", "../elsewhere");
        link("elsewhere/again", "y");
        assertThat(names(open("set"))).containsExactly("a/1.png", "a/2.png", "b/y/1.png", "own/1.png");
    }

    @Test
    void linkedFilesAreTakenOnceBeTheirFilesInTheSetOrNot() {
        photos("set/a/real.png", "store/1.png", "store/2.png", "set/b/x.png");
        link("set/a/0.png", "real.png");
        link("set/b/1.png", "../../store/1.png");
        link("set/b/2.png", "../../store/2.png");
        link("set/c/1.png", "../../store/1.png");
        link("set/z", "../store");
        assertThat(names(open("set"))).containsExactly("a/real.png", "b/1.png", "b/2.png", "b/x.png");
    }

    @Test
    void aLinkIntoWhatIsHiddenIsTheOnlyNameOfItsFile() {
        photos("set/.store/1.png", "set/b/x.png");
        link("set/a/1.png", "../.store/1.png");
        assertThat(names(open("set"))).containsExactly("a/1.png", "b/x.png");
    }

    @Test
    void hardLinksAreOneFile() throws IOException {
        photos("set/a/1.png", "set/b/1.png");
        Files.createLink(folder.resolve("set/b/0.png"), folder.resolve("set/a/1.png"));
        Files.createLink(folder.resolve("set/0.png"), folder.resolve("set/b/1.png"));
        Datasets set = open("set");
        assertThat(names(set)).containsExactly("0.png", "a/1.png");
        assertThat(set.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice).contains("set/b/0.png", "set/b/1.png"));
    }

    @Test
    void aFolderGivenTwiceOrWithinAnotherCountsOnce() {
        photos("set/a/1.png", "set/b/1.png");
        link("other", "set");
        for (List<String> given : List.of(
                List.of("set", "set"), List.of("set", "other"), List.of("set", "set/a"), List.of("set", "other/b/"))) {
            Datasets set = open(given.toArray(String[]::new));
            assertThat(names(set)).as(given.toString()).containsExactly("a/1.png", "b/1.png");
            assertThat(set.train().classNames()).as(given.toString()).containsExactly("a", "b");
            assertThat(set.notices()).as(given.toString()).hasSize(1);
        }
        assertThat(open("set/a", "set").train().size()).isEqualTo(2);
    }

    @Test
    void whatAListOrAGlobNamesAndAFolderHoldsCountsOnce() throws IOException {
        photos("set/a/1.png", "set/a/2.png", "set/b/1.png");
        link("set/l.png", "a/2.png");
        Files.writeString(folder.resolve("list.txt"), "set/b/1.png\nset/l.png\nset/a/2.png\n");
        for (List<String> given : List.of(
                List.of("list.txt", "set"),
                List.of("set", "list.txt"),
                List.of("set", "set/*/*.png"),
                List.of("set/*/1.png", "set"),
                List.of("set", "set/a/1.png"),
                List.of("set/a/1.png", "set"))) {
            assertThat(open(given.toArray(String[]::new)).train().size())
                    .as(given.toString())
                    .isEqualTo(3);
        }
        assertThat(names(open("list.txt"))).containsExactly("set/b/1.png", "set/l.png");
    }

    @Test
    void globsNameLinksAndPreferTheRealFile() {
        photos("set/2024/1.png", "set/2024/in/2.png", "set/2025/1.png");
        link("set/latest", "2024");
        link("set/0", "2024");
        assertThat(names(open("set/latest/*.png"))).containsExactly("1.png");
        assertThat(names(open("set/l*/*.png"))).containsExactly("latest/1.png");
        assertThat(names(open("set/*/*.png"))).containsExactly("2024/1.png", "2025/1.png");
        assertThat(names(open("set/**/*.png"))).containsExactly("2024/1.png", "2024/in/2.png", "2025/1.png");
    }

    @Test
    void whatIsTrainedOnIsNotHeldOutUnderAnotherName() throws IOException {
        photos("set/train/a/1.png", "set/train/b/1.png", "set/val/a/2.png", "set/val/b/2.png");
        Files.createLink(folder.resolve("set/val/a/1.png"), folder.resolve("set/train/b/1.png"));
        link("set/val/b/1.png", "../../train/b/1.png");
        link("set/train/b/2.png", "../../val/b/2.png");
        Datasets set = open("set");
        assertThat(names(set)).containsExactly("a/1.png", "b/1.png");
        assertThat(names(set.heldOut().orElseThrow())).containsExactly("a/2.png", "b/2.png");

        photos("same/train/a/1.png", "same/train/b/1.png");
        link("same/val", "train");
        assertThatThrownBy(() -> open("same"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("same/val has no image of its own to hold out");
    }

    @Test
    void aTableMayNameAFileTwiceOnlyWithTheSameLabel() throws IOException {
        photos("a.png", "b.png");
        link("c.png", "a.png");
        Files.writeString(folder.resolve("same.csv"), "path,label\na.png,ant\nb.png,bee\nc.png,ant\n");
        Datasets same = open("same.csv");
        assertThat(names(same)).containsExactly("a.png", "b.png");
        assertThat(same.train().label(1)).isEqualTo(1);
        assertThat(same.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice).contains("c.png"));
        Files.writeString(folder.resolve("other.csv"), "path,label\na.png,ant\nb.png,bee\nc.png,bee\n");
        assertThatThrownBy(() -> open("other.csv"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("lines 2 and 4 of")
                .hasMessageContaining("as ant and bee");
    }

    @Test
    void aLineThatAListRepeatsIsTakenAsOftenToTrainOnBeItGoodOrBad() throws IOException {
        photos("a.png");
        Images.write(folder.resolve("empty.png"), new byte[0]);
        Files.writeString(
                folder.resolve("list.txt"), "a.png\nlost.png\na.png\nlost.png\nempty.png\nlost.png\nempty.png\n");
        List<String> list = paths("list.txt");
        Datasets set = Datasets.open(Configs.data(0.9), list, 0, 0);
        assertThat(names(set)).containsExactly("a.png", "a.png");
        assertThat(set.bad().files()).isEqualTo(7);
        assertThat(set.bad().size()).isEqualTo(5);
        assertThatThrownBy(() -> Datasets.open(Configs.data(0.5), list, 0, 0)).hasMessageStartingWith("5 of 7 images");
        assertThat(names(InferenceImages.open(Configs.data(0), list, 0.9).images()))
                .containsExactly("a.png");
    }

    @Test
    void imagesOfTwoFoldersHaveNamesOfTheirOwn() {
        photos("a/1.png", "b/1.png", "b/2.png");
        InferenceImages given = InferenceImages.open(Configs.data(0), paths("a", "b"), 0);
        assertThat(names(given.images())).doesNotHaveDuplicates().anyMatch(name -> name.endsWith("/a/1.png"));
        assertThat(names(InferenceImages.open(Configs.data(0), paths("b"), 0).images()))
                .containsExactly("1.png", "2.png");
    }

    @Test
    void aMillionInodesAreToldApart() {
        InodeSet set = new InodeSet();
        for (long inode = 1; inode <= 1_000_000; inode++) {
            assertThat(set.add(inode % 2, inode)).isTrue();
        }
        assertThat(set.add(1, 999_999)).isFalse();
        assertThat(set.contains(0, 999_999)).isFalse();
        assertThat(set.contains(0, 1_000_000)).isTrue();
    }

    private Datasets open(String... given) {
        return Datasets.open(Configs.data(0), paths(given), 0, 0);
    }

    private List<String> paths(String... given) {
        return Stream.of(given).map(name -> folder + "/" + name).toList();
    }

    private static List<String> names(Datasets set) {
        return names(set.train());
    }

    private static List<String> names(ImageSource images) {
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    private void photos(String... paths) {
        for (String path : paths) {
            Images.write(folder.resolve(path), 1, 5, 4);
        }
    }

    private void link(String name, String target) {
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.createSymbolicLink(folder.resolve(name), Path.of(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
