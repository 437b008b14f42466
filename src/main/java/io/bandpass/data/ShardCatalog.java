package io.bandpass.data;

import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scan found in a shard, in the form in which it is kept in an index: some 40 bytes per sample, and its name.
 *
 * @param samples their records, one after the other
 * @param count number of samples, readable or not
 * @param problem why what follows them could not be read, as a clause; empty if the shard was read to its end
 * @param withoutImage number of samples without an image, which are left out
 * @param skipped number of members that cannot be parts of a sample
 * @param firstSkipped the name of one; empty for none
 * @param remarks clauses about the shard
 * @param parquet what only a Parquet file has
 * @param lasting whether this depends on the content only, and so holds until the shard changes
 */
record ShardCatalog(
        byte[] samples,
        int count,
        String problem,
        int withoutImage,
        int skipped,
        String firstSkipped,
        List<String> remarks,
        ParquetParts parquet,
        boolean lasting) {
    /**
     * A sample with an image.
     *
     * @param name of the image's member or row, in UTF-8
     * @param offset of the image's bytes from the start of the shard, or their {@link PackedPlace}
     * @param length number of the image's bytes
     * @param label class index, or the reason why there is none, as in {@link ShardLabels}
     */
    record Sample(byte[] name, long offset, int length, HeaderCheck check, int label) {}

    /** Receives the samples of a shard in order. */
    interface Sink {
        void accept(Sample sample);
    }

    /** Collects samples. */
    static final class Builder {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream output = new DataOutputStream(bytes);
        private int count;

        void add(String name, long offset, int length, HeaderCheck check, int label) {
            try {
                text(output, name);
                output.writeLong(offset);
                output.writeInt(length);
                output.writeInt(label);
                output.writeByte(
                        check.format() == null
                                ? HeaderIndex.DAMAGED
                                : check.format().code());
                output.writeInt(check.width());
                output.writeInt(check.height());
                if (check.format() == null) {
                    text(output, String.valueOf(check.reason()));
                }
                count++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        byte[] samples() {
            return bytes.toByteArray();
        }

        int count() {
            return count;
        }
    }

    /** Returns the catalog of a shard of which nothing could be read. */
    static ShardCatalog unreadable(String problem) {
        return new ShardCatalog(new byte[0], 0, problem, 0, 0, "", List.of(), ParquetParts.NONE, false);
    }

    void forEach(Sink sink) {
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(samples))) {
            for (int i = 0; i < count; i++) {
                sink.accept(sample(input));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sample sample(DataInputStream input) throws IOException {
        byte[] name = bytes(input);
        long offset = input.readLong();
        int length = input.readInt();
        int label = input.readInt();
        int code = input.readByte();
        int width = input.readInt();
        int height = input.readInt();
        HeaderCheck check = code == HeaderIndex.DAMAGED
                ? HeaderCheck.damaged(new String(bytes(input), StandardCharsets.UTF_8))
                : HeaderCheck.image(
                        ImageFormat.ofCode(code)
                                .orElseThrow(() -> new IOException("it names a format that is not known")),
                        width,
                        height);
        return new Sample(name, offset, length, check, label);
    }

    /** Writes the catalog, to be read by {@link #read}. */
    void write(DataOutputStream output) throws IOException {
        output.writeInt(samples.length);
        output.write(samples);
        output.writeInt(count);
        text(output, problem);
        output.writeInt(withoutImage);
        output.writeInt(skipped);
        text(output, firstSkipped);
        output.writeShort(remarks.size());
        for (String remark : remarks) {
            text(output, remark);
        }
        parquet.write(output);
    }

    /**
     * Reads a catalog.
     *
     * @throws IOException if it is damaged
     */
    static ShardCatalog read(DataInputStream input) throws IOException {
        int length = input.readInt();
        if (length < 0 || length > input.available()) {
            throw new IOException("it claims more than it holds");
        }
        byte[] samples = input.readNBytes(length);
        int count = input.readInt();
        String problem = new String(bytes(input), StandardCharsets.UTF_8);
        int withoutImage = input.readInt();
        int skipped = input.readInt();
        String firstSkipped = new String(bytes(input), StandardCharsets.UTF_8);
        List<String> remarks = new ArrayList<>();
        for (int left = input.readUnsignedShort(); left > 0; left--) {
            remarks.add(new String(bytes(input), StandardCharsets.UTF_8));
        }
        ParquetParts parquet = ParquetParts.read(input);
        return new ShardCatalog(samples, count, problem, withoutImage, skipped, firstSkipped, remarks, parquet, true);
    }

    static void text(DataOutputStream output, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.writeShort(bytes.length);
        output.write(bytes);
    }

    static byte[] bytes(DataInputStream input) throws IOException {
        byte[] bytes = new byte[input.readUnsignedShort()];
        input.readFully(bytes);
        return bytes;
    }
}
