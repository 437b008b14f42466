package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that a CSV file names with their labels. */
final class LabelTableTest {
    @TempDir
    private Path folder;

    private Path table = Path.of("");

    @BeforeEach
    void images() {
        table = folder.resolve("tables/labels.csv");
        for (String name : List.of("a.png", "b.png", "c.png", "with, comma.png")) {
            Images.write(folder.resolve(name), 1, 5, 4);
        }
    }

    @Test
    void pathsAreRelativeToTheTableAndClassesSorted() {
        write("path,label\n../c.png,wolf\n../a.png,ant\n../b.png,wolf\n");
        ImageSource images = open(0).train();
        assertThat(images.classNames()).containsExactly("ant", "wolf");
        assertThat(IntStream.range(0, 3).map(images::label)).containsExactly(1, 0, 1);
        assertThat(Path.of(images.name(0)).normalize()).isEqualTo(folder.resolve("c.png"));
    }

    @Test
    void columnsMayStandInAnyOrderWithQuotesMarksAndEmptyLines() {
        write("\uFEFFlabel, path\r\n\r\n\"a \"\"big\"\" ant\",\"../with, comma.png\"\r\n bee , ../a.png \r\n");
        ImageSource images = open(0).train();
        assertThat(images.classNames()).containsExactly("a \"big\" ant", "bee");
        assertThat(images.name(0)).endsWith("with, comma.png");
        assertThat(images.label(1)).isEqualTo(1);
    }

    @Test
    void aColumnMaySayWhatIsHeldOutWithTheClassesOfBoth() {
        write("path,label,split\n../a.png,wolf,val\n../b.png,bee,train\n../c.png,wolf,train\n");
        Datasets datasets = open(0.9);
        ImageSource heldOut = datasets.heldOut().orElseThrow();
        assertThat(datasets.train().size()).isEqualTo(2);
        assertThat(datasets.train().label(0)).isZero();
        assertThat(heldOut.size()).isEqualTo(1);
        assertThat(heldOut.label(0)).isEqualTo(1);
        assertThat(heldOut.classNames()).isEqualTo(datasets.train().classNames());
        InferenceImages given = InferenceImages.open(Configs.data(0), List.of(table.toString()), 0);
        assertThat(given.images().size()).as("a model looks at all").isEqualTo(3);
    }

    @Test
    void whatIsNotThereOrNoImageIsListedAndTheOthersKeepTheirLabels() {
        Images.write(folder.resolve("empty.png"), new byte[0]);
        write("path,label\n../lost.png,x\n../a.png,ant\n../empty.png,x\n../b.png,bee\n../lost2.png,y\n");
        Datasets datasets = Datasets.open(Configs.data(1), List.of(table.toString()), 0, 0);
        assertThat(datasets.bad().reasons().values())
                .containsExactly("the file is not there", "the file is empty", "the file is not there");
        ImageSource images = datasets.train();
        assertThat(images.classNames()).containsExactly("ant", "bee", "x", "y");
        assertThat(IntStream.range(0, images.size()).map(images::label)).containsExactly(0, 1);
        assertThatThrownBy(() -> open(0)).isInstanceOf(DataException.class).hasMessageContaining("lost.png");
    }

    @Test
    void withoutLabelsTheImagesAreTakenAllTheSame() {
        write("path,label\n../a.png,ant\n../b.png,bee\n");
        Datasets datasets = Datasets.open(Configs.data("none", 0), List.of(table.toString()), 0, 0);
        assertThat(datasets.train().size()).isEqualTo(2);
        assertThat(datasets.train().isLabelled()).isFalse();
    }

