package io.bandpass.labelmap;

import static io.bandpass.labelmap.GoldenLabelMaps.CLASSES;
import static io.bandpass.labelmap.GoldenLabelMaps.TABLE_IS_THE_REST;
import static io.bandpass.labelmap.GoldenLabelMaps.data;
import static io.bandpass.labelmap.GoldenLabelMaps.differences;
import static io.bandpass.labelmap.GoldenLabelMaps.folder;
import static io.bandpass.labelmap.GoldenLabelMaps.labels;
import static io.bandpass.labelmap.GoldenLabelMaps.masks;
import static io.bandpass.labelmap.GoldenLabelMaps.unreadable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.SplitRule;
import io.bandpass.image.BadImageException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where files of outlines lie, and what shapes there are besides polygons. */
final class PolygonLayoutsTest {
    @TempDir
    private Path folder;

    private void copy(String golden, String name) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(folder(golden), target);
    }

    private void write(String name, String content) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"labelme", "coco", "yolo"})
    void areRecognised(String form) throws Exception {
        LabelMapDatasets sets = LabelMapDatasets.open(
                data(),
                masks(TABLE_IS_THE_REST),
                List.of(folder(form).toString()),
                SplitRule.stratified(1, 0),
                unreadable());
        assertThat(sets.train().classes().names()).isEqualTo(CLASSES);
        assertThat(differences(labels(sets.train(), 0), form, "a", false)).isZero();
    }

    /** Folders of COCO, of CVAT, of Roboflow and of Label Studio. */
    @ParameterizedTest
    @CsvSource({
        "annotations/instances_train2017.json, train2017/, annotations/instances_val2017.json, val2017/",
        "annotations/instances_train.json, images/train/, annotations/instances_val.json, images/val/",
        "train/_annotations.coco.json, train/, valid/_annotations.coco.json, valid/",
        "train.json, images/, test.json, images/"
    })
    void placesOfCocoFiles(String train, String trainImages, String heldOut, String heldOutImages) throws Exception {
        copy("coco/annotations.json", train);
        copy("coco/annotations.json", heldOut);
        for (String images : List.of(trainImages, heldOutImages)) {
            for (String name : List.of("a.jpg", "b.jpg")) {
                if (!Files.exists(folder.resolve(images + name))) {
                    copy("coco/images/" + name, images + name);
                }
            }
        }
        write("annotations/captions_train2017.json", "{}");
        List<LabelMapPart> parts = CocoImages.open(folder, masks(TABLE_IS_THE_REST), data(), unreadable());
        assertThat(parts).extracting(LabelMapPart::heldOut).containsExactly(false, true);
        assertThat(parts.get(0).images().relativeName(0)).isEqualTo(trainImages + "a.jpg");
        assertThat(parts.get(1).images().relativeName(1)).isEqualTo(heldOutImages + "b.jpg");
        assertThat(differences(labels(parts.get(1).images(), 1), "coco", "b", true))
                .isZero();
    }

    @Test
    void namesOfAnotherMachineAreFoundByTheirEnd() throws Exception {
        copy("coco/images/a.jpg", "images/a.jpg");
        copy("coco/images/b.jpg", "images/b.jpg");
        write(
                "result.json",
                // A byte order mark shifts all places in the file.
                "\uFEFF"
                        + Files.readString(folder("coco/annotations.json"))
                                .replace("\"a.jpg\"", "\"C:\\\\data\\\\a.jpg\"")
                                .replace("\"b.jpg\"", "\"/data/upload/1/b.jpg\""));
        LabelMapSource images = CocoImages.open(folder, masks(TABLE_IS_THE_REST), data(), unreadable())
                .get(0)
                .images();
        assertThat(differences(labels(images, 0), "coco", "a", false)).isZero();
        assertThat(differences(labels(images, 1), "coco", "b", true)).isZero();
    }

    @Test
    void severalFilesForOneSplitAreRefused() throws Exception {
        copy("coco/annotations.json", "first.json");
        copy("coco/annotations.json", "second.json");
        assertThatThrownBy(() -> CocoImages.open(folder, masks(List.of()), data(), unreadable()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("first.json and ")
                .hasMessageContaining("second.json could be the annotations of one split");
    }

    @Test
    void yoloAsRoboflowAndListsHaveIt() throws Exception {
        copy("yolo/images/train/a.jpg", "train/images/a.jpg");
        copy("yolo/labels/train/a.txt", "train/labels/a.txt");
        copy("yolo/images/val/b.jpg", "elsewhere/b.jpg");
        write("val.txt", "./elsewhere/b.jpg\n");
        write("data.yaml", """
                path: /nowhere/of/another/machine
                train: ../train/images
                val: val.txt
                names: [table, saucer, cup, coffee, spoon]
                """);
        List<LabelMapPart> parts =
                YoloPolygons.open(folder, masks(TABLE_IS_THE_REST), data(), unreadable(), new ArrayList<>());
        assertThat(differences(labels(parts.get(0).images(), 0), "yolo", "a", false))
                .isZero();
        // Without a file of labels there is nothing on the image.
        assertThat(IntStream.range(0, 72 * 80).map(i -> ids(parts.get(1))[i])).allMatch(id -> id == 0);
    }

    /** As data sets of a few images have it, to be tried out. */
    @Test
    void theSameImagesForTrainingAndValidationAreNotHeldOut() throws Exception {
        for (String name : List.of("a", "b")) {
            copy("yolo/images/" + (name.equals("a") ? "train/a.jpg" : "val/b.jpg"), "images/train/" + name + ".jpg");
        }
        write("data.yaml", "train: images/train\nval: images/train\nnames: [table, saucer, cup, coffee, spoon]\n");
        LabelMapDatasets sets = LabelMapDatasets.open(
                data(), masks(TABLE_IS_THE_REST), List.of(folder.toString()), SplitRule.plain(1, 0.1), unreadable());
        assertThat(sets.train().size()).isEqualTo(1);
        assertThat(sets.heldOut().orElseThrow().size()).isEqualTo(1);
        assertThat(sets.notices())
                .singleElement()
                .asString()
                .contains("data.yaml names the same images for train and val")
                .endsWith("so val is left alone");
    }

    @Test
    void imagesWithoutAFileOfLabelMeAreCounted() throws Exception {
        copy("labelme/a.jpg", "a.jpg");
        copy("labelme/a.json", "a.json");
        copy("labelme/b.jpg", "more/b.jpg");
        List<String> notices = new ArrayList<>();
        LabelMeImages.open(folder, masks(TABLE_IS_THE_REST), data(), unreadable(), notices);
        assertThat(notices)
                .containsExactly(
                        "1 image in " + folder + ", such as b.jpg, has no JSON file of LabelMe, and so was left out");
    }

    private static short[] ids(LabelMapPart part) {
        try {
            return labels(part.images(), 0).ids();
        } catch (BadImageException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void labelMeWithSplitsAndAClassFile() throws Exception {
        copy("labelme/a.jpg", "train/a.jpg");
        copy("labelme/a.json", "train/a.json");
        copy("labelme/b.jpg", "val/b.jpg");
        copy("labelme/b.json", "val/b.json");
        write("labels.txt", "__ignore__\n_background_\nsaucer\ncup\ncoffee\nspoon\n");
        MasksConfig masks = new MasksConfig(
                MasksConfig.Format.LABELME,
                List.of(),
                folder.resolve("labels.txt").toString(),
                List.of(),
                MasksConfig.ZeroLabel.AUTO,
                OptionalInt.empty(),
                0);
        List<LabelMapPart> parts = LabelMeImages.open(folder, masks, data(), unreadable(), new ArrayList<>());
        assertThat(parts).extracting(LabelMapPart::heldOut).containsExactly(false, true);
        assertThat(parts.get(1).images().classes().names())
                .containsExactly("background", "saucer", "cup", "coffee", "spoon");
        assertThat(differences(labels(parts.get(1).images(), 0), "labelme", "b", false))
                .isZero();
    }

    private LabelMap painted(String type, String points, String more) throws Exception {
        copy("labelme/a.jpg", type + "/a.jpg");
        write(type + "/a.json", String.format("""
                        {"imagePath": "a.jpg", "shapes": [
                          {"label": "cup", "shape_type": "%s", "points": %s %s}]}
                        """, type, points, more));
        return labels(
                LabelMeImages.open(folder.resolve(type), masks(List.of()), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images(),
                0);
    }

    private static long count(LabelMap labels) {
        return IntStream.range(0, labels.ids().length)
                .filter(i -> labels.ids()[i] == 1)
                .count();
    }

    private static short at(LabelMap labels, int x, int y) {
        return labels.ids()[y * labels.width() + x];
    }

    @Test
    void otherShapesOfLabelMe() throws Exception {
        LabelMap rectangle = painted("rectangle", "[[30, 20], [10, 12]]", "");
        assertThat(count(rectangle)).isEqualTo(20 * 8);
        assertThat(at(rectangle, 10, 12)).isEqualTo((short) 1);
        assertThat(at(rectangle, 30, 20)).isZero();

        LabelMap circle = painted("circle", "[[40, 30], [40, 10]]", "");
        assertThat((double) count(circle)).isBetween(0.99 * Math.PI * 400, 1.01 * Math.PI * 400);
        assertThat(at(circle, 40, 11)).isEqualTo((short) 1);
        assertThat(at(circle, 40, 9)).isZero();

        // Ten pixels thick, and five beyond each end.
        LabelMap line = painted("line", "[[20, 30], [60, 30]]", "");
        assertThat((double) count(line)).isBetween(400 + 0.9 * Math.PI * 25, 400 + 1.1 * Math.PI * 25);
        assertThat(at(line, 40, 25)).isEqualTo((short) 1);
        assertThat(at(line, 40, 24)).isZero();
        assertThat(count(painted("linestrip", "[[20, 30], [40, 30], [60, 30]]", "")))
                .isEqualTo(count(line));

        LabelMap point = painted("point", "[[50, 50]]", "");
        assertThat((double) count(point)).isBetween(0.9 * Math.PI * 25, 1.1 * Math.PI * 25);

        LabelMap mask = painted("mask", "[[90, 5], [99, 8]]", ", \"mask\": \"" + maskOf(10, 4) + "\"");
        // Four of the ten columns lie outside the image, and the first row is empty.
        assertThat(count(mask)).isEqualTo(6 * 3);
        assertThat(at(mask, 90, 6)).isEqualTo((short) 1);
        assertThat(at(mask, 90, 5)).isZero();
    }

    /** A PNG in base64, 0 in the first row and 1 below. */
    private static String maskOf(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 1; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, 1);
            }
        }
        return base64(image);
    }

    private static String base64(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    @Test
    void theImageInAFileIsReadIfThereIsNoOther() throws Exception {
        BufferedImage image = new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 96, 64);
        graphics.dispose();
        String golden = Files.readString(folder("labelme/a.json"));
        assertThat(golden).contains("\"imageData\": null");
        write("a.json", golden.replace("\"imageData\": null", "\"imageData\": \"" + base64(image) + "\""));
        LabelMapSource images = LabelMeImages.open(
                        folder, masks(TABLE_IS_THE_REST), data(), unreadable(), new ArrayList<>())
                .get(0)
                .images();
        assertThat(differences(labels(images, 0), "labelme", "a", false)).isZero();
        try (PointerScope scope = new PointerScope()) {
            assertThat(images.read(0).toBytes()).startsWith(255, 0, 0, 255);
        }
        // The file beside it is preferred.
        copy("labelme/a.jpg", "a.jpg");
        assertThat(LabelMeImages.open(folder, masks(TABLE_IS_THE_REST), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images()
                        .relativeName(0))
                .isEqualTo("a.jpg");
    }

    /** Orientation 6: what is stored at (x, y) is seen at (height - y, x). */
    @Test
    void aTurnedImageHasTheShapesOfTheSizeThatWasSeen() throws Exception {
        String shape = """
                {"imagePath": "a.jpg", "imageHeight": %d, "imageWidth": %d,
                 "shapes": [{"label": "cup", "points": %s}]}
                """;
        copy("exif/images/stored.jpg", "stored/a.jpg");
        copy("exif/images/stored.jpg", "upright/a.jpg");
        BufferedImage file = ImageIO.read(folder("exif/images/stored.jpg").toFile());
        int height = file.getHeight();
        int width = file.getWidth();
        write("stored/a.json", String.format(shape, height, width, "[[2, 1], [30, 4], [9, 20]]"));
        write(
                "upright/a.json",
                String.format(
                        shape,
                        width,
                        height,
                        List.of(List.of(height - 1, 2), List.of(height - 4, 30), List.of(height - 20, 9))));
        LabelMap stored = labels(
                LabelMeImages.open(folder.resolve("stored"), masks(List.of()), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images(),
                0);
        LabelMap upright = labels(
                LabelMeImages.open(folder.resolve("upright"), masks(List.of()), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images(),
                0);
        assertThat(stored.height()).isEqualTo(width);
        assertThat(count(stored)).isGreaterThan(200);
        assertThat(stored.ids()).isEqualTo(upright.ids());
    }
}
