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

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The golden data sets in the three formats of outlines. */
final class PolygonFormatsTest {
    @Test
    void labelMe() throws Exception {
        List<LabelMapPart> parts = LabelMeImages.open(
                folder("labelme"), masks(TABLE_IS_THE_REST), data(), unreadable(), new ArrayList<>());
        assertThat(parts).hasSize(1);
        LabelMapSource images = parts.get(0).images();
        assertThat(images.classes().names()).isEqualTo(CLASSES);
        assertThat(images.relativeName(0)).isEqualTo("a.jpg");
        assertThat(differences(labels(images, 0), "labelme", "a", false)).isZero();
        assertThat(differences(labels(images, 1), "labelme", "b", false)).isZero();
        assertThat(differences(labels(images.select(new int[] {1}), 0), "labelme", "b", false))
                .isZero();
    }

    @Test
    void yolo() throws Exception {
        List<LabelMapPart> parts =
                YoloPolygons.open(folder("yolo"), masks(TABLE_IS_THE_REST), data(), unreadable(), new ArrayList<>());
        assertThat(parts).extracting(LabelMapPart::heldOut).containsExactly(false, true);
        assertThat(parts.get(1).images().classes().names()).isEqualTo(CLASSES);
        assertThat(parts.get(1).images().relativeName(0)).isEqualTo("images/val/b.jpg");
        assertThat(differences(labels(parts.get(0).images(), 0), "yolo", "a", false))
                .isZero();
        assertThat(differences(labels(parts.get(1).images(), 0), "yolo", "b", false))
                .isZero();
    }

    @Test
    void coco() throws Exception {
        List<LabelMapPart> parts = CocoImages.open(folder("coco"), masks(TABLE_IS_THE_REST), data(), unreadable());
        assertThat(parts).hasSize(1);
        LabelMapSource images = parts.get(0).images();
        assertThat(images.classes().names()).isEqualTo(CLASSES);
        assertThat(images.relativeName(1)).isEqualTo("images/b.jpg");
        assertThat(differences(labels(images, 0), "coco", "a", false)).isZero();
        // Runs of pixels leave nothing open.
        assertThat(differences(labels(images, 1), "coco", "b", true)).isZero();
    }

    @Test
    void withoutASettingTheDataNamesTheClasses() {
        assertThat(LabelMeImages.open(folder("labelme"), masks(List.of()), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images()
                        .classes()
                        .names())
                .containsExactly("background", "coffee", "cup", "saucer", "spoon");
        assertThat(CocoImages.open(folder("coco"), masks(List.of()), data(), unreadable())
                        .get(0)
                        .images()
                        .classes()
                        .names())
                .containsExactly("background", "saucer", "cup", "spoon", "coffee");
        assertThat(YoloPolygons.open(folder("yolo"), masks(List.of()), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images()
                        .classes()
                        .names())
                .containsExactly("background", "table", "saucer", "cup", "coffee", "spoon");
        assertThat(YoloPolygons.open(folder("yolo"), masks(List.of(), "*"), data(), unreadable(), new ArrayList<>())
                        .get(0)
                        .images()
                        .classes()
                        .names())
                .isEqualTo(CLASSES);
    }
}
