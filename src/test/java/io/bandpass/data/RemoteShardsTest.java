package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.DataConfig;
import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.store.StoreException;
import io.bandpass.testing.Configs;
import io.bandpass.testing.RangeServer;
import io.bandpass.testing.RangeServer.Fault;
import io.bandpass.testing.Tars;
import io.bandpass.text.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteShardsTest {
    private final RangeServer server = new RangeServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Datasets open(String... sources) {
        DataConfig config = Configs.data(0)
                .withIndex(folder.resolve("index").toString())
                .withCache(folder.resolve("cache").toString());
        return Datasets.open(config, List.of(sources), 0, 0);
    }

    private void three() {
        server.put("/set/a-000.tar", new Tars().sample("0", 0, 0).ended());
        server.put(
                "/set/a-001.tar", new Tars().sample("0", 1, 1).sample("1", 2, 1).ended());
        server.put("/set/a-002.tar", new Tars().sample("0", 3, 0).ended());
    }

    private static List<String> relative(ImageSource images) {
        return IntStream.range(0, images.size()).mapToObj(images::relativeName).toList();
    }

    @Test
    void shardsOfAServerHaveTheImagesAndNamesOfThoseInAFolder() throws Exception {
        three();
        server.put("/set/classes.txt", "ant\nbee\n".getBytes(StandardCharsets.UTF_8));
        ImageSource images = open(server.address("/set/a-{000..002}.tar")).train();
        assertThat(relative(images))
                .containsExactly("a-000.tar/0.png", "a-001.tar/0.png", "a-001.tar/1.png", "a-002.tar/0.png");
        assertThat(images.classNames()).containsExactly("ant", "bee");
        assertThat(IntStream.range(0, 4).map(images::label)).containsExactly(0, 1, 1, 0);
        assertThat(images.name(0)).isEqualTo(server.address("/set/a-000.tar/0.png"));
        new Tars().sample("0", 1, 1).sample("1", 2, 1).write(folder.resolve("a-001.tar"));
        ImageSource local = open(folder.resolve("a-001.tar").toString()).train();
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < 2; i++) {
                assertThat(pixels(images, 1 + i)).isEqualTo(pixels(local, i));
            }
        }
        assertThat(images.shardStarts()).containsExactly(0, 1, 3);
    }

    @Test
    void aListMayNameAddressesToo() throws IOException {
        three();
        new Tars().sample("0", 4, 1).write(folder.resolve("local.tar"));
        Path list = Files.writeString(
                folder.resolve("list.txt"), server.address("/set/a-001.tar") + "?signature=x\nlocal.tar\n");
        assertThat(relative(open(list.toString()).train()))
                .containsExactly("a-001.tar/0.png", "a-001.tar/1.png", "local.tar/0.png");
        assertThat(server.requests()).anyMatch(request -> request.startsWith("/set/a-001.tar?signature=x "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"datasets.parquet", "snappy-dictionary.parquet", "gzip-groups.parquet"})
    void parquetFilesOfAServerHaveTheImagesOfLocalOnes(String name) throws Exception {
        Path file = Path.of("src/test/resources/parquet").resolve(name);
        server.put("/" + name, Files.readAllBytes(file));
        ImageSource local = open(file.toString()).train();
        ImageSource remote = open(server.address("/" + name)).train();
        assertThat(relative(remote)).isEqualTo(relative(local)).isNotEmpty();
        assertThat(remote.classNames()).isEqualTo(local.classNames());
        try (PointerScope scope = new PointerScope()) {
            for (int i = 0; i < local.size(); i++) {
                assertThat(remote.label(i)).isEqualTo(local.label(i));
                assertThat(pixels(remote, i)).isEqualTo(pixels(local, i));
            }
        }
    }

    private static byte[] pixels(ImageSource images, int index) throws BadImageException {
        RgbImage image = images.read(index);
        byte[] pixels = new byte[3 * image.height() * image.width()];
        image.copy(0, pixels);
        return pixels;
    }

    @Test
    void whatIsKnownOfAShardIsNotFetchedAgainUntilItChanges() {
        three();
        String address = server.address("/set/a-001.tar");
        open(address);
        server.requests().clear();
        assertThat(open(address).train().size()).isEqualTo(2);
        assertThat(server.requests())
                .as("facts of the shard, and no names of classes in two folders")
                .hasSize(3)
                .allMatch(request -> request.endsWith("bytes=0-0"));
        server.put(
                "/set/a-001.tar", new Tars().sample("9", 1, 1).sample("8", 2, 1).ended());
        assertThat(relative(open(address).train())).containsExactly("a-001.tar/9.png", "a-001.tar/8.png");
    }

    @Test
    void anImageThatCannotBeFetchedIsNotAnUnreadableImage() throws BadImageException {
        three();
        ImageSource images = open(server.address("/set/a-000.tar")).train();
        server.put("/set/a-000.tar", new Tars().sample("0", 7, 0).ended());
        deleteCache();
        assertThatThrownBy(() -> images.read(0))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has changed since it was opened");
    }

    private void deleteCache() {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> assertThat(file.toFile().delete()).isTrue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotThereIsNamed() {
        three();
        assertThatThrownBy(() -> open(server.address("/set/a-{000..004}.tar")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "stands for 5 files, of which 2 are not there, such as " + server.address("/set/a-003.tar"));
        assertThatThrownBy(() -> open(server.address("/set/b.tar?signature=secret")))
                .isInstanceOf(DataException.class)
                .hasMessage(server.address("/set/b.tar") + " cannot be opened: the file is not there");
        server.fail(Fault.status(403));
        assertThatThrownBy(() -> open(server.address("/set/a-000.tar"))).hasMessageContaining("status 403");
    }

    @Test
    void aListWithAnAddressThatIsRefusedIsNotReadInPart() throws IOException {
        three();
        Path list = Files.writeString(
                folder.resolve("list.txt"), server.address("/set/a-001.tar") + "\n" + server.address("/set/b.tar"));
        assertThatThrownBy(() -> open(list.toString()))
                .isInstanceOf(DataException.class)
                .hasMessage(server.address("/set/b.tar") + " cannot be opened: the file is not there");
    }

    @Test
    void secretsOfAddressesAreNotShown() {
        assertThat(Addresses.shown("https://me:p#s?s@host:1/a.tar?signature=1")).isEqualTo("https://host:1/a.tar");
        assertThat(Addresses.shown("hf://datasets/a/b@v1/c.tar")).isEqualTo("hf://datasets/a/b@v1/c.tar");
        assertThat(Addresses.shown("photos/a?b@c")).isEqualTo("photos/a?b@c");
    }

    @Test
    void addressesAreOfShardsOnly() {
        assertThatThrownBy(() -> open(server.address("/set/")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is no WebDataset shard (.tar) or Parquet file");
        assertThatThrownBy(() -> open(server.address("/set/*.tar"))).hasMessageContaining("has a wildcard");
        assertThatThrownBy(() -> open("ftp://host/a.tar")).hasMessageContaining("files at ftp:// cannot be read");
        assertThatThrownBy(() -> FileNames.path("https://host/a?secret"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("https://host/a is an address, where the path");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void weightsOfOthersNameNoServers() {
        DataConfig config = Configs.data(0)
                .withPaths(List.of("photos", server.address("/a.tar")))
                .withCache("/elsewhere")
                .untrusted();
        assertThat(config.paths()).isEmpty();
        assertThat(config.cache()).isEqualTo("auto");
    }
}
