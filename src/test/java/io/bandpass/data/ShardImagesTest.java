package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.Tars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardImagesTest {
    @TempDir
    private Path folder;

    @Test
    void shardsHaveThePixelsLabelsAndOrderOfTheFolderTheyWereMadeFrom() throws Exception {
        Tars first = new Tars();
        Tars second = new Tars();
        for (int i = 0; i < 6; i++) {
            String key = (i < 3 ? "ant/" : "bee/") + i;
            Images.write(folder.resolve("photos/" + key + ".png"), i, 12, 8);
            (i < 4 ? first : second).sample(key, i, i < 3 ? 0 : 1);
        }
        first.write(folder.resolve("shards/train-000000.tar"));
        second.write(folder.resolve("shards/train-000001.tar"));
        text("shards/classes.txt", "ant\nbee\n");
        ImageSource files = open("photos").train();
        ImageSource shards = open("shards").train();
        assertThat(shards.classNames()).isEqualTo(files.classNames()).containsExactly("ant", "bee");
        assertThat(shards.size()).isEqualTo(files.size()).isEqualTo(6);
        for (int i = 0; i < 6; i++) {
            assertThat(shards.label(i)).isEqualTo(files.label(i));
            assertThat(pixels(shards, i)).as("image %d", i).isEqualTo(pixels(files, i));
            assertThat(shards.relativeName(i))
                    .isEqualTo("train-00000" + (i < 4 ? 0 : 1) + ".tar/" + files.relativeName(i));
        }
    }

    @Test
    void everyWayToNameShardsGivesTheSameImagesUnderTheSameNames() {
        three();
        text("list.txt", "shards/a-000.tar\nshards/a-001.tar\nshards/a-002.tar\n");
        List<String> whole = relative(open("shards").train());
        assertThat(whole).containsExactly("a-000.tar/0.png", "a-001.tar/0.png", "a-001.tar/1.png", "a-002.tar/0.png");
        assertThat(relative(open("shards/a-{000..002}.tar").train())).isEqualTo(whole);
        assertThat(relative(open("shards/*.tar").train())).isEqualTo(whole);
        assertThat(relative(open("shards/a-00{0,1,2}.tar").train())).isEqualTo(whole);
        assertThat(relative(open("shards/a-001.tar").train())).isEqualTo(whole.subList(1, 3));
        assertThat(relative(open("list.txt").train()))
                .isEqualTo(whole.stream().map(name -> "shards/" + name).toList());
        List<String> each = Stream.of("a-000.tar", "a-001.tar", "a-002.tar")
                .map(name -> at("shards/" + name))
                .toList();
        assertThat(relative(Datasets.open(config(), each, 0, 0).train())).isEqualTo(whole);
    }

    @Test
    void aShardIsTakenOnceUnderWhateverNames() throws IOException {
        three();
        Files.createSymbolicLink(folder.resolve("other.tar"), folder.resolve("shards/a-000.tar"));
        Datasets datasets =
                Datasets.open(config(), List.of(at("shards"), at("shards/a-001.tar"), at("other.tar")), 0, 0);
        assertThat(datasets.train().size()).isEqualTo(4);
        assertThat(datasets.notices()).anyMatch(notice -> notice.contains("each file and folder is taken once"));
    }

    @Test
    void aRangeMustBeThereAsAWhole() {
        three();
        assertThatThrownBy(() -> open("shards/a-{000..004}.tar"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("stands for 5 files, of which 2 are not there")
                .hasMessageContaining("a-003.tar");
        assertThatThrownBy(() -> open("shards/a-{2..0}.tar")).hasMessageContaining("runs backwards");
        assertThatThrownBy(() -> open("shards/a-{0..99999999}.tar")).hasMessageContaining("more than 1000000 names");
        assertThat(NumberRanges.expand("x{8..10}{00..1}"))
                .containsExactly("x800", "x801", "x900", "x901", "x1000", "x1001");
    }

    @Test
    void labelsComeFromTextOrJsonAndAreNumbersWithoutAFileOfNames() {
        new Tars()
                .sample("a", 0, 2)
                .picture("b.png", 1)
                .file("b.json", "{\"caption\": \"a bee\", \"label\": 1}")
                .file("c.json", "{\"label\": 0}")
                .file("c.CLS", " 2\n")
                .picture("c.JPG", 2)
                .write(folder.resolve("x.tar"));
        ImageSource images = open("x.tar").train();
        assertThat(images.classNames()).containsExactly("0", "1", "2");
        assertThat(labels(images)).containsExactly(2, 1, 2);
        assertThat(images.relativeName(2)).isEqualTo("x.tar/c.JPG");
    }

    @Test
    void samplesNeedNoLabelsUnlessLabelsAreNeeded() {
        new Tars().sample("a", 0, 0).picture("b.png", 1).sample("c", 2, 1).write(folder.resolve("x.tar"));
        assertThat(open("x.tar").train().isLabelled()).isFalse();
        assertThat(open("x.tar").train().size()).isEqualTo(3);
        assertThatThrownBy(() -> labelled("x.tar"))
                .hasMessageContaining(at("x.tar") + "/b.png has no label, no part .cls or .json");
        new Tars().sample("a", 0, 0).picture("b.png", 1).file("b.cls", "bee").write(folder.resolve("y.tar"));
        assertThatThrownBy(() -> labelled("y.tar"))
                .hasMessageContaining("the label of " + at("y.tar") + "/b.png, its part .cls, is no whole number");
        new Tars().picture("b.png", 1).file("b.json", "{\"label\": 1.5}").write(folder.resolve("z.tar"));
        assertThatThrownBy(() -> labelled("z.tar"))
                .hasMessageContaining("the part .json of " + at("z.tar") + "/b.png has no whole number");
        new Tars().sample("a", 0, 0).sample("b", 1, 2_000_000_000).write(folder.resolve("w.tar"));
        assertThatThrownBy(() -> labelled("w.tar")).hasMessageContaining("no whole number from 0 to 999999");
    }

    @Test
    void aLabelWithoutANameIsAnError() {
        new Tars().sample("a", 0, 0).sample("b", 1, 2).write(folder.resolve("x.tar"));
        text("classes.txt", "ant\nbee\n");
        assertThatThrownBy(() -> open("x.tar"))
                .hasMessageContaining(
                        "x.tar/b.png has the label 2, but " + at("classes.txt") + " names only 2 classes");
        text("classes.txt", "ant\nbee\nant\n");
        assertThatThrownBy(() -> open("x.tar"))
                .hasMessageContaining("line 3 of")
                .hasMessageContaining("as line 1");
    }

    @Test
    void shardsNamedForAHeldOutPartAreHeldOutWithTheClassesOfBoth() {
        new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("set/in1k-train-0000.tar"));
        new Tars().sample("a", 2, 2).write(folder.resolve("set/in1k-validation-00.tar"));
        new Tars().sample("a", 3, 2).write(folder.resolve("set/in1k-test-00.tar"));
        Datasets datasets = open("set");
        assertThat(relative(datasets.train()))
                .containsExactly("in1k-train-0000.tar/a.png", "in1k-train-0000.tar/b.png");
        assertThat(relative(datasets.heldOut().orElseThrow())).containsExactly("in1k-validation-00.tar/a.png");
        assertThat(datasets.train().classNames()).containsExactly("0", "1", "2");
        assertThat(datasets.notices())
                .anyMatch(notice -> notice.startsWith("1 shard with neither train nor validation"));
        assertThat(InferenceImages.open(config(), List.of(at("set")), 0)
                        .images()
                        .size())
                .isEqualTo(4);
        new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("two/train/0.tar"));
        new Tars().sample("a", 2, 1).write(folder.resolve("two/val/0.tar"));
        assertThat(open("two").heldOut().orElseThrow().size()).isEqualTo(1);
        Datasets pair =
                Datasets.openPair(config(), folder.resolve("two/train/{0..0}.tar"), folder.resolve("two/val/0.tar"));
        assertThat(labels(pair.heldOut().orElseThrow())).containsExactly(1);
    }

    @Test
    void tarFilesAmongImagesAreNotRead() {
        Images.write(folder.resolve("mixed/a.png"), 1, 8, 8);
        new Tars().picture("b.png", 2).write(folder.resolve("mixed/backup.tar"));
        Datasets datasets = open("mixed");
        assertThat(relative(datasets.train())).containsExactly("a.png");
        assertThat(datasets.notices()).anyMatch(notice -> notice.contains("mixed/backup.tar; name them to read them"));
    }

    @Test
    void imagesAreRecognisedWhenShardsAreMovedOrNamedOtherwise() throws IOException {
        three();
        ImageSource before = open("shards").train();
        SplitKeys keys = SplitKeys.of(before.select(new int[] {0, 2}), before.select(new int[] {1, 3}));
        byte[] expected = {SplitKeys.TRAINED, SplitKeys.HELD_OUT, SplitKeys.TRAINED, SplitKeys.HELD_OUT};
        assertThat(keys.match(open("shards/a-{000..002}.tar").train(), false)).containsExactly(expected);
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("shards"));
        assertThat(ImageKeys.places(open("link").train())).isEqualTo(ImageKeys.places(before));
        Files.move(folder.resolve("shards"), folder.resolve("elsewhere"));
        assertThat(keys.match(open("elsewhere").train(), false)).containsExactly(expected);
        assertThat(keys.match(open("elsewhere/a-001.tar").train(), false))
                .as("a shard of them")
                .containsExactly(SplitKeys.HELD_OUT, SplitKeys.TRAINED);
    }

    @Test
    void whatIsKnownOfAShardIsNotReadAgainUntilTheShardChanges() throws IOException {
        byte[] content = new Tars().sample("a", 0, 0).sample("b", 1, 1).ended();
        Path shard = Tars.write(folder.resolve("x.tar"), content);
        assertThat(relative(open("x.tar").train())).containsExactly("x.tar/a.png", "x.tar/b.png");
        byte[] zeros = new byte[content.length];
        Tars.write(shard, zeros);
        assertThat(relative(open("x.tar").train()))
                .as("same size and time of change")
                .containsExactly("x.tar/a.png", "x.tar/b.png");
        Tars.write(
                shard,
                new Tars().sample("c", 2, 0).sample("d", 3, 1).sample("e", 3, 1).ended());
        assertThat(relative(open("x.tar").train())).containsExactly("x.tar/c.png", "x.tar/d.png", "x.tar/e.png");
        Files.setLastModifiedTime(shard, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(open("x.tar").train().size()).isEqualTo(3);
    }

    @Test
    void aDamagedIndexIsMadeAnew() throws IOException {
        new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("x.tar"));
        List<String> known = relative(open("x.tar").train());
        Path index;
        try (Stream<Path> files = Files.list(folder.resolve("index/shards"))) {
            index = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(index);
        for (int length : new int[] {0, 7, 40, whole.length - 1}) {
            Files.write(index, Arrays.copyOf(whole, length));
            assertThat(relative(open("x.tar").train())).isEqualTo(known);
            assertThat(Files.readAllBytes(index)).isEqualTo(whole);
        }
        for (int at = 0; at < whole.length; at += 11) {
            byte[] other = whole.clone();
            other[at] ^= 0x55;
            Files.write(index, other);
            assertThat(relative(open("x.tar").train())).isEqualTo(known);
        }
    }

    @Test
    void aShardThatChangesAfterItWasOpenedIsNotReadAtPositionsThatNoLongerHold() throws IOException {
        Path shard = new Tars().sample("a", 0, 0).sample("b", 1, 1).write(folder.resolve("x.tar"));
        ImageSource images = open("x.tar").train();
        new Tars().sample("b", 1, 1).sample("a", 0, 0).sample("c", 0, 0).write(shard);
        assertThatThrownBy(() -> pixels(images, 0))
                .isInstanceOf(BadImageException.class)
                .hasMessage("its shard has changed since it was opened; start again");
        Files.delete(shard);
        assertThatThrownBy(() -> pixels(images, 0)).hasMessage("the file is not there");
    }

    @Test
    void aSetOfAHundredThousandImagesTakesLessThanAHundredBytesForEach() throws IOException {
        ShardTable table = new ShardTable();
        Path file = new Tars().write(folder.resolve("x.tar"));
        table.add(new ShardTable.Shard(file, "x.tar", FileFacts.of(file), ParquetParts.NONE));
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        for (int i = 0; i < 100_000; i++) {
            byte[] name = ("n01440764/n01440764_" + i + ".JPEG").getBytes(StandardCharsets.UTF_8);
            table.add(new ShardCatalog.Sample(name, 1000L * i, 900, HeaderCheck.other(), i % 1000));
        }
        table.finish();
        System.gc();
        assertThat(runtime.totalMemory() - runtime.freeMemory() - before).isLessThan(100 * 100_000);
        assertThat(table.name(99_999)).isEqualTo("n01440764/n01440764_99999.JPEG");
    }

    private void three() {
        new Tars().sample("0", 1, 0).write(folder.resolve("shards/a-000.tar"));
        new Tars().sample("0", 2, 1).sample("1", 3, 1).write(folder.resolve("shards/a-001.tar"));
        new Tars().sample("0", 4, 0).write(folder.resolve("shards/a-002.tar"));
    }

    private DataConfig config() {
        return Configs.data(0).withIndex(at("index"));
    }

    private Datasets open(String path) {
        return Datasets.open(config(), List.of(at(path)), 0, 0);
    }

    private void labelled(String path) {
        Datasets.openLabelled(config(), List.of(at(path)), 0, 0, new UnreadableImages(0));
    }

    private String at(String path) {
        return folder.resolve(path).toString();
    }

    private void text(String path, String text) {
        Images.write(folder.resolve(path), text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> relative(ImageSource images) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            names.add(images.relativeName(i));
        }
        return names;
    }

    private static int[] labels(ImageSource images) {
        return IntStream.range(0, images.size()).map(images::label).toArray();
    }

    private static byte[] pixels(ImageSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return images.read(index).toBytes();
        }
    }
}
