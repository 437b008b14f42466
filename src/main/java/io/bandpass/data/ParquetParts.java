package io.bandpass.data;

import io.bandpass.format.PackedPage;
import io.bandpass.format.ParquetCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What only a Parquet file has, and no other shard.
 *
 * @param pages the compressed pages that hold images
 * @param classNames by label, as {@code datasets} stores them in the file; empty for none
 */
record ParquetParts(List<PackedPage> pages, List<String> classNames) {
    static final ParquetParts NONE = new ParquetParts(List.of(), List.of());

    private static final int PAGE_BYTES = 1 + Long.BYTES + 2 * Integer.BYTES;

    ParquetParts {
        pages = List.copyOf(pages);
        classNames = List.copyOf(classNames);
    }

    /** Writes the parts, to be read by {@link #read}. */
    void write(DataOutputStream output) throws IOException {
        output.writeInt(pages.size());
        for (PackedPage page : pages) {
            output.writeByte(page.codec().code());
            output.writeLong(page.position());
            output.writeInt(page.compressed());
            output.writeInt(page.size());
        }
        output.writeInt(classNames.size());
        for (String name : classNames) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            output.writeInt(bytes.length);
            output.write(bytes);
        }
    }

    /**
     * Reads parts.
     *
     * @throws IOException if they are damaged
     */
    static ParquetParts read(DataInputStream input) throws IOException {
        List<PackedPage> pages = new ArrayList<>();
        for (int left = count(input, PAGE_BYTES); left > 0; left--) {
            ParquetCodec codec = ParquetCodec.of(input.readUnsignedByte());
            pages.add(new PackedPage(codec, input.readLong(), input.readInt(), input.readInt()));
        }
        List<String> names = new ArrayList<>();
        for (int left = count(input, Integer.BYTES); left > 0; left--) {
            names.add(new String(input.readNBytes(count(input, 1)), StandardCharsets.UTF_8));
        }
        return new ParquetParts(pages, names);
    }

    private static int count(DataInputStream input, int bytesEach) throws IOException {
        int count = input.readInt();
        if (count < 0 || (long) count * bytesEach > input.available()) {
            throw new IOException("it claims more than it holds");
        }
        return count;
    }
}
