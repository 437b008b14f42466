package io.bandpass.labelmap;

import static io.bandpass.labelmap.MaskData.NOTHING;
import static io.bandpass.labelmap.MaskData.grey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.LabelClasses;
import io.bandpass.data.DataException;
import io.bandpass.data.HoldOut;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.MaskFile;
import io.bandpass.image.MaskRaster;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelMapDatasetsTest {
    private static final int IMAGES = 20;

    @TempDir
    private Path root;

    @BeforeEach
    void images() {
        for (int i = 0; i < IMAGES; i++) {
            Images.write(root.resolve("one/images/%02d.png".formatted(i)), i, 4, 3);
            grey(root.resolve("one/masks/%02d.png".formatted(i)), 4, 3, 0, 1);
        }
    }

    private LabelMapDatasets open(HoldOut holdOut, String... folders) {
        List<String> paths = List.of(folders).stream()
                .map(name -> root.resolve(name).toString())
                .toList();
        return LabelMapDatasets.open(MaskData.config(), NOTHING, paths, holdOut, new UnreadableImages(0));
    }

    private static List<String> names(LabelMapSource images) {
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    @Test
    void aShareIsHeldOutByTheSeed() {
        LabelMapDatasets data = open(SplitRule.plain(3, 0.2), "one");
        assertThat(data.train().size()).isEqualTo(16);
        assertThat(data.heldOut().orElseThrow().size()).isEqualTo(4);
        List<String> all = new ArrayList<>(names(data.train()));
        all.addAll(names(data.heldOut().orElseThrow()));
        assertThat(all).doesNotHaveDuplicates().hasSize(IMAGES);
        assertThat(names(open(SplitRule.plain(3, 0.2), "one").train())).isEqualTo(names(data.train()));
        assertThat(names(open(SplitRule.plain(4, 0.2), "one").train())).isNotEqualTo(names(data.train()));
        assertThat(open(SplitRule.NONE, "one").heldOut()).isEmpty();
    }

    @Test
    void aFewImagesAreAmongMore() {
        LabelMapDatasets all = open(SplitRule.NONE, "one");
        List<String> three = names(all.few(3, 1).train());
        assertThat(three).hasSize(3).isSorted();
        assertThat(names(all.few(9, 1).train())).hasSize(9).containsAll(three);
        assertThat(names(all.few(3, 2).train())).isNotEqualTo(three);
        assertThat(all.few(21, 1).notices()).anyMatch(text -> text.contains("all are taken"));
    }

    @Test
    void severalFoldersHaveTheSameClasses() throws Exception {
        Images.write(root.resolve("two/images/x.png"), 1, 4, 3);
        grey(root.resolve("two/masks/x.png"), 4, 3, 1, 0);
        LabelMapSource joined = open(SplitRule.NONE, "one", "two").train();
        assertThat(joined.size()).isEqualTo(IMAGES + 1);
        LabelMapSource some = joined.select(new int[] {20, 3}).select(new int[] {0});
        assertThat(names(some)).containsExactly("images/x.png");
        assertThat(MaskData.labels(some, 0).ids()[0]).isEqualTo((short) 1);
        grey(root.resolve("two/masks/x.png"), 4, 3, 0, 1, 2);
        assertThatThrownBy(() -> open(SplitRule.NONE, "one", "two"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("have different classes");
    }

    @Test
    void masksAreWrittenWithTheValuesOfTheData() throws Exception {
        LabelClasses classes = new LabelClasses(List.of("a", "b"), List.of(0x112233, 0xFFFFFF), List.of(7, 11), 255);
        short[] ids = {0, 1, LabelMap.IGNORED, LabelMap.PADDING, 1, 0};
        Path file = root.resolve("predicted/mask.png");
        PaletteMask.write(file, ids, 2, 3, classes);
        MaskRaster mask = MaskFile.read(file, 100);
        assertThat(mask.kind()).isEqualTo(MaskRaster.Kind.PALETTE);
        assertThat(mask.values()).containsExactly(7, 11, 255, 255, 11, 7);
        assertThat(mask.palette()[7]).isEqualTo(0x112233);
        assertThat(mask.palette()[11]).isEqualTo(0xFFFFFF);
        LabelClasses wide = new LabelClasses(List.of("a", "b"), List.of(0, 1), List.of(7, 40_000), 0);
        PaletteMask.write(file, ids, 2, 3, wide);
        assertThat(MaskFile.read(file, 100).values()).containsExactly(7, 40_000, 0, 0, 40_000, 7);
        assertThat(files(file)).containsExactly(file);
    }

    private static List<Path> files(Path file) throws IOException {
        try (var files = Files.list(file.getParent())) {
            return files.toList();
        }
    }

    @Test
    void aScanTellsWhatMasksHold() throws IOException {
        grey(root.resolve("one/masks/03.png"), 4, 3, 0, 0, 1, 255);
        grey(root.resolve("one/masks/04.png"), 5, 3, 0);
        Files.delete(root.resolve("one/masks/05.png"));
        MaskScan scan = MaskScan.of(MaskData.config(), NOTHING, root.resolve("one"));
        assertThat(scan.images()).isEqualTo(18);
        assertThat(scan.heldOut()).isZero();
        assertThat(scan.classes()).containsExactly("class 0", "class 1");
        assertThat(scan.rows()).extracting(MaskScan.Row::value).containsExactly("0", "1", "255");
        assertThat(scan.rows()).extracting(MaskScan.Row::meaning).containsExactly("class 0", "class 1", "ignored");
        assertThat(scan.rows()).extracting(MaskScan.Row::masks).containsExactly(18, 18, 1);
        assertThat(scan.rows().get(2).pixels()).isEqualTo(3);
        assertThat(scan.rows().get(2).share()).isEqualTo(3 / 216.0);
        assertThat(scan.forms()).containsEntry("8-bit grey", 18);
        assertThat(scan.sizes()).containsEntry("4 x 3", 18);
        assertThat(scan.problems()).hasSize(2);
        assertThat(scan.problems()).anyMatch(text -> text.contains("05.png: it has no mask"));
        assertThat(scan.problems()).anyMatch(text -> text.contains("it has 5 x 3 pixels, but the image 4 x 3"));
    }

    @Test
    void aScanNamesWhatIsAskedFor() {
        MaskScan binary = MaskScan.of(MaskData.config(), NOTHING, MaskData.golden("binary"));
        assertThat(binary.rows()).extracting(MaskScan.Row::meaning).containsOnly("not known");
        assertThat(binary.problems()).singleElement().asString().contains("can mean two things");
        MaskScan lossy = MaskScan.of(MaskData.config(), NOTHING, MaskData.golden("jpeg-masks"));
        assertThat(lossy.problems()).anyMatch(text -> text.contains("a JPEG cannot be a mask"));
        MaskScan unknown = MaskScan.of(MaskData.config(), NOTHING, MaskData.golden("trouble/unknown-colour"));
        assertThat(unknown.rows())
                .anyMatch(row -> row.value().equals("#010203") && row.meaning().equals("no class"));
    }

    @Test
    void aScanOfOutlinesCountsTheirClasses() {
        MaskScan scan = MaskScan.of(
                MaskData.config(),
                MaskData.settings(List.of("table=*", "saucer", "cup", "coffee", "spoon")),
                MaskData.golden("coco"));
        assertThat(scan.images()).isEqualTo(2);
        assertThat(scan.classes()).isEqualTo(MaskData.CLASSES);
        assertThat(scan.rows()).extracting(MaskScan.Row::meaning).isEqualTo(MaskData.CLASSES);
        assertThat(scan.rows().stream().mapToLong(MaskScan.Row::pixels).sum()).isEqualTo(96 * 64 + 72 * 80);
        assertThat(scan.forms()).containsEntry("outlines", 2);
        assertThat(scan.problems()).isEmpty();
    }
}
