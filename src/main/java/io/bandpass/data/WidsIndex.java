package io.bandpass.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes of the package wids say of the shards beside them: their sizes and numbers of samples. Nothing is
 * read by them, but they tell shards that are incomplete or not there.
 */
final class WidsIndex {
    private static final String KIND = "wids-shard-index-v1";
    private static final long LONGEST = 1 << 26;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private record Entry(Path index, long samples, long bytes) {}

    private final Set<Path> folders = new HashSet<>();
    private final Map<Path, Entry> entries = new LinkedHashMap<>();

    /**
     * Compares a shard with the index beside it.
     *
     * @return what does not agree, as a clause about the shard; null if all does, or there is no index
     */
    @Nullable
    String difference(Path shard, long samples, long bytes) {
        Path folder = shard.toAbsolutePath().getParent();
        if (folder != null && folders.add(folder)) {
            read(folder);
        }
        Entry entry = entries.get(shard.toAbsolutePath());
        if (entry == null) {
            return null;
        }
        if (entry.bytes() >= 0 && entry.bytes() != bytes) {
            return "has " + Counts.of(bytes, "byte") + ", but by " + FileNames.text(entry.index()) + " "
                    + Counts.of(entry.bytes(), "byte") + ": it is incomplete, or another";
        }
        return entry.samples() >= 0 && entry.samples() != samples
                ? "has " + Counts.of(samples, "sample") + ", but by " + FileNames.text(entry.index()) + " "
                        + Counts.of(entry.samples(), "sample")
                : null;
    }

    /** Returns a notice on shards below a folder that are listed in an index, but are not there; null for none. */
    @Nullable
    String missing(Path folder) {
        int count = 0;
        String first = "";
        String index = "";
        for (Map.Entry<Path, Entry> entry : entries.entrySet()) {
            if (entry.getKey().startsWith(folder.toAbsolutePath()) && !Files.exists(entry.getKey())) {
                if (count == 0) {
                    first = FileNames.text(entry.getKey());
                    index = FileNames.text(entry.getValue().index());
                }
                count++;
            }
        }
        return count == 0
                ? null
                : index + " lists " + Counts.of(count, "shard") + " that " + Counts.choose(count, "is", "are")
                        + " not there, such as " + first;
    }

    private void read(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            for (Path file : sorted.stream().sorted().toList()) {
                if (Files.isRegularFile(file) && Files.size(file) <= LONGEST) {
                    take(folder, file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The shards are complete without it.
        }
    }

    private void take(Path folder, Path file) {
        try {
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (!root.path("__kind__").asText().equals(KIND)) {
                return;
            }
            for (JsonNode shard : root.path("shardlist")) {
                // Addresses of other machines name no file.
                Path path = folder.resolve(shard.path("url").asText()).normalize();
                if (path.startsWith(folder) && !path.equals(folder) && ShardNames.isShard(path)) {
                    entries.putIfAbsent(
                            path,
                            new Entry(
                                    file,
                                    shard.path("nsamples").asLong(-1),
                                    shard.path("filesize").asLong(-1)));
                }
            }
        } catch (IOException | InvalidPathException e) {
            // Some other JSON.
        }
    }
}
