package io.bandpass.labelmap;

import static io.bandpass.labelmap.MaskData.CLASSES;
import static io.bandpass.labelmap.MaskData.NOTHING;
import static io.bandpass.labelmap.MaskData.golden;
import static io.bandpass.labelmap.MaskData.open;
import static io.bandpass.labelmap.MaskData.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.LabelClasses;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.testing.Configs;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden data sets of masks in all forms of files and layouts. */
final class GoldenMasksTest {
    private static final List<String> NAMED = List.of("table=0", "saucer=1", "cup=2", "coffee=3", "spoon=4");

    private static LabelMapDatasets assertGolden(String form, MasksConfig masks, boolean heldOut)
            throws BadImageException, IOException {
        UnreadableImages unreadable = new UnreadableImages(0);
        LabelMapDatasets data = open(golden(form), masks, unreadable);
        assertThat(unreadable.reasons()).isEmpty();
        assertThat(data.heldOut().isPresent()).isEqualTo(heldOut);
        assertThat(data.train().size()).isEqualTo(heldOut ? 1 : 2);
        MaskData.assertGolden(data.train(), form);
        if (heldOut) {
            assertThat(data.heldOut().orElseThrow().size()).isEqualTo(1);
            MaskData.assertGolden(data.heldOut().orElseThrow(), form);
        }
        return data;
    }

    @Test
    void greyIdsWithAListOfNames() throws Exception {
        LabelMapDatasets data = assertGolden("grey", NOTHING, true);
        assertThat(data.train().classes().names()).isEqualTo(CLASSES);
        assertThat(data.train().classes().ignoreValue()).isEqualTo(255);
        assertThat(data.notices()).anyMatch(text -> text.contains("classes.txt"));
        assertThat(data.notices()).anyMatch(text -> text.contains("255 counts as ignored"));
        assertThat(data.train().relativeName(0)).isEqualTo("images/train/a.jpg");
    }

