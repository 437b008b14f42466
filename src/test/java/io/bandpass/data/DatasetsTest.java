package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetsTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderIsSearchedToItsDepthsInTheOrderOfNames() {
        photos("b.png", "a/z.png", "a/b/c/y.png", "a.png");
        assertThat(names(open(0, ""))).containsExactly(at("a.png"), at("a/b/c/y.png"), at("a/z.png"), at("b.png"));
    }

    @Test
    void aFolderPerClassGivesLabelsInTheOrderOfNames() {
        photos("zebra/1.png", "ant/deep/2.png", "ant/1.png", "cat/1.png");
        Datasets datasets = open(0, "");
        assertThat(datasets.train().classNames()).containsExactly("ant", "cat", "zebra");
        assertThat(labels(datasets.train())).containsExactly(0, 0, 1, 2);
        assertThat(datasets.heldOut()).as("a fraction of 0").isEmpty();
    }

    @Test
    void oneClassOrAnImageOutsideOfThemGivesNoLabels() {
        photos("ant/1.png", "ant/2.png");
        assertThat(open(0.5, "").train().isLabelled()).isFalse();
        photos("bee/1.png", "stray.png");
        assertThat(open(0.5, "").train().isLabelled()).isFalse();
        assertThat(open(0.5, "").heldOut()).isEmpty();
    }

    @Test
    void aPartToChooseSettingsOnIsTakenFromTheTrainingImages() {
        for (int i = 0; i < 20; i++) {
            photos("ant/" + i + ".png", "bee/" + i + ".png");
        }
        Datasets all = open(0.1, "");
        Datasets chosen = all.validatedOn(0.25, 7);
        ImageSource part = chosen.heldOut().orElseThrow();
        assertThat(labels(part)).containsExactlyInAnyOrder(0, 0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(Stream.concat(names(chosen.train()), names(part)).toList())
                .containsExactlyInAnyOrderElementsOf(names(all.train()).toList());
        assertThatThrownBy(() -> all.validatedOn(0.001, 7))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("too few to hold out");
    }

    @Test
    void withLabelsASeededTenthIsHeldOut() {
        for (int i = 0; i < 20; i++) {
            photos("ant/" + i + ".png", "bee/" + i + ".png");
        }
        Datasets datasets = open(0.1, "");
        ImageSource heldOut = datasets.heldOut().orElseThrow();
        assertThat(heldOut.size()).isEqualTo(4);
        assertThat(new TreeSet<>(
                        Stream.concat(names(datasets.train()), names(heldOut)).toList()))
                .as("every image is in one part")
                .hasSize(40);
        assertThat(datasets.train().size()).isEqualTo(36);
        assertThat(names(open(0.1, "").heldOut().orElseThrow()))
                .containsExactlyElementsOf(names(heldOut).toList());
        Datasets otherSeed = Datasets.open(Configs.data(0), List.of(folder.toString()), 1, 0.1);
        assertThat(names(otherSeed.heldOut().orElseThrow()).toList())
                .isNotEqualTo(names(heldOut).toList());
    }

    @Test
    void trainAndValFoldersAreTakenAsTheyAreWithTheClassesOfBoth() {
        photos("train/bee/1.png", "train/cat/1.png", "val/ant/1.png", "val/cat/1.png");
        Datasets datasets = open(0.5, "");
        ImageSource heldOut = datasets.heldOut().orElseThrow();
        assertThat(datasets.train().classNames()).containsExactly("ant", "bee", "cat");
        assertThat(heldOut.classNames()).containsExactly("ant", "bee", "cat");
        assertThat(labels(datasets.train())).containsExactly(1, 2);
        assertThat(labels(heldOut)).containsExactly(0, 2);
    }

    @Test
    void aListFileNamesImagesRelativeToItself() {
        photos("a.png", "with space.png", "sub/b.png");
        text("sub/some.txt", "\uFEFF../a.png\n\n  b.png  \r\n# a remark\n../with space.png\n" + at("a.png") + "\n");
        assertThat(names(open(0, "sub/some.txt")))
                .extracting(name -> Path.of(name).normalize().toString())
                .containsExactly(at("a.png"), at("sub/b.png"), at("with space.png"), at("a.png"));
    }

    @Test
    void whatAListNamesAndIsNotThereIsListedAsBad() {
        photos("a.png");
        text("some.lst", "a.png\nlost.png\n");
        Datasets datasets = Datasets.open(Configs.data(0.5), List.of(at("some.lst")), 0, 0);
        assertThat(datasets.bad().reasons()).hasToString("{" + at("lost.png") + "=the file is not there}");
    }

    @Test
    void globsMatchAsShellsDo() {
        photos("a1.png", "a2.png", "b1.png", "sub/a1.png", "sub/deep/a3.png", "sub/deep/c.jpg");
        assertThat(names(open(0, "a*.png"))).containsExactly(at("a1.png"), at("a2.png"));
        assertThat(names(open(0, "?1.png"))).containsExactly(at("a1.png"), at("b1.png"));
        assertThat(names(open(0, "*/a*.png"))).containsExactly(at("sub/a1.png"));
        assertThat(names(open(0, "**/a*.png")))
                .as("two stars stand for any number of folders, none included")
                .containsExactly(at("a1.png"), at("a2.png"), at("sub/a1.png"), at("sub/deep/a3.png"));
        assertThat(names(open(0, "sub/**/*.{jpg,png}"))).containsExactly(at("sub/deep/a3.png"), at("sub/deep/c.jpg"));
        photos("odd[1].png");
        assertThat(names(open(0, "odd[1].png"))).as("a file of this name").containsExactly(at("odd[1].png"));
    }

    @Test
    void folderListGlobIdxAndSingleFilesMayBeMixed() {
        photos("photos/a.png", "other/b.png", "other/c.png", "single.png");
        text("list.txt", "other/c.png\n");
        byte[] idx = ByteBuffer.allocate(18)
                .put(new byte[] {0, 0, 8, 3})
                .putInt(2)
                .putInt(1)
                .putInt(1)
                .put(new byte[] {1, 2})
                .array();
        Images.write(folder.resolve("x-images-idx3-ubyte"), idx);
        List<String> paths = Stream.of("photos", "list.txt", "other/b*", "x-images-idx3-ubyte", "single.png")
                .map(this::at)
                .toList();
        Datasets datasets = Datasets.open(Configs.data(0), paths, 0, 0);
        assertThat(names(datasets.train()))
                .containsExactly(
                        at("photos/a.png"),
                        at("other/c.png"),
                        at("other/b.png"),
                        "x-images-idx3-ubyte#0",
                        "x-images-idx3-ubyte#1",
                        at("single.png"));
        assertThat(datasets.train().isLabelled()).isFalse();
    }

    @Test
    void foldersWithTheSameClassesAreJoinedWithTheirLabels() {
        photos(
                "one/ant/1.png",
                "one/bee/1.png",
                "two/ant/1.png",
                "two/bee/1.png",
                "three/ant/1.png",
                "three/cat/1.png");
        ImageSource joined = Datasets.open(Configs.data(0), List.of(at("one"), at("two")), 0, 0)
                .train();
        assertThat(labels(joined)).containsExactly(0, 1, 0, 1);
        ImageSource others = Datasets.open(Configs.data(0), List.of(at("one"), at("three")), 0, 0)
                .train();
        assertThat(labels(others)).containsExactly(-1, -1, -1, -1);
    }

    /** Beside images of other classes labels are lost, and a part that is held out has nothing to be judged by. */
    @Test
    void whereTrainingImagesHaveNoLabelsNothingIsHeldOut() {
        photos("one/train/ant/1.png", "one/train/bee/1.png", "one/val/ant/1.png", "one/val/bee/1.png", "two/stray.png");
        assertThat(Datasets.open(Configs.data(0), List.of(at("one")), 0, 0).heldOut())
                .isPresent();
        Datasets mixed = Datasets.open(Configs.data(0), List.of(at("one"), at("two")), 0, 0);
        assertThat(mixed.train().isLabelled()).isFalse();
        assertThat(mixed.heldOut()).isEmpty();
    }

    @Test
    void badFilesOfTheSameNameInTwoFoldersAreTwoBadFiles() {
        text("one/x.png", "");
        text("two/x.png", "");
        photos("one/good.png", "two/good.png");
        UnreadableImages bad = Datasets.open(Configs.data(0.5), List.of(at("one"), at("two")), 0, 0)
                .bad();
        assertThat(bad.reasons().keySet()).containsExactly(at("one/x.png"), at("two/x.png"));
    }

    @Test
    void eachPathMustNameImages() {
        photos("photos/a.png");
        text("nothing/readme.md", "no image");
        text("empty.txt", "# nothing\n");
        String ways = ": give folders, list or CSV files or globs of JPEG, PNG, WebP, BMP, TIFF or GIF images, IDX";
        for (String path : List.of("nothing", "empty.txt", "photos/*.jpg")) {
            assertRefused("no images in " + at(path) + ways, "photos", path);
        }
        assertRefused("there is no file or folder " + at("lost"), "photos", "lost");
        assertRefused("no folder " + at("lost") + " for the glob " + at("lost/*.png"), "photos", "lost/*.png");
        assertRefused("the glob " + at("photos/{a.png") + " is not well formed: Missing '}", "photos/{a.png");
        assertRefused("'" + at("a?b") + "' cannot be the name of a file here: Nul character not allowed", "a\0b");
    }

    @Test
    void aListThatIsNoTextIsRefused() {
        Images.write(folder.resolve("list.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        assertRefused(
                "the list " + at("list.txt") + " cannot be read as UTF-8 text with the path of an image in each line",
                "list.txt");
    }

    @Test
    void whereAllFilesAreBadNothingStarts() {
        text("photos/a.png", "");
        assertThatThrownBy(() -> Datasets.open(Configs.data(1), List.of(at("photos")), 0, 0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("the only image in " + at("photos") + " cannot be read: ");
    }

    @Test
    void aPairOfFoldersMustBeLabelled() {
        photos("one/ant/1.png", "one/bee/1.png", "two/1.png");
        assertThatThrownBy(() -> Datasets.openPair(Configs.data(0), folder.resolve("one"), folder.resolve("two")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(at("one") + " and " + at("two") + " must hold a folder of images for each of");
        assertThatThrownBy(() -> Datasets.openPair(Configs.data(0), folder.resolve("one"), folder.resolve("lost")))
                .isInstanceOf(DataException.class)
                .hasMessage("there is no folder " + at("lost"));
    }

    private void assertRefused(String message, String... paths) {
        assertThatThrownBy(() -> Datasets.open(
                        Configs.data(0.5), Stream.of(paths).map(this::at).toList(), 0, 0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    private Datasets open(double heldOutFraction, String path) {
        return Datasets.open(
                Configs.data(0), List.of(path.isEmpty() ? folder.toString() : at(path)), 0, heldOutFraction);
    }

    private static Stream<String> names(Datasets datasets) {
        return names(datasets.train());
    }

    private static Stream<String> names(ImageSource source) {
        return IntStream.range(0, source.size()).mapToObj(source::name);
    }

    private static List<Integer> labels(ImageSource source) {
        return IntStream.range(0, source.size()).mapToObj(source::label).toList();
    }

    private String at(String path) {
        return folder + "/" + path;
    }

    private void photos(String... paths) {
        for (String path : paths) {
            Images.write(folder.resolve(path), 1, 5, 4);
        }
    }

    private void text(String path, String content) {
        Images.write(folder.resolve(path), content.getBytes(StandardCharsets.UTF_8));
    }
}
