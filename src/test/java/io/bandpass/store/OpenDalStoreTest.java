package io.bandpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.RangeServer.Fault;
import io.bandpass.testing.S3Server;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenDalStoreTest {
    private static final int SILENCE_MILLIS = 2000;

    private final S3Server server = new S3Server("photos");

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private RemoteFiles files(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(server.environment());
        environment.putAll(more);
        return new RemoteFiles(
                folder.resolve("cache"),
                1L << 30,
                RemoteFiles.stores(environment, Optional.empty(), new Attempts(4, 1), SILENCE_MILLIS));
    }

    private Path file(String address) {
        return files(Map.of()).path(address);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void anObjectIsReadAsItIs() throws IOException {
        byte[] bytes = bytes(BlockCache.BLOCK + 100_000);
        server.put("set/a b.tar", bytes);
        Path file = file("s3://photos/set/a%20b.tar");
        assertThat(Files.size(file)).isEqualTo(bytes.length);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(file).hasToString("s3://photos/set/a b.tar");
    }

    @Test
    void objectsBelowAPrefixAreListedInOrder() throws IOException {
        for (String key : new String[] {"set/b.tar", "set/a.tar", "set/more/c.tar", "settings/d.tar", "e.tar"}) {
            server.put(key, bytes(10));
        }
        assertThat(files(Map.of()).below("s3://photos/set"))
                .extracting(Path::toString)
                .containsExactly("s3://photos/set/a.tar", "s3://photos/set/b.tar", "s3://photos/set/more/c.tar");
    }

    @Test
    void whatFailsForAWhileIsAskedForAgain() throws IOException {
        byte[] bytes = bytes(50_000);
        server.put("a.tar", bytes);
        Path file = file("s3://photos/a.tar");
        server.fail(Fault.status(503), Fault.silence());
        assertThat(Files.size(file)).isEqualTo(bytes.length);
        Fault cut = exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-49999/50000");
            exchange.sendResponseHeaders(206, 50_000);
            exchange.getResponseBody().write(bytes, 0, 20_000);
            return true;
        };
        Fault slow = exchange -> {
            try {
                Thread.sleep(2L * SILENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        };
        server.fail(Fault.status(500), cut, slow);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void whatIsNotThereOrRefusedIsSaid() {
        server.put("a.tar", bytes(10));
        assertThatThrownBy(() -> Files.size(file("s3://photos/b.tar"))).isInstanceOf(NoSuchFileException.class);
        Path refused = files(Map.of("AWS_SECRET_ACCESS_KEY", "another")).path("s3://photos/a.tar");
        assertThatThrownBy(() -> Files.size(refused))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("check the credentials");
        server.close();
        assertThatThrownBy(() -> Files.size(file("s3://photos/a.tar")))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("s3://photos/a.tar cannot be read, 4 times in a row: ");
    }

    @Test
    void anObjectThatChangesIsNoticed() throws IOException {
        server.put("a.tar", bytes(1000));
        Path file = file("s3://photos/a.tar");
        assertThat(Files.size(file)).isEqualTo(1000);
        byte[] others = bytes(1000);
        others[0]++;
        server.put("a.tar", others);
        assertThatThrownBy(() -> Files.readAllBytes(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has changed since it was opened");
        server.put("b.tar", bytes(1000));
        Path other = file("s3://photos/b.tar");
        assertThat(Files.size(other)).isEqualTo(1000);
        server.remove("b.tar");
        assertThatThrownBy(() -> Files.readAllBytes(other)).hasMessageContaining("can no longer be read");
    }

    @Test
    void otherStoresAreOpenedAndHuggingFaceIsAServerOfHttp() {
        assertThat(file("gs://photos/a.tar")).hasToString("gs://photos/a.tar");
        assertThatThrownBy(() -> file("az://photos/a.tar"))
                .hasMessage(
                        "az://photos cannot be opened: the variable AZURE_STORAGE_ACCOUNT names the account, and is not"
                                + " set");
        assertThat(files(Map.of("AZURE_STORAGE_ACCOUNT", "me", "AZURE_STORAGE_KEY", "a2V5"))
                        .path("az://photos/a.tar"))
                .hasToString("az://photos/a.tar");
        assertThat(file("hf://datasets/timm/mini@v1/data/a-0.tar"))
                .hasToString("https://huggingface.co/datasets/timm/mini/resolve/v1/data/a-0.tar");
        assertThat(file("hf://datasets/timm/mini@refs/convert/parquet/default/0.parquet"))
                .hasToString(
                        "https://huggingface.co/datasets/timm/mini/resolve/refs%2Fconvert%2Fparquet/default/0.parquet");
        assertThatThrownBy(() -> file("hf://models/a/b/c")).hasMessageContaining("hf://datasets/OWNER/NAME/FILE");
        assertThat(server.requests()).isEmpty();
    }
}
