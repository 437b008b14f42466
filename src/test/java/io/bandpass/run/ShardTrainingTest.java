package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.dataset.ImageShards;
import io.bandpass.dataset.ShardSize;
import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.RangeServer;
import io.bandpass.testing.RangeServer.Fault;
import io.bandpass.testing.RunFiles;
import io.bandpass.testing.S3Server;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on shards is training on the images that were packed into them. */
final class ShardTrainingTest {
    @TempDir
    private Path folder;

    @Test
    void aRunOnShardsHasTheNumbersOfARunOnTheImagesThatWerePacked() throws IOException {
        Path data = TinyRuns.images(folder.resolve("data"), 48);
        Path shards = pack(data);
        Path ofFiles = folder.resolve("of-files");
        Path ofShards = folder.resolve("of-shards");
        TinyRuns.of("quick-vit", settings(), data, ofFiles).run();
        TinyRuns.of("quick-vit", settings(), shards, ofShards).run();
        assertThat(RunFiles.metrics(ofShards))
                .as(RunFiles.difference(ofShards, ofFiles))
                .isEqualTo(RunFiles.metrics(ofFiles))
                .anyMatch(row -> row.has("knn_top1"));
        assertThat(RunFiles.weights(ofShards)).isEqualTo(RunFiles.weights(ofFiles));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.order=full", "data.order=shards"})
    void aRunOnShardsThatStoppedInMidEpochAndResumedIsAsNeverStopped(String order) throws IOException {
        Path shards = pack(TinyRuns.images(folder.resolve("data"), 48));
        Path whole = folder.resolve("whole");
        Path broken = folder.resolve("broken");
        List<String> settings = settings();
        settings.add(order);
        settings.add("data.shard-streams=2");
        TinyRuns.of("quick-vit", settings, shards, whole).run();
        int[] steps = {0};
        TinyRuns.of("quick-vit", settings, shards, broken)
                .stopWhen(() -> ++steps[0] == 8)
                .run();
        assertThat(broken.resolve("DONE")).doesNotExist();
        Pretraining.resume(broken, List.of(), List.of(), () -> false);
        assertThat(RunFiles.metrics(broken))
                .as(RunFiles.difference(broken, whole))
                .isEqualTo(RunFiles.metrics(whole));
        assertThat(RunFiles.weights(broken)).isEqualTo(RunFiles.weights(whole));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.order=full", "data.order=shards"})
    void aRunOnShardsOfAServerThatFailsNowAndThenHasTheNumbersOfARunOnTheShards(String order) throws IOException {
        Path shards = pack(TinyRuns.images(folder.resolve("data"), 48));
        List<String> settings = settings();
        settings.add(order);
        Path local = folder.resolve("local");
        TinyRuns.of("quick-vit", settings, shards, local).run();
        settings.add("data.cache=" + folder.resolve("cache"));
        Path remote = folder.resolve("remote");
        try (RangeServer server = new RangeServer();
                Stream<Path> files = Files.list(shards)) {
            List<String> addresses = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                server.put("/set/" + file.getFileName(), Files.readAllBytes(file));
                if (file.toString().endsWith(".tar")) {
                    addresses.add(server.address("/set/" + file.getFileName()));
                }
            }
            server.cutAfter(9_000);
            server.fail(
                    Fault.none(), Fault.status(503), Fault.none(), Fault.none(), Fault.silence(), Fault.status(500));
            Path list = Files.write(folder.resolve("list.txt"), addresses);
            TinyRuns.of("quick-vit", settings, list, remote).run();
            assertThat(server.requests()).hasSizeGreaterThan(3 * addresses.size());
        }
        assertThat(RunFiles.metrics(remote))
                .as(RunFiles.difference(remote, local))
                .isEqualTo(RunFiles.metrics(local));
        assertThat(RunFiles.weights(remote)).isEqualTo(RunFiles.weights(local));
    }

    @Test
    void aRunOnABucketThatFailsNowAndThenHasTheNumbersOfARunOnTheShards() throws Exception {
        Path shards = pack(TinyRuns.images(folder.resolve("data"), 48));
        Path local = folder.resolve("local");
        Path remote = folder.resolve("remote");
        List<String> settings = settings();
        TinyRuns.of("quick-vit", settings, shards, local).run();
        try (S3Server server = new S3Server("photos");
                Stream<Path> files = Files.list(shards)) {
            for (Path file : files.toList()) {
                server.put("set/" + file.getFileName(), Files.readAllBytes(file));
            }
            Fault cut = exchange -> {
                exchange.getResponseHeaders().set("Content-Range", "bytes 0-999/1000");
                exchange.sendResponseHeaders(206, 1000);
                exchange.getResponseBody().write(new byte[10]);
                return true;
            };
            server.fail(Fault.none(), Fault.status(503), Fault.none(), cut, Fault.none(), Fault.none());
            server.fail(server.restart(1500), Fault.none(), Fault.none(), Fault.silence(), Fault.status(500));
            List<String> arguments =
                    new ArrayList<>(List.of("pretrain", "--recipe", "quick-vit", "--data", "s3://photos/set"));
            settings.add("data.cache=" + folder.resolve("cache"));
            settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
            arguments.addAll(List.of("--out", remote.toString()));
            Path output = folder.resolve("output");
            try (ChildProcess child =
                    new ChildProcess(output, List.of(), server.environment(), "io.bandpass.cli.Main", arguments)) {
                assertThat(child.exitCode()).as(() -> printed(child)).isZero();
                assertThat(printed(child)).contains("s3://photos/set").doesNotContain(S3Server.SECRET_KEY);
            }
        }
        assertThat(RunFiles.metrics(remote))
                .as(RunFiles.difference(remote, local))
                .isEqualTo(RunFiles.metrics(local));
        assertThat(RunFiles.weights(remote)).isEqualTo(RunFiles.weights(local));
    }

    private static String printed(ChildProcess child) {
        try {
            return child.printed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pack(Path data) throws IOException {
        Path shards = folder.resolve("shards");
        ImageShards.write(
                List.of(data.toString()),
                List.of("data.index=none"),
                shards,
                new ShardSize(Long.MAX_VALUE, 7),
                false,
                (done, all) -> {});
        return shards;
    }

    private static List<String> settings() {
        List<String> settings = new ArrayList<>(TinyRuns.vit());
        settings.add("train.epochs=2");
        settings.add("data.workers=2");
        return settings;
    }
}
