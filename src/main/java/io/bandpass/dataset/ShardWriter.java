package io.bandpass.dataset;

import io.bandpass.format.TarWriter;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the samples of one part of a set, {@code train} or {@code val}, as numbered shards. */
final class ShardWriter implements Closeable {
    private static final String LABEL = ".cls";
    private static final int BUFFER = 1 << 18;

    private final Path folder;
    private final String part;
    private final ShardSize limit;
    private final List<Map<String, Object>> shards = new ArrayList<>();
    private @Nullable TarWriter archive;
    private int samples;

    ShardWriter(Path folder, String part, ShardSize limit) {
        this.folder = folder;
        this.part = part;
        this.limit = limit;
    }

    /**
     * Adds a sample, in a new shard if the last one has no place for it. A sample that is too large for any shard has one
     * of its own.
     *
     * @param label class index
     */
    void add(String key, String extension, long size, InputStream content, Optional<Integer> label) throws IOException {
        String image = key + "." + extension;
        byte[] text = label.map(String::valueOf).orElse("").getBytes(StandardCharsets.US_ASCII);
        long length =
                TarWriter.length(image, size) + (text.length == 0 ? 0 : TarWriter.length(key + LABEL, text.length));
        TarWriter current = archive;
        if (current != null && (samples >= limit.images() || current.length() + length > limit.bytes())) {
            end(current);
            current = null;
        }
        if (current == null) {
            current = new TarWriter(new BufferedOutputStream(Files.newOutputStream(folder.resolve(name())), BUFFER));
            archive = current;
        }
        current.add(image, size, content);
        if (text.length > 0) {
            current.add(key + LABEL, text.length, new ByteArrayInputStream(text));
        }
        samples++;
    }

    private String name() {
        return String.format(Locale.ROOT, "%s-%06d.tar", part, shards.size());
    }

    private void end(TarWriter current) throws IOException {
        current.finish();
        current.close();
        archive = null;
        Map<String, Object> shard = new LinkedHashMap<>();
        shard.put("url", name());
        shard.put("nsamples", samples);
        shard.put("filesize", Files.size(folder.resolve(name())));
        shards.add(shard);
        samples = 0;
    }

    /** Ends the last shard, and returns the entries of all for an index. */
    List<Map<String, Object>> finish() throws IOException {
        if (archive != null) {
            end(archive);
        }
        return shards;
    }

    @Override
    public void close() throws IOException {
        if (archive != null) {
            archive.close();
        }
    }
}
