package io.bandpass.labelmap;

import static io.bandpass.labelmap.MaskData.NOTHING;
import static io.bandpass.labelmap.MaskData.coloured;
import static io.bandpass.labelmap.MaskData.grey;
import static io.bandpass.labelmap.MaskData.open;
import static io.bandpass.labelmap.MaskData.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the values of masks are taken for. */
final class MaskClassesTest {
    private static final int WIDTH = 10;
    private static final int HEIGHT = 10;

    @TempDir
    private Path root;

    private void pair(int... values) {
        Images.write(root.resolve("images/a.jpg"), 1, WIDTH, HEIGHT);
        grey(root.resolve("masks/a.png"), WIDTH, HEIGHT, values);
    }

    private LabelClasses classes(MasksConfig masks) {
        return open(root, masks).train().classes();
    }

    private void list(String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }

    private List<Short> ids(MasksConfig masks) throws Exception {
        short[] ids = MaskData.labels(open(root, masks).train(), 0).ids();
        return IntStream.range(0, 4).mapToObj(i -> ids[i]).toList();
    }

    private static MasksConfig zero(MasksConfig.ZeroLabel zero) {
        return MaskData.with(MasksConfig.Format.AUTO, zero);
    }

    @Test
    void numbersWithoutAGapAreClasses() throws Exception {
        pair(2, 0, 1, 255);
        assertThat(classes(NOTHING).names()).containsExactly("class 0", "class 1", "class 2");
        assertThat(ids(NOTHING)).containsExactly((short) 2, (short) 0, (short) 1, LabelMap.IGNORED);
        assertThat(open(root, NOTHING).notices())
                .anyMatch(text -> text.contains("255 counts as ignored") && text.contains("25.0 %"));
    }

    @Test
    void zeroIsIgnoredOnDemand() throws Exception {
        pair(1, 2, 3, 0);
        assertThatThrownBy(() -> classes(settings(List.of(), "0")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("do not go from 0");
        assertThat(ids(zero(MasksConfig.ZeroLabel.YES)))
                .containsExactly((short) 0, (short) 1, (short) 2, LabelMap.IGNORED);
        list("classes.txt", "wall\nsky\ntree\n");
        assertThat(ids(zero(MasksConfig.ZeroLabel.YES)))
                .containsExactly((short) 0, (short) 1, (short) 2, LabelMap.IGNORED);
        assertThat(classes(zero(MasksConfig.ZeroLabel.YES)).names()).containsExactly("wall", "sky", "tree");
    }

    @Test
    void gapsAndSingleValuesAreAskedAbout() {
        pair(0, 1, 3, 0);
        assertThatThrownBy(() -> classes(NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("0 (50.0 %), 1 (25.0 %), 3 (25.0 %)")
                .hasMessageContaining("`classes` NAME=0,NAME=1,NAME=3 ");
        pair(4);
        assertThatThrownBy(() -> classes(NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("hold too little to learn: 4 (100.0 %)");
        pair(0, 255);
        assertThatThrownBy(() -> classes(settings(List.of(), "255")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("ignored is 255");
    }

    @Test
    void coloursAreAskedAbout() {
        Images.write(root.resolve("images/a.jpg"), 1, WIDTH, HEIGHT);
        coloured(root.resolve("masks/a.png"), WIDTH, HEIGHT, 0, 0x8B5A2B);
        assertThatThrownBy(() -> classes(NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("#000000 (50.0 %), #8B5A2B (50.0 %)")
                .hasMessageContaining("`classes` NAME=#000000,NAME=#8B5A2B");
        assertThat(classes(settings(List.of("void=#000000", "table=#8b5a2b"))).names())
                .containsExactly("void", "table");
        assertThat(classes(settings(List.of("a=#000000", "table=#8b5a2b,#FF0000"), "#000001"))
                        .colours())
                .containsExactly(0, 0x8B5A2B);
    }

    @Test
    void photographsAreNoMasks() {
        Images.write(root.resolve("images/a.png"), 1, 200, 100);
        Images.write(root.resolve("masks/a.png"), 1, 200, 100);
        assertThatThrownBy(() -> classes(NOTHING))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("more than 4096 values each, as photographs do");
    }

    @Test
    void entriesHaveValuesAndNames() throws Exception {
        pair(0, 7, 8, 255);
        MasksConfig masks = settings(List.of("back ground=0,road, wide=7,8"), "255");
        assertThat(classes(masks).names()).containsExactly("back ground", "road, wide");
        assertThat(ids(masks)).containsExactly((short) 0, (short) 1, (short) 1, LabelMap.IGNORED);
        assertThat(classes(masks).values()).containsExactly(0, 7);
    }

    @Test
    void aClassMayBeIgnoredByName() throws Exception {
        pair(0, 1, 2, 2);
        list("labels.txt", "__ignore__\n_background_\ncup\nhand\n");
        assertThat(classes(NOTHING).names()).containsExactly("_background_", "cup", "hand");
        MasksConfig masks = settings(List.of(), "hand");
        assertThat(classes(masks).names()).containsExactly("_background_", "cup");
        assertThat(ids(masks)).containsExactly((short) 0, (short) 1, LabelMap.IGNORED, LabelMap.IGNORED);
        assertThatThrownBy(() -> classes(settings(List.of(), "foot")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'foot'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=3", "a=x", "a=70000", "a=#12", "a=1,b", "a=", "1,a=2", "a=0,b=0", "a=0,b=#000001"})
    void entriesThatAreNone(String entry) {
        pair(0, 1);
        assertThatThrownBy(() -> classes(settings(List.of(entry)))).isInstanceOf(ConfigException.class);
    }

    @Test
    void valuesBeyondAListAreTold() throws IOException {
        pair(0, 1, 2, 3);
        list("classes.txt", "a\nb\n");
        assertThatThrownBy(() -> LabelMapDatasets.open(
                        Configs.data(0.01), NOTHING, List.of(root.toString()), SplitRule.NONE, new UnreadableImages(0)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("classes.txt: 2 (25 pixels, 25.0 %, first in ")
                .hasMessageContaining("`classes`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class_dict.csv|name,r,g,b\na,1,2\n|has 3 values for the 4 columns",
                "class_dict.csv|name,r,g,b\na,1,2,256\n|has '256' where a number from 0 to 255 must stand",
                "class_dict.csv|name,x\na,1\n|it must name the columns",
                "class_dict.csv|name,r,g,b\n|names no class",
                "_classes.csv|Pixel Value, Class\nx, a\n|has 'x' where a number",
                "labelmap.txt|a:1,2,3::\nb\n|the line 'b' of ",
                "classes.txt|a\na\n|two classes named a",
                "classes.txt|\n|names no class"
            })
    void listsThatAreNone(String test) throws IOException {
        String[] parts = test.split("\\|", -1);
        pair(0, 1);
        list(parts[0], parts[1]);
        assertThatThrownBy(() -> classes(NOTHING))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining(parts[2])
                .hasMessageContaining(parts[0]);
    }

    @Test
    void builtInClasses() {
        assertThat(BuiltInClasses.cocoStuff().entries()).hasSize(171);
        assertThat(BuiltInClasses.cocoStuff().entries().get(170)).isEqualTo(ClassEntry.of("wood", 181));
        assertThat(BuiltInClasses.cityscapesTrainIds().entries().get(2)).isEqualTo(ClassEntry.of("building", 2));
        assertThat(BuiltInClasses.cityscapesTrainIds().palette()[2]).isEqualTo(0x464646);
        assertThat(BuiltInClasses.cityscapes().ignored()).hasSize(34 - 19 + 1);
    }
}
