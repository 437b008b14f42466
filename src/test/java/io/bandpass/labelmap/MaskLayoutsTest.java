package io.bandpass.labelmap;

import static io.bandpass.labelmap.MaskData.NOTHING;
import static io.bandpass.labelmap.MaskData.grey;
import static io.bandpass.labelmap.MaskData.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.UnreadableImages;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How images find their masks. */
final class MaskLayoutsTest {
    private static final int WIDTH = 6;
    private static final int HEIGHT = 5;

    @TempDir
    private Path root;

    private void image(String name) {
        Images.write(root.resolve(name), 1, WIDTH, HEIGHT);
    }

    private Path mask(String name) {
        return grey(root.resolve(name), WIDTH, HEIGHT, 0, 1, 2);
    }

    private static List<String> names(LabelMapSource images) {
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    private static Stream<Arguments> layouts() {
        return Stream.of(
                Arguments.of("images/train/%s.jpg", "masks/train/%s.png", "images/val/%s.png", "masks/val/%s.png"),
                Arguments.of(
                        "train/images/%s.jpg", "train/labels/%s.bmp", "valid/images/%s.bmp", "valid/labels/%s.png"),
                Arguments.of(
                        "Images/Train/deep/%s.png",
                        "annotations/Train/deep/%s.png", "Images/validation/%s.png", "annotations/validation/%s.png"),
                Arguments.of("train/%s.jpg", "train/%s_mask.png", "test/%s.jpg", "test/%s_mask.png"),
                Arguments.of("train/x/%s.jpg", "train/x/%s_label.png", "val/%s.jpg", "val/%s_seg.png"),
                Arguments.of("images/train/%s.jpg", "masks/train/%s_gt.png", "images/val/%s.jpg", "masks/val/%s.tif"),
                Arguments.of(
                        "leftImg8bit/train/c/%s_leftImg8bit.png",
                        "gtFine/train/c/%s_gtFine_labelTrainIds.png",
                        "leftImg8bit/val/c/%s_leftImg8bit.png",
                        "gtFine/val/c/%s_gtFine_labelTrainIds.png"));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void aNameFindsItsMaskAndItsPart(String image, String mask, String heldOutImage, String heldOutMask) {
        image(image.formatted("a.1"));
        mask(mask.formatted("a.1"));
        image(heldOutImage.formatted("b"));
        mask(heldOutMask.formatted("b"));
        UnreadableImages unreadable = new UnreadableImages(0);
        LabelMapDatasets data = open(root, NOTHING, unreadable);
        assertThat(names(data.train())).containsExactly(image.formatted("a.1"));
        assertThat(names(data.heldOut().orElseThrow())).containsExactly(heldOutImage.formatted("b"));
        assertThat(unreadable.files()).isEqualTo(2);
    }

    @Test
    void trainIdsArePreferredIfAllHaveThem() {
        for (String name : List.of("a", "b")) {
            image("leftImg8bit/train/c/" + name + "_leftImg8bit.png");
            mask("gtFine/train/c/" + name + "_gtFine_labelIds.png");
        }
        mask("gtFine/train/c/a_gtFine_labelTrainIds.png");
        assertThat(open(root, NOTHING).train().classes().values().get(0)).isEqualTo(7);
        mask("gtFine/train/c/b_gtFine_labelTrainIds.png");
        assertThat(open(root, NOTHING).train().classes().values().get(0)).isZero();
    }

    @Test
    void aThirdPartIsLeftAlone() {
        for (String part : List.of("train", "val", "test")) {
            image("images/" + part + "/a.jpg");
            mask("masks/" + part + "/a.png");
        }
        LabelMapDatasets data = open(root, NOTHING);
        assertThat(data.train().size()).isEqualTo(1);
        assertThat(data.heldOut().orElseThrow().relativeName(0)).isEqualTo("images/val/a.jpg");
        assertThat(data.notices()).anyMatch(text -> text.contains("left alone") && text.endsWith("test"));
    }

    @Test
    void namesThatDifferInCaseOrEndingAreNamed() {
        image("images/a.jpg");
        mask("masks/a.png");
        image("images/Dog.jpg");
        mask("masks/dog.png");
        image("images/cat.jpg");
        mask("masks/cat_lbl.png");
        UnreadableImages unreadable = new UnreadableImages(1);
        assertThat(open(root, NOTHING, unreadable).train().size()).isEqualTo(1);
        assertThat(unreadable.files()).isEqualTo(5);
        assertThat(unreadable.reasons().get(root.resolve("images/Dog.jpg").toString()))
                .contains("dog.png differs from its name in upper and lower case only");
        assertThat(unreadable.reasons().get(root.resolve("images/cat.jpg").toString()))
                .contains("cat_lbl.png has '_lbl' behind its name");
        assertThatThrownBy(() -> open(root, NOTHING, new UnreadableImages(0.5)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("4 of 5 images cannot be read");
    }

    @Test
    void filesAboutTheSameImageAreLeftAlone() {
        image("images/a.jpg");
        mask("masks/a.png");
        mask("masks/a_color.png");
        mask("masks/a-instances.png");
        assertThat(open(root, NOTHING, new UnreadableImages(0)).train().size()).isEqualTo(1);
    }

    @Test
    void twoFilesOfOneNameAreNotChosenBetween() {
        image("images/a.jpg");
        image("images/a.png");
        image("images/b.png");
        mask("masks/a.png");
        mask("masks/b.png");
        mask("masks/b.bmp");
        UnreadableImages unreadable = new UnreadableImages(1);
        assertThat(names(open(root, NOTHING, unreadable).train())).containsExactly("images/a.jpg");
        assertThat(unreadable.reasons().get(root.resolve("images/a.png").toString()))
                .contains("but for the ending");
        assertThat(unreadable.reasons().get(root.resolve("images/b.png").toString()))
                .contains("it has two masks, ");
    }

    @Test
    void linkedMasksAndHiddenFiles() throws IOException {
        image("images/a.jpg");
        image("images/b.jpg");
        image("images/.c.jpg");
        mask("masks/a.png");
        Files.createLink(root.resolve("masks/b.png"), root.resolve("masks/a.png"));
        assertThat(open(root, NOTHING, new UnreadableImages(0)).train().size()).isEqualTo(2);
        Files.delete(root.resolve("masks/b.png"));
        Files.createSymbolicLink(root.resolve("masks/b.png"), root.resolve("masks/a.png"));
        Files.createSymbolicLink(root.resolve("images/again"), root.resolve("images"));
        assertThat(open(root, NOTHING, new UnreadableImages(0)).train().size()).isEqualTo(2);
    }

    @Test
    void brokenFilesAreListedWithTheirImage() throws IOException {
        image("images/a.jpg");
        mask("masks/a.png");
        image("images/b.jpg");
        Files.createDirectories(root.resolve("masks/b.png"));
        image("images/c.jpg");
        Files.write(root.resolve("masks/c.png"), new byte[0]);
        Files.write(root.resolve("images/d.jpg"), new byte[] {1, 2, 3});
        mask("masks/d.png");
        UnreadableImages unreadable = new UnreadableImages(1);
        assertThat(open(root, NOTHING, unreadable).train().size()).isEqualTo(1);
        assertThat(unreadable.reasons().get(root.resolve("images/b.jpg").toString()))
                .contains("b.png cannot be used: it is a folder");
        assertThat(unreadable.reasons().get(root.resolve("images/c.jpg").toString()))
                .contains("c.png cannot be used: the file is empty");
        assertThat(unreadable.reasons().get(root.resolve("images/d.jpg").toString()))
                .contains("its content is none of");
    }

    @Test
    void imagesInNoListOfVocAreLeftAlone() throws IOException {
        for (String name : List.of("x", "y", "z")) {
            image("JPEGImages/" + name + ".jpg");
        }
        mask("SegmentationClass/x.png");
        mask("SegmentationClass/y.png");
        Path lists = Files.createDirectories(root.resolve("ImageSets/Segmentation"));
        Files.writeString(lists.resolve("train.txt"), "x\n");
        Files.writeString(lists.resolve("val.txt"), "y\nw\n");
        UnreadableImages unreadable = new UnreadableImages(1);
        LabelMapDatasets data = open(root, NOTHING, unreadable);
        assertThat(names(data.train())).containsExactly("JPEGImages/x.jpg");
        assertThat(names(data.heldOut().orElseThrow())).containsExactly("JPEGImages/y.jpg");
        // Classes of Pascal VOC need its names of images.
        assertThat(data.train().classes().names().get(0)).isEqualTo("class 0");
        assertThat(unreadable.reasons().values()).singleElement().asString().contains("the image is not there");
        MasksConfig voc = MaskData.with(MasksConfig.Format.VOC, MasksConfig.ZeroLabel.AUTO);
        assertThat(open(root, voc).train().classes().names().get(1)).isEqualTo("aeroplane");
    }

    @Test
    void classesOfAde20kNeedItsNamesOrItsFormat() {
        image("images/training/a.jpg");
        mask("annotations/training/a.png");
        assertThat(open(root, NOTHING).train().classes().size()).isEqualTo(3);
        MasksConfig ade = MaskData.with(MasksConfig.Format.ADE20K, MasksConfig.ZeroLabel.AUTO);
        assertThat(open(root, ade).train().classes().values().get(0)).isEqualTo(1);
        MasksConfig reduced = MaskData.with(MasksConfig.Format.ADE20K, MasksConfig.ZeroLabel.NO);
        assertThat(open(root, reduced).train().classes().values().get(0)).isZero();
        assertThat(open(root, reduced).train().classes().size()).isEqualTo(150);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image\na.jpg\n|the first line of ",
                "image,mask\na.jpg,\n|line 2 of ",
                "image,mask\na.jpg,NaN\n|has no mask but 'NaN'",
                "image,mask\na.jpg,a.png\na.jpg,a.png\n|as line 2 does",
                "image,mask,split\na.jpg,a.png,dev\n|has the split 'dev'",
                "image,mask,split\na.jpg,a.png,val\n|says train in no line",
                "image,mask\na.jpg,a.png,x\n|has 3 values for the 2 columns"
            })
    void tablesThatAreNone(String content) throws IOException {
        image("a.jpg");
        mask("a.png");
        String[] parts = content.split("\\|", -1);
        Path table = Files.writeString(root.resolve("pairs.csv"), parts[0]);
        assertThatThrownBy(() -> open(table, NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(parts[1])
                .hasMessageContaining("pairs.csv");
    }

    @Test
    void aTableWithMissingFilesAndOtherColumns() throws IOException {
        image("a.jpg");
        mask("a.png");
        Path table = Files.writeString(root.resolve("pairs.csv"), "id,Image,mask\n1,a.jpg,a.png\n2,b.jpg,b.png\n");
        UnreadableImages unreadable = new UnreadableImages(1);
        assertThat(open(table, NOTHING, unreadable).train().size()).isEqualTo(1);
        assertThat(unreadable.reasons().values()).containsExactly("the file is not there");
    }

    @Test
    void whatHoldsNoMasksIsTold() throws IOException {
        image("a.jpg");
        assertThatThrownBy(() -> open(root, NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no masks in " + root)
                .hasMessageContaining("NAME_mask.png");
        assertThatThrownBy(() -> open(root.resolve("absent"), NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("there is no file or folder");
        assertThatThrownBy(() -> open(Objects.requireNonNull(root.resolve("a.jpg")), NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("is neither a folder nor a CSV file");
    }
}
