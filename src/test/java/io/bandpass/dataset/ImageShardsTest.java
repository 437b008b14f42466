package io.bandpass.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.image.BadImageException;
import io.bandpass.testing.CifarFiles;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.Tars;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageShardsTest {
    private static final ShardSize LARGE = new ShardSize(1L << 30, 1000);

    @TempDir
    private Path folder;

    @Test
    void shardsAreTheImagesTheyWereMadeFrom() throws Exception {
        photos();
        ImageShards.Result result = write("photos", "shards", new ShardSize(1L << 30, 4));
        assertThat(result).isEqualTo(new ImageShards.Result(10, 3, 2, Map.of(), List.of()));
        ImageSource files = open("photos").train();
        ImageSource shards = open("shards").train();
        assertThat(shards.size()).isEqualTo(10);
        assertThat(shards.classNames()).isEqualTo(files.classNames()).containsExactly("ant", "bee");
        for (int i = 0; i < files.size(); i++) {
            assertThat(shards.label(i)).isEqualTo(files.label(i));
            assertThat(pixels(shards, i)).isEqualTo(pixels(files, i));
        }
        assertThat(members("shards/train-000000.tar"))
                .containsOnlyKeys(
                        "ant/0.png",
                        "ant/0.cls",
                        "ant/1.jpg",
                        "ant/1.cls",
                        "ant/2.png",
                        "ant/2.cls",
                        "ant/3.jpg",
                        "ant/3.cls")
                .containsEntry("ant/1.jpg", Files.readAllBytes(folder.resolve("photos/ant/1.jpg")))
                .containsEntry("ant/1.cls", new byte[] {'0'});
        assertThat(folder.resolve("shards/classes.txt")).hasContent("ant\nbee\n");
    }

    @Test
    void theIndexIsThatOfWids() throws IOException {
        photos();
        write("photos", "shards", new ShardSize(1L << 30, 4));
        JsonNode index =
                new ObjectMapper().readTree(folder.resolve("shards/train.json").toFile());
        assertThat(index.get("__kind__").asText()).isEqualTo("wids-shard-index-v1");
        assertThat(index.get("wids_version").asInt()).isEqualTo(1);
        List<String> lines = new ArrayList<>();
        index.get("shardlist").forEach(shard -> lines.add(shard.get("url").asText() + " " + shard.get("nsamples")));
        assertThat(lines).containsExactly("train-000000.tar 4", "train-000001.tar 4", "train-000002.tar 2");
        for (JsonNode shard : index.get("shardlist")) {
            assertThat(shard.get("filesize").asLong())
                    .isEqualTo(Files.size(
                            folder.resolve("shards").resolve(shard.get("url").asText())));
        }
    }

    @Test
    void theSameImagesGiveTheSameBytesWheneverTheyAreWritten() throws IOException {
        photos();
        write("photos", "one", LARGE);
        write("photos", "two", LARGE);
        assertThat(Files.readAllBytes(folder.resolve("two/train-000000.tar")))
                .isEqualTo(Files.readAllBytes(folder.resolve("one/train-000000.tar")));
        String text =
                new String(Files.readAllBytes(folder.resolve("one/train-000000.tar")), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain(System.getProperty("user.name") + "\0");
    }

    @Test
    void aShardIsNoLargerThanTheLimitUnlessItHoldsOneImage() throws IOException {
        photos();
        write("photos", "shards", new ShardSize(5000, 1000));
        List<Path> shards = shards("shards");
        assertThat(shards).hasSizeGreaterThan(2);
        for (Path shard : shards) {
            int images = members("shards/" + shard.getFileName()).size() / 2;
            assertThat(Files.size(shard) <= 5000 || images == 1)
                    .as("%s with %d", shard, images)
                    .isTrue();
        }
        write("photos", "tiny", new ShardSize(1, 1000));
        assertThat(shards("tiny")).hasSize(10);
        assertThat(open("tiny").train().size()).isEqualTo(10);
    }

    @Test
    void keysAreNamesWithoutFurtherDotsAndDistinct() throws IOException {
        String longName = "ä".repeat(70) + "/" + "b".repeat(120);
        for (String name : List.of("x.y.png", "x_y.png", "z.png", "z.jpg", "Z.png", longName + ".png")) {
            Images.write(folder.resolve("photos/" + name), 1, 8, 8);
        }
        Images.write(folder.resolve("photos/noname"), Images.encoded(2, 8, 8, "png"));
        ImageShards.Result result = write("photos", "shards", LARGE);
        assertThat(result.classes()).isZero();
        assertThat(result.notices())
                .hasSize(1)
                .first()
                .asString()
                .contains("no labels: ")
                .contains("lies in no folder");
        assertThat(members("shards/train-000000.tar").keySet())
                .containsExactly(
                        "Z.png", "noname.png", "x_y-2.png", "x_y-3.png", "z-4.jpg", "z-5.png", longName + ".png");
        assertThat(open("shards").train().size()).isEqualTo(7);
        assertThat(folder.resolve("shards/classes.txt")).doesNotExist();
        assertThat(ShardKeys.clean("/a/../b/./c#1.bin", false)).isEqualTo("a/__/b/c-1_bin");
        assertThat(ShardKeys.clean(".png", true)).isEqualTo("_png");
        assertThat(ShardKeys.clean("/", true)).isEqualTo("image");
        assertThat(ShardKeys.clean("k".repeat(511) + "/x.png", true)).isEqualTo("k".repeat(511) + "/image");
        assertThat(ShardKeys.clean("k".repeat(2000) + ".png", true)).hasSize(512);
    }

    @Test
    void imagesThatAreNoFilesBecomePng() throws Exception {
        for (String name :
                List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")) {
            byte[] images = CifarFiles.binary(name.hashCode() % 97, new int[] {3}, new int[] {9});
            Images.write(folder.resolve("cifar/" + name + ".bin"), images);
        }
        write("cifar", "shards", LARGE);
        for (int part = 0; part < 2; part++) {
            ImageSource files =
                    part == 0 ? open("cifar").train() : open("cifar").heldOut().orElseThrow();
            ImageSource shards = part == 0
                    ? open("shards").train()
                    : open("shards").heldOut().orElseThrow();
            assertThat(shards.size()).isEqualTo(files.size()).isPositive();
            assertThat(shards.classNames()).isEqualTo(files.classNames());
            for (int i = 0; i < files.size(); i++) {
                assertThat(shards.label(i)).isEqualTo(files.label(i));
                assertThat(pixels(shards, i)).isEqualTo(pixels(files, i));
            }
        }
    }

    @Test
    void whatTheDataHoldsOutBecomesShardsOfItsOwn() throws IOException {
        for (String name : List.of("train/ant/1", "train/bee/2", "val/ant/3", "val/bee/4", "val/bee/5")) {
            Images.write(folder.resolve("photos/" + name + ".png"), 1, 8, 8);
        }
        write("photos", "shards", LARGE);
        assertThat(shards("shards"))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("train-000000.tar", "val-000000.tar");
        assertThat(folder.resolve("shards/val.json")).exists();
        Datasets sets = open("shards");
        assertThat(sets.train().size()).isEqualTo(2);
        assertThat(sets.heldOut().orElseThrow().size()).isEqualTo(3);
        write("shards", "again", LARGE);
        assertThat(Files.readAllBytes(folder.resolve("again/val-000000.tar")))
                .as("shards of shards")
                .isEqualTo(Files.readAllBytes(folder.resolve("shards/val-000000.tar")));
    }

    @Test
    void unreadableImagesAreLeftOutAndTooManyEndItWithoutAFolder() throws IOException {
        photos();
        Images.write(folder.resolve("photos/ant/bad.png"), "no image".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> write("photos", "shards", LARGE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("more than the allowed fraction");
        assertThat(folder.resolve("shards")).doesNotExist();
        ImageShards.Result result = ImageShards.write(
                List.of(at("photos")),
                List.of("data.max-bad=0.1", "data.index=none"),
                folder.resolve("shards"),
                LARGE,
                false,
                (done, all) -> assertThat(all).isEqualTo(10));
        assertThat(result.images()).isEqualTo(10);
        assertThat(result.unreadable()).containsOnlyKeys(at("photos/ant/bad.png"));
    }

    @Test
    void aFolderIsReplacedOnlyIfItIsMeantAndHoldsShardsAlone() throws IOException {
        photos();
        write("photos", "shards", LARGE);
        assertThatThrownBy(() -> write("photos", "shards", LARGE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not empty: use `overwrite`");
        overwrite("photos", "shards");
        assertThatThrownBy(() -> overwrite("shards", "shards")).hasMessageContaining("which would be replaced");
        assertThatThrownBy(() -> overwrite("photos", "photos"))
                .hasMessageContaining("holds more than shards, such as ant");
        assertThatThrownBy(() -> overwrite("photos", "photos/ant/0.png")).hasMessageContaining("is a file");
        assertThat(open("shards").train().size()).isEqualTo(10);
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("photos", "shards");
        }
    }

    @Test
    void aShardThatChangesWhileItIsCopiedEndsInASentence() throws IOException {
        Path shard = new Tars().sample("a", 1, 0).sample("b", 2, 1).write(folder.resolve("x.tar"));
        assertThatThrownBy(() -> ImageShards.write(
                        List.of(at("x.tar")),
                        List.of("data.index=none", "data.max-bad=0"),
                        folder.resolve("shards"),
                        LARGE,
                        false,
                        (done, all) -> new Tars().sample("c", 3, 0).write(shard)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("its shard has changed");
        assertThat(folder.resolve("shards")).doesNotExist();
    }

    @Test
    void sizesAreNumbersOfBytes() {
        assertThat(ShardSize.of("1GB", 1).bytes()).isEqualTo(1_000_000_000);
        assertThat(ShardSize.of("1.5 MiB", 1).bytes()).isEqualTo(1_572_864);
        assertThat(ShardSize.of("500", 1).bytes()).isEqualTo(500);
        for (String wrong : List.of("", "GB", "-1GB", "1 parsec", "1,5GB", "0")) {
            assertThatThrownBy(() -> ShardSize.of(wrong, 1)).as(wrong).isInstanceOf(ConfigException.class);
        }
        assertThatThrownBy(() -> ShardSize.of("1GB", 0)).hasMessageContaining("`images-per-shard` is 0");
    }

    private void photos() {
        for (int i = 0; i < 10; i++) {
            String ending = i % 2 == 0 ? ".png" : ".jpg";
            Images.write(folder.resolve("photos/" + (i < 5 ? "ant/" : "bee/") + i + ending), i, 12, 8);
        }
    }

    private ImageShards.Result write(String from, String to, ShardSize size) throws IOException {
        return ImageShards.write(
                List.of(at(from)), List.of("data.index=none"), folder.resolve(to), size, false, (done, all) -> {});
    }

    private void overwrite(String from, String to) throws IOException {
        ImageShards.write(
                List.of(at(from)), List.of("data.index=none"), folder.resolve(to), LARGE, true, (done, all) -> {});
    }

    private List<Path> shards(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.filter(file -> file.toString().endsWith(".tar"))
                    .sorted()
                    .toList();
        }
    }

    /** Contents by name, read by another program. */
    private Map<String, byte[]> members(String shard) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (InputStream input = new BufferedInputStream(Files.newInputStream(folder.resolve(shard)));
                TarArchiveInputStream tar = new TarArchiveInputStream(input, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                members.put(entry.getName(), tar.readAllBytes());
            }
        }
        return members;
    }

    private Datasets open(String path) {
        DataConfig config = Configs.data(0).withIndex("none");
        return Datasets.open(config, List.of(at(path)), 0, 0);
    }

    private String at(String path) {
        return folder.resolve(path).toString();
    }

    private static byte[] pixels(ImageSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            return images.read(index).toBytes();
        }
    }
}