    static Stream<Arguments> mistakes() {
        String header = "; it must name the columns: path,label or path,label,split";
        return Stream.of(
                Arguments.of("", "the first line of %s is ''" + header),
                Arguments.of("../a.png,ant\n", "the first line of %s is '../a.png,ant'" + header),
                Arguments.of("path;label\n../a.png;ant\n", "the first line of %s is 'path;label'" + header),
                Arguments.of(
                        "path,label,slit\n../a.png,ant,val\n", "the first line of %s is 'path,label,slit'" + header),
                Arguments.of("path,path\n../a.png,ant\n", "the first line of %s is 'path,path'" + header),
                Arguments.of("path,label\n../a.png,ant\n../b.png,\n", "line 3 of %s has no label"),
                Arguments.of("path,label\n../a.png,ant\n\n\n,ant\n", "line 5 of %s has no path"),
                Arguments.of("path,label\n../a.png\n", "line 2 of %s has 1 value for the 2 columns"),
                Arguments.of("path,label\n../with, comma.png,ant\n", "line 2 of %s has 3 values for the 2 columns"),
                Arguments.of(
                        "path,label\n../a.png,ant\n../b.png,x\n../tables/../a.png,bee\n",
                        "line 4 of %s names ../tables/../a.png, as line 2 does; an image may stand there once"),
                Arguments.of(
                        "path,label,split\n../a.png,ant,test\n",
                        "line 2 of %s has the split 'test', which must be train or val"),
                Arguments.of("path,label,split\n../a.png,ant,\n", "line 2 of %s has no split"),
                Arguments.of(
                        "path,label,split\n../a.png,ant,train\n", "the column split of %s says train in every line"),
                Arguments.of("path,label,split\n../a.png,ant,val\n", "the column split of %s says val in every line"),
                Arguments.of("path,label\n\"../a.png,ant\n", "%s is no CSV at line 3: Missing closing quote"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void whatIsNoTableIsRefused(String content, String message) {
        write(content);
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(message.formatted(table))
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNoTextIsRefused() {
        Images.write(table, Images.encoded(1, 5, 4, "png"));
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(table.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void aTableWithoutImagesIsRefused() {
        write("path,label\n");
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("no images in " + table);
    }

    private Datasets open(double heldOutFraction) {
        return Datasets.open(Configs.data(0), List.of(table.toString()), 0, heldOutFraction);
    }

    private void write(String content) {
        Images.write(table, content.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> notUtf8() throws IOException {
        String rows = "path,label\n../a.png,ant\n../b.png,b\u00E4r\n../c.png,wolf\n";
        byte[] utf8 = rows.getBytes(StandardCharsets.UTF_8);
        byte[] cut = Arrays.copyOf(utf8, rows.indexOf('\u00E4') + 1);
        return Stream.of(
                Arguments.of(rows.getBytes(StandardCharsets.ISO_8859_1), "line 3 is not UTF-8"),
                Arguments.of(rows.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1), "line 3 is not UTF-8"),
                Arguments.of(rows.replace("\n", "\r").getBytes(StandardCharsets.ISO_8859_1), "line 3 is not UTF-8"),
                Arguments.of("path,label\n../a.png,\u72D7\n".getBytes("Shift_JIS"), "line 2 is not UTF-8"),
                Arguments.of(cut, "line 3 is not UTF-8"),
                Arguments.of(rows.getBytes(StandardCharsets.UTF_16), "line 1 is not UTF-8: it is UTF-16"),
                Arguments.of(rows.getBytes(StandardCharsets.UTF_16LE), "line 1 is not UTF-8 text: it holds a NUL"),
                Arguments.of(gzip(utf8), "line 1 is not UTF-8: it is compressed by gzip"),
                Arguments.of(late(), "line 70003 is not UTF-8"));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    /** The byte that is none lies far beyond the first buffer, behind letters of three bytes. */
    private static byte[] late() {
        byte[] bytes = ("path,label\n" + "../a\u2713.png,ant\n".repeat(70_001) + "../b.png,b#r\n")
                .getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xE4;
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void whatIsNoUtf8IsRefusedWithFileAndLine(byte[] content, String reason) {
        Images.write(table, content);
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(table + " cannot be read as UTF-8 text")
                .hasMessageContaining(reason);
        Path list = folder.resolve("tables/list.txt");
        Images.write(list, content);
        assertThatThrownBy(() -> Datasets.open(Configs.data(1), List.of(list.toString()), 0, 0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("the list " + list + " cannot be read as UTF-8 text")
                .hasMessageContaining(reason);
    }

    @Test
    void aQuoteThatNeverEndsAndAValueWithoutEndAreSaid() {
        write("path,label\n../a.png,\"ant\n../b.png,bee\n");
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(table + " is no CSV");
        write("path,label\n../a.png,\"" + "x".repeat(25 << 20) + "\"\n");
        assertThatThrownBy(() -> open(0))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(table + " is no CSV");
    }

    @Test
    void endingsMayBeInCapitals() {
        table = folder.resolve("tables/LABELS.CSV");
        write("path,label\n../c.png,wolf\n../a.png,ant\n");
        assertThat(open(0).train().classNames()).containsExactly("ant", "wolf");
        Path list = folder.resolve("LIST.TXT");
        Images.write(list, "a.png\nb.png\n".getBytes(StandardCharsets.UTF_8));
        assertThat(Datasets.open(Configs.data(0), List.of(list.toString()), 0, 0)
                        .train()
                        .size())
                .isEqualTo(2);
    }
}