    @Test
    void indicesOfAPaletteAreNoColours() throws Exception {
        LabelMapDatasets data = assertGolden("palette", NOTHING, true);
        assertThat(data.train().classes().names())
                .containsExactly("class 0", "class 1", "class 2", "class 3", "class 4");
        assertThat(data.train().classes().colours()).containsExactly(0, 0x800000, 0x008000, 0x808000, 0x000080);
        assertThat(data.notices()).anyMatch(text -> text.contains("255 counts as ignored"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb", "rgba"})
    void coloursOfATable(String form) throws Exception {
        LabelClasses classes = assertGolden(form, NOTHING, true).train().classes();
        assertThat(classes.names()).isEqualTo(CLASSES);
        assertThat(classes.colours()).containsExactly(0x8B5A2B, 0xB22222, 0xFAFAFA, 0xCD853F, 0xC0C0C0);
        assertThat(classes.values()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void coloursOfCvatInColourAndPaletteFiles() throws Exception {
        LabelMapDatasets data = assertGolden("cvat", NOTHING, false);
        assertThat(data.train().classes().names())
                .containsExactly("background", "table", "saucer", "cup", "coffee", "spoon");
    }

    @Test
    void roboflow() throws Exception {
        LabelMapDatasets data = assertGolden("roboflow", NOTHING, true);
        assertThat(data.train().classes().names())
                .containsExactly("background", "table", "saucer", "cup", "coffee", "spoon");
    }

    @Test
    void sixteenBits() throws Exception {
        assertThatThrownBy(() -> open(golden("sixteen-bit"), NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("300 (")
                .hasMessageContaining("40000 (")
                .hasMessageContaining("`classes` NAME=0,NAME=7,NAME=300,...");
        LabelClasses classes = assertGolden(
                        "sixteen-bit",
                        settings(List.of("table=7", "saucer=300", "cup=1000", "coffee=40000", "spoon=65535"), "0"),
                        true)
                .train()
                .classes();
        assertThat(classes.values()).containsExactly(7, 300, 1000, 40000, 65535);
        assertThat(classes.ignoreValue()).isZero();
    }

    @Test
    void alphaDoesNotMatter() throws Exception {
        assertGolden("grey-alpha", settings(NAMED, "255"), true);
    }

    @Test
    void pairsOfATable() throws Exception {
        MasksConfig masks = settings(NAMED, "255");
        LabelMapDatasets data = open(golden("pairs/pairs.csv"), masks);
        MaskData.assertGolden(data.train(), "pairs");
        MaskData.assertGolden(data.heldOut().orElseThrow(), "pairs");
        assertThat(data.train().relativeName(0)).isEqualTo("photos/a.jpg");
    }

    @Test
    void suffixesBesideImages() throws Exception {
        assertThat(assertGolden("suffix", NOTHING, false).train().classes().size())
                .isEqualTo(5);
    }

    @Test
    void blackAndWhiteMasksAreAskedFor() throws Exception {
        assertThatThrownBy(() -> open(golden("binary"), NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(".*0 \\([0-9.]+ %\\), 255 \\([0-9.]+ %\\).*")
                .hasMessageContaining("`classes` background=0,foreground=255")
                .hasMessageContaining("`ignore` 255");
        assertThatThrownBy(() -> open(golden("binary"), settings(List.of("background", "cup"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("can mean two things");
        LabelClasses classes = assertGolden("binary", settings(List.of("background=0,cup=255")), true)
                .train()
                .classes();
        assertThat(classes.names()).containsExactly("background", "cup");
        assertThat(classes.ignoreValue()).isEqualTo(254);
    }

    @Test
    void cityscapes() throws Exception {
        LabelMapDatasets data = assertGolden("cityscapes", NOTHING, true);
        assertThat(data.train().classes().size()).isEqualTo(19);
        assertThat(data.train().classes().names().get(18)).isEqualTo("bicycle");
        assertThat(data.train().classes().values().get(18)).isEqualTo(33);
        assertThat(data.train().classes().colours().get(0)).isEqualTo(0x804080);
    }

    @Test
    void ade20k() throws Exception {
        LabelMapDatasets data = assertGolden("ade20k", NOTHING, true);
        LabelClasses classes = data.train().classes();
        assertThat(classes.size()).isEqualTo(150);
        assertThat(classes.names().get(149)).isEqualTo("flag");
        assertThat(classes.values().get(149)).isEqualTo(150);
        assertThat(classes.ignoreValue()).isZero();
        assertThat(data.notices()).anyMatch(text -> text.contains("ade20k"));
    }

    @Test
    void vocByItsListsAndNames() throws Exception {
        LabelClasses classes = assertGolden("voc", NOTHING, true).train().classes();
        assertThat(classes.size()).isEqualTo(21);
        assertThat(classes.names().get(20)).isEqualTo("tvmonitor");
        assertThat(classes.colours().get(1)).isEqualTo(0x800000);
    }

    @Test
    void aMaskOfTheStoredAndOneOfTheTurnedImageMeanTheSame() throws Exception {
        LabelMapSource images = open(golden("exif"), settings(NAMED, "255")).train();
        MaskData.assertGolden(images, "exif");
        assertThat(images.size()).isEqualTo(2);
        try (PointerScope scope = new PointerScope()) {
            assertThat(images.read(0).toBytes()).isEqualTo(images.read(1).toBytes());
        }
    }

    @Test
    void lossyMasksAreRefused() {
        assertThatThrownBy(() -> open(golden("jpeg-masks"), NOTHING, new UnreadableImages(0.01)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a JPEG cannot be a mask")
                .hasMessageContaining("a.jpg");
    }

    @Test
    void sizesThatDifferAreTold() {
        assertThatThrownBy(() -> open(golden("trouble/size"), NOTHING, new UnreadableImages(0.01)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("it has 96 x 60 pixels, but the image 96 x 64");
    }

    @Test
    void missingPartnersAreCountedAndNamed() {
        UnreadableImages unreadable = new UnreadableImages(1);
        LabelMapDatasets data = open(golden("trouble/partner"), NOTHING, unreadable);
        assertThat(data.train().size()).isEqualTo(1);
        assertThat(unreadable.files()).isEqualTo(3);
        assertThat(unreadable.reasons()).hasSize(2);
        assertThat(unreadable
                        .reasons()
                        .get(golden("trouble/partner/images/c.jpg").toString()))
                .startsWith("it has no mask in ");
        assertThat(unreadable
                        .reasons()
                        .get(golden("trouble/partner/masks/d.png").toString()))
                .startsWith("it is a mask without an image in ");
    }

    @Test
    void anUnknownValueIsToldWithItsPixels() {
        assertThatThrownBy(() -> LabelMapDatasets.open(
                        Configs.data(0.01),
                        NOTHING,
                        List.of(golden("trouble/unknown-value").toString()),
                        SplitRule.NONE,
                        new UnreadableImages(0.01)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("9 (3 pixels, 0.0 %, first in ")
                .hasMessageContaining("a.png");
        LabelMapSource images = open(golden("trouble/unknown-value"), NOTHING).train();
        assertThatThrownBy(() -> MaskData.labels(images, 0))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining("a.png")
                .hasMessageContaining("it holds the value 9 (3 pixels), which is none of the 5 classes");
    }

    @Test
    void anUnknownColourIsToldWithItsPixels() {
        LabelMapSource images = open(golden("trouble/unknown-colour"), NOTHING).train();
        assertThatThrownBy(() -> MaskData.labels(images, 0))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining("#010203 (40 pixels)");
    }
}
