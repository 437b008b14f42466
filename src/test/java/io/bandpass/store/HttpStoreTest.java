package io.bandpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.RangeServer;
import io.bandpass.testing.RangeServer.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpStoreTest {
    private static final int SILENCE_MILLIS = 300;

    private final RangeServer server = new RangeServer();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private RemoteFiles files() {
        return files(Map.of());
    }

    private RemoteFiles files(Map<String, String> environment) {
        return new RemoteFiles(
                folder.resolve("cache"),
                1L << 30,
                RemoteFiles.stores(environment, Optional.of(folder), new Attempts(4, 1), SILENCE_MILLIS));
    }

    private Path put(String name, byte[] bytes) {
        server.put("/" + name, bytes);
        return files().path(server.address("/" + name));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000, BlockCache.BLOCK - 1, BlockCache.BLOCK, BlockCache.BLOCK + 1, 9_000_000})
    void aFileIsReadAsItIs(int size) throws IOException {
        byte[] bytes = bytes(size);
        Path file = put("a.tar", bytes);
        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void bytesAreReadFromAnyPosition() throws IOException {
        byte[] bytes = bytes(9_000_000);
        Path file = put("a.tar", bytes);
        Random random = new Random(1);
        try (FileChannel channel = FileChannel.open(file)) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(bytes.length);
                ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(20_000));
                while (target.hasRemaining() && channel.read(target, from + target.position()) > 0) {
                    // To the end of the file at most.
                }
                assertThat(target.flip())
                        .isEqualTo(ByteBuffer.wrap(bytes, from, Math.min(target.limit(), bytes.length - from)));
            }
        }
        // Facts, and three blocks.
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void whatFailsForAWhileIsAskedForAgain() throws IOException {
        byte[] bytes = bytes(5_000);
        Path file = put("a.tar", bytes);
        server.fail(Fault.status(503), Fault.status(429, "Retry-After", "0"), Fault.silence());
        assertThat(Files.size(file)).isEqualTo(5_000);
        server.fail(Fault.status(500), Fault.silence(), Fault.status(408));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(server.requests()).hasSize(8);
    }

    @Test
    void anAnswerThatBreaksOffIsContinued() throws IOException {
        byte[] bytes = bytes(1_000_000);
        Path file = put("a.tar", bytes);
        assertThat(Files.size(file)).isEqualTo(bytes.length);
        server.cutAfter(100_000);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(server.requests()).hasSize(11).anyMatch(request -> request.endsWith("bytes=900000-999999"));
    }

    @Test
    void anAnswerThatNeverComesFurtherIsGivenUp() throws IOException {
        Path file = put("a.tar", bytes(1_000_000));
        assertThat(Files.size(file)).isEqualTo(1_000_000);
        server.cutAfter(10);
        assertThatThrownBy(() -> Files.readAllBytes(file))
                .isInstanceOf(StoreException.class)
                .hasMessage(server.address("/a.tar") + " cannot be read, 4 times in a row: the answer ended after 40 of"
                        + " 1000000 bytes; check the address and the network, then start again with the same command");
    }

    @Test
    void aServerThatStandsStillIsGivenUp() {
        Path file = put("a.tar", bytes(10));
        Fault still = exchange -> {
            try {
                Thread.sleep(4L * SILENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        };
        server.fail(still, still, still, still);
        assertThatThrownBy(() -> Files.size(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("4 times in a row: no answer");
    }

    @Test
    void aServerThatIsNotThereIsGivenUp() {
        Path file = put("a.tar", bytes(10));
        server.close();
        assertThatThrownBy(() -> Files.size(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("/a.tar cannot be read, 4 times in a row: ");
    }

    @Test
    void aFileWithoutTagOrTimeIsNotTakenFromTheCacheTheNextTime() throws IOException {
        server.withoutTags();
        Path file = put("a.tar", bytes(1000));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(1000));
        byte[] others = bytes(1000);
        others[0]++;
        server.put("/a.tar", others);
        // Told apart by when they were asked for, to a millisecond.
        Pause.millis(5);
        assertThat(Files.readAllBytes(files().path(file.toString()))).isEqualTo(others);
    }

    @Test
    void aHostThatWasGivenUpIsNotWaitedForAgain() {
        RemoteFiles files = files();
        server.fail(Fault.status(503), Fault.status(503), Fault.status(503), Fault.status(503));
        assertThatThrownBy(() -> Files.size(files.path(server.address("/a.tar"))))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> Files.size(files.path(server.address("/b.tar"))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("/a.tar cannot be read, 4 times in a row");
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aQueryMayOnlySign() {
        RemoteFiles files = files();
        files.path(server.address("/get.tar?id=1"));
        assertThatThrownBy(() -> files.path(server.address("/get.tar?id=2")))
                .hasMessageContaining("/get.tar is given with two different queries");
    }

    @Test
    void aTokenWithAnOddCharacterIsNotQuoted() {
        Path file = files(Map.of("HF_TOKEN", "hf_sec\nret")).path(server.address("/a.tar"));
        assertThatThrownBy(() -> Files.size(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining("sec");
    }

    @Test
    void whatIsNotThereOrRefusedIsNotAskedForAgain() {
        Path missing = files().path(server.address("/b.tar"));
        assertThatThrownBy(() -> Files.size(missing)).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.exists(missing)).isFalse();
        Path refused = put("a.tar", bytes(10));
        server.requests().clear();
        server.fail(Fault.status(403));
        assertThatThrownBy(() -> Files.size(refused))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("status 403");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aFileThatChangesIsNoticed() throws IOException {
        Path file = put("a.tar", bytes(1000));
        assertThat(Files.size(file)).isEqualTo(1000);
        byte[] others = bytes(1000);
        others[500]++;
        server.put("/a.tar", others);
        assertThatThrownBy(() -> Files.readAllBytes(file))
                .isInstanceOf(StoreException.class)
                .hasMessage(server.address("/a.tar")
                        + " has changed since it was opened; start again, so that all of it is of one state");
        assertThat(Files.readAllBytes(files().path(file.toString()))).isEqualTo(others);
    }

    @Test
    void withoutTagsAFileOfAnotherSizeIsNoticed() throws IOException {
        server.withoutTags();
        Path file = put("a.tar", bytes(1000));
        assertThat(Files.size(file)).isEqualTo(1000);
        server.put("/a.tar", bytes(2000));
        assertThatThrownBy(() -> Files.readAllBytes(file)).hasMessageContaining("has changed since it was opened");
    }

    @Test
    void aFileThatIsTakenAwayEndsTheReading() throws IOException {
        Path file = put("a.tar", bytes(1000));
        assertThat(Files.size(file)).isEqualTo(1000);
        server.remove("/a.tar");
        assertThatThrownBy(() -> Files.readAllBytes(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("can no longer be read (status 404)");
    }

    @Test
    void aServerWithoutRangesIsNamed() {
        Path file = put("a.tar", bytes(1000));
        server.fail(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(bytes(1000));
            return true;
        });
        assertThatThrownBy(() -> Files.size(file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("its server ignores the header Range");
    }

    @Test
    void otherBytesThanThoseAskedForAreNotTaken() throws IOException {
        Path file = put("a.tar", bytes(1000));
        assertThat(Files.size(file)).isEqualTo(1000);
        server.fail(exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 1-999/1000");
            exchange.sendResponseHeaders(206, 999);
            exchange.getResponseBody().write(bytes(999));
            return true;
        });
        assertThatThrownBy(() -> Files.readAllBytes(file))
                .hasMessageContaining("the server gives other bytes than those asked for (bytes 1-999/1000 instead of"
                        + " bytes 0 to 999)");
    }

    @Test
    void redirectsAreFollowedButNotForEver() throws IOException {
        byte[] bytes = bytes(100);
        Path file = put("a.tar", bytes);
        server.fail(Fault.status(302, "Location", "/a.tar?signature=1"));
        assertThat(Files.size(file)).isEqualTo(100);
        assertThat(server.requests()).last().isEqualTo("/a.tar?signature=1 bytes=0-0");
        Fault again = Fault.status(307, "Location", "/a.tar");
        server.fail(again, again, again, again, again, again);
        assertThatThrownBy(() -> Files.size(files().path(server.address("/b.tar"))))
                .hasMessageContaining("from one address to the next without end");
        server.fail(Fault.status(302, "Location", "file:///etc/passwd"));
        assertThatThrownBy(() -> Files.size(files().path(server.address("/c.tar"))))
                .hasMessageContaining("an address that is not valid, or less safe");
    }

    @Test
    void aSignatureIsSentButNeverShown() throws IOException {
        server.put("/a.tar", bytes(10));
        Path file = files().path(server.address("/a.tar?X-Signature=secret"));
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(10));
        assertThat(server.requests()).allMatch(request -> request.startsWith("/a.tar?X-Signature=secret "));
        assertThat(file).hasToString(server.address("/a.tar"));
        assertThat(file.toUri().toString()).doesNotContain("secret");
        server.fail(Fault.status(400));
        assertThatThrownBy(() -> Files.size(files().path(server.address("/b.tar?X-Signature=secret"))))
                .hasMessage(server.address("/b.tar") + ": the server answers with status 400");
    }

    @Test
    void thePasswordOfAHostComesFromNetrc() throws IOException {
        server.put("/a.tar", bytes(10));
        Files.writeString(
                folder.resolve(".netrc"),
                "# a machine of mine\nmachine example.org login x password y\nmachine 127.0.0.1\n  login me password pass:word\n");
        assertThat(Files.size(files().path(server.address("/a.tar")))).isEqualTo(10);
        // Base64 of me:pass:word
        assertThat(server.authorizations()).containsExactly("Basic bWU6cGFzczp3b3Jk");
        Path other = Files.writeString(folder.resolve("other"), "machine example.org login x password y");
        assertThat(Files.size(files(Map.of("NETRC", other.toString())).path(server.address("/a.tar"))))
                .isEqualTo(10);
        assertThat(server.authorizations()).last().isEqualTo("null");
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws IOException {
        Path file = put("a.tar", bytes(10));
        assertThat(Files.size(file)).isEqualTo(10);
        server.fail(Fault.status(503));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://",
                "https://host",
                "https://host/",
                "https:///a.tar",
                "https://ho st/a.tar",
                "https://h/a b.tar"
            })
    void anInvalidAddressIsNamed(String address) {
        assertThatThrownBy(() -> files().path(address))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(address + " is no valid address: ");
    }

    @Test
    void otherKindsOfAddressesAndPasswordsInThemAreRefused() {
        assertThatThrownBy(() -> files().path("ftp://host/a.tar"))
                .hasMessageStartingWith("files at ftp:// cannot be read; give addresses of https://, http://, s3://");
        assertThatThrownBy(() -> files().path("https://me:secret@host/a.tar"))
                .hasMessage("https://host/a.tar was given with a user or password, which would be written into the run"
                        + " folder; put them into ~/.netrc");
    }
}
