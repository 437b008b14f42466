package io.bandpass.labelmap;

import static io.bandpass.labelmap.GoldenLabelMaps.data;
import static io.bandpass.labelmap.GoldenLabelMaps.folder;
import static io.bandpass.labelmap.GoldenLabelMaps.labels;
import static io.bandpass.labelmap.GoldenLabelMaps.masks;
import static io.bandpass.labelmap.GoldenLabelMaps.unreadable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with files of outlines is said in one sentence, and takes neither for ever nor all the memory. */
final class PolygonFaultsTest {
    private static final String LABELME = """
            {"shapes": [%s], "imagePath": "a.jpg", "imageData": null, "imageHeight": 64, "imageWidth": 96}
            """;
    private static final String COCO = """
            {"images": [{"id": 1, "file_name": "%s", "width": 96, "height": 64}],
             "annotations": [{"id": 5, "image_id": %s, "category_id": %s, "segmentation": %s}],
             "categories": [{"id": 7, "name": "cup"}]}
            """;

    @TempDir
    private Path folder;

    private void image(String name) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(folder("labelme").resolve("a.jpg"), target);
    }

    private List<LabelMapPart> labelMe(String shape) throws IOException {
        image("a.jpg");
        Files.writeString(folder.resolve("a.json"), String.format(LABELME, shape));
        return LabelMeImages.open(folder, masks(List.of()), data(), unreadable(), new ArrayList<>());
    }

    private List<LabelMapPart> coco(String name, String image, String category, String outline) throws IOException {
        image("a.jpg");
        Files.writeString(folder.resolve("coco.json"), String.format(COCO, name, image, category, outline));
        return CocoImages.open(folder, masks(List.of()), data(), unreadable());
    }

    private List<LabelMapPart> yolo(String line) throws IOException {
        image("images/train/a.jpg");
        Files.createDirectories(folder.resolve("labels/train"));
        Files.writeString(folder.resolve("labels/train/a.txt"), "0 0 0 1 0 1 1\n" + line + "\n");
        Files.writeString(folder.resolve("data.yaml"), "train: images/train\nnames: [cup]\n");
        return YoloPolygons.open(folder, masks(List.of()), data(), unreadable(), new ArrayList<>());
    }

    private static void assertRefused(List<LabelMapPart> parts, String reason) {
        assertThatThrownBy(() -> labels(parts.get(0).images(), 0))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    polygon   | [[1,2],[3,4]]              | a.json: shape 1 has 4 coordinates, which are no outline
                    polygon   | [[1,2],[3,4],[5]]          | a.json: shape 1 has 5 coordinates, which are no outline
                    polygon   | [[1,2],[3,4e12],[5,6]]     | has the coordinate 4.0E12, which is far outside the image
                    polygon   | [[1,2],[3,4e999],[5,6]]    | has the coordinate Infinity
                    polygon   | [[1,2],[3,"x"],[5,6]]    | has points with a value that is no number
                    polygon   | 7                          | has no points that is a list
                    circle    | [[1,2]]                    | has 2 coordinates, too few or an odd number for a circle
                    linestrip | [[1,2],[3]]                | too few or an odd number for a linestrip
                    blob      | [[1,2],[3,4],[5,6]]        | is of the type 'blob', which is none of LabelMe's shapes
                    mask      | [[1,2],[3,4]]              | has a mask that cannot be used: the file is empty
                    """)
    void labelMeShapes(String type, String points, String reason) throws IOException {
        assertRefused(
                labelMe("{\"label\": \"cup\", \"shape_type\": \"" + type + "\", \"points\": " + points + "}"), reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0 0.1 0.1 0.2 0.2 0.3        | line 2 of | has 5 coordinates, which are no outline
                    0 0.1 0.1 0.2 0.2            | line 2 of | has a box, not an outline
                    0 0.1 0.1                    | line 2 of | has 2 coordinates, which are no outline
                    0 0.1 0.1 0.2 NaN 0.3 0.3    | line 2 of | has the coordinate NaN
                    0 0.1 0.1 0.2 1.2 0.3 0.3    | line 2 of | has the coordinate 1.2, but coordinates are parts
                    0 0.1 0.1 0.2 -3 0.3 0.3     | line 2 of | has the coordinate -3
                    0 0.1 0.1 0.2 x 0.3 0.3      | line 2 of | has 'x', which is no number
                    4 0.1 0.1 0.2 0.2 0.3 0.3    | line 2 of | has the class 4, which `names`
                    0.5 0.1 0.1 0.2 0.2 0.3 0.3  | line 2 of | has the class 0.5, which `names`
                    """)
    void yoloLines(String line, String where, String reason) throws IOException {
        List<LabelMapPart> parts = yolo(line);
        assertRefused(parts, where);
        assertRefused(parts, "a.txt " + reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                          | has no outline, at most a box
                    null                                        | has no segmentation that is a list
                    [[1,2,3]]                                   | has 3 coordinates, which are no outline
                    [1,2,3,4,5,6]                               | has no outline that is a list
                    {"size":[64,96],"counts":[10,20]}       | has runs of 30 pixels, but 96 x 64 are 6144
                    {"size":[64,96],"counts":[-1,6145]}     | has a run of the length -1.0
                    {"size":[96,64],"counts":[6144]}        | has runs for another size than the 96 x 64 pixels
                    {"size":[64,96]}                          | has runs without size or counts
                    {"size":[64,96],"counts":"ooooooooo"} | has packed runs that are cut off or damaged
                    {"size":[64,96],"counts":"o"}         | has packed runs that are cut off or damaged
                    {"size":[64,96],"counts":"!"}         | has packed runs with a character that is no digit
                    """)
    void cocoOutlines(String outline, String reason) throws IOException {
        List<LabelMapPart> parts = coco("a.jpg", "1", "7", outline);
        assertRefused(parts, "coco.json: annotation 1 of this image ");
        assertRefused(parts, reason);
    }

    @Test
    void cocoAnnotationsWithoutASegmentationAreNoBackground() throws IOException {
        image("a.jpg");
        Files.writeString(
                folder.resolve("coco.json"),
                String.format(COCO, "a.jpg", "1", "7", "[]").replace("\"segmentation\"", "\"bbox\""));
        assertRefused(CocoImages.open(folder, masks(List.of()), data(), unreadable()), "has no outline, at most a box");
    }

    @Test
    void anEmptyLabelIsNoClass() throws IOException {
        String shape = "{\"label\": \" \", \"points\": [[1,2],[3,4],[5,1]]}";
        Path file = Files.writeString(folder.resolve("a.json"), String.format(LABELME, shape));
        assertThatThrownBy(() -> LabelMeFile.read(file))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining("has a shape with an empty label");
    }

    @Test
    void dataYamlIsDataAndNoConfiguration() throws IOException {
        image("images/train/a.jpg");
        Path file = folder.resolve("data.yaml");
        for (String content : List.of("names: [a, b\n", "a: &a [x]\nnames: *a\n", "names: [cup]\n")) {
            Files.writeString(file, content);
            assertThatThrownBy(
                            () -> YoloPolygons.open(folder, masks(List.of()), data(), unreadable(), new ArrayList<>()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("data.yaml")
                    .hasMessageNotContaining("`train`");
        }
    }

    @Test
    void cocoListsThatContradictEachOther() {
        assertThatThrownBy(() -> coco("a.jpg", "2", "7", "[]"))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("coco.json has an annotation of the image 2, which it does not list");
        Path file = folder.resolve("coco.json");
        String content = String.format(COCO, "a.jpg", "1", "8", "[]");
        assertThatThrownBy(() -> CocoFile.read(Files.writeString(file, content)))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("has an annotation of the category 8, which it does not list");
        assertThatThrownBy(() -> CocoFile.read(Files.writeString(file, content, StandardCharsets.UTF_16)))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("is not UTF-8 text");
        assertThatThrownBy(() -> CocoFile.read(Files.writeString(file, "{\"images\": []}")))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("is no file of COCO: it must have images, annotations and categories");
    }

    @Test
    void everyTruncationIsADataException() throws IOException {
        Path file = folder.resolve("coco.json");
        String content = String.format(COCO, "a.jpg", "1", "7", "[[1,2,3,4,5,6]]");
        for (int length = 0; length < content.strip().length(); length++) {
            Files.writeString(file, content.substring(0, length));
            assertThatThrownBy(() -> CocoFile.read(file))
                    .as("%d characters", length)
                    .isInstanceOf(DataException.class);
        }
        String labelMe = String.format(LABELME, "{\"label\": \"cup\", \"points\": [[1,2],[3,4],[5,6]]}")
                .strip();
        for (int length = 0; length < labelMe.length(); length++) {
            Files.writeString(file, labelMe.substring(0, length));
            try {
                assertThat(LabelMeFile.read(file)).as("%d characters", length).isEmpty();
            } catch (BadImageException e) {
                assertThat(e.reason()).startsWith("is not sound JSON in line 1");
            }
        }
    }

    @Test
    void namesThatLeadOutOfTheFolderAreNotFollowed() throws IOException {
        UnreadableImages bad = unreadable();
        image("secret.jpg");
        image("set/images/a.jpg");
        Files.writeString(folder.resolve("set/coco.json"), String.format(COCO, "../../secret.jpg", "1", "7", "[]"));
        CocoImages.open(folder.resolve("set"), masks(List.of()), data(), bad);
        assertThat(bad.reasons()).containsValue("the file is not there");
    }

    @Test
    void imagesThatAreMissingOrOfAnotherSizeAreListed() throws IOException {
        UnreadableImages bad = unreadable();
        image("a.jpg");
        String shape = "{\"label\": \"cup\", \"points\": [[1,2],[3,4],[5,6]]}";
        Files.writeString(
                folder.resolve("a.json"), String.format(LABELME, shape).replace("96", "90"));
        Files.writeString(
                folder.resolve("b.json"), String.format(LABELME, shape).replace("a.jpg", "b.jpg"));
        Files.writeString(folder.resolve("c.json"), "{\"shapes\": [");
        Files.writeString(folder.resolve("other.json"), "{\"version\": 1}");
        List<LabelMapPart> parts = LabelMeImages.open(folder, masks(List.of()), data(), bad, new ArrayList<>());
        assertThat(parts.get(0).images().size()).isZero();
        assertThat(bad.files()).isEqualTo(3);
        assertThat(bad.reasons())
                .containsEntry(
                        folder.resolve("a.jpg").toString(), "it has 96 x 64 pixels, but its shapes are for 90 x 64")
                .containsEntry(folder.resolve("b.jpg").toString(), "the file is not there")
                .containsEntry(folder.resolve("c.json").toString(), "it is not sound JSON in line 1");
    }

    @Test
    void aLabelWithoutAClassIsRefused() {
        assertThatThrownBy(() -> CocoImages.open(
                        folder("coco"), masks(List.of("table=*", "cup=saucer", "coffee")), data(), unreadable()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the label 'spoon' of ")
                .hasMessageContaining("belongs to no class of `masks.classes`");
        assertThatThrownBy(() -> CocoImages.open(
                        folder("coco"), masks(List.of("cup", "saucer", "coffee", "spoon")), data(), unreadable()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cup=*");
        assertThatThrownBy(
                        () -> CocoImages.open(folder("coco"), masks(List.of("a=cup", "b=cup,*")), data(), unreadable()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the label 'cup' twice");
    }

    @Test
    void aMillionCornersAreAShapeAndTooManyCrossingsAreNot() throws Exception {
        String spiral = IntStream.range(0, 1_000_000)
                .mapToObj(i -> "[" + i % 90 + "," + i % 3 + "]")
                .collect(Collectors.joining(","));
        List<LabelMapPart> parts = labelMe("{\"label\": \"cup\", \"points\": [" + spiral + "]}");
        assertThat(labels(parts.get(0).images(), 0).ids()).hasSize(96 * 64);

        double[] comb = new double[1 << 22];
        for (int i = 0; i < comb.length; i += 2) {
            comb[i] = i * 0.001;
            comb[i + 1] = i % 4 == 0 ? -1 : 10_000;
        }
        LabelCanvas canvas = new LabelCanvas(4000, 1000, (short) 0);
        assertThat(Duration.ofSeconds(60))
                .isGreaterThan(timed(() -> assertThatThrownBy(() -> canvas.polygon(comb, (short) 1))
                        .isInstanceOf(BadImageException.class)
                        .hasMessageContaining("too intricate")));
    }

    private static Duration timed(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void moreNumbersThanAnyoneDrawsAreRefused() throws IOException {
        String points = "[1,2],".repeat((1 << 21) + 1) + "[3,4]";
        assertRefused(labelMe("{\"label\": \"cup\", \"points\": [" + points + "]}"), "has more than 4194304 numbers");
    }
}
