package io.bandpass.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * NumPy's file format for one array, version 1.0: magic bytes, the header's length, a header that is a Python literal
 * padded so that the values start at a multiple of 64 bytes, then the values.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /** Writes rows atomically as an array of float32 in C order. */
    public static void write(Path file, TensorRows rows) throws IOException {
        String shape = Arrays.stream(rows.shape()).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String comma = rows.shape().length == 1 ? "," : "";
        ByteBuffer start = start("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + comma + "), }");
        AtomicFiles.write(file, temporary -> {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                while (start.hasRemaining()) {
                    channel.write(start);
                }
                rows.copyTo(channel);
            }
        });
    }

    private static ByteBuffer start(String header) {
        int before = MAGIC.length + Short.BYTES;
        // The header ends in a line break.
        int whole = (before + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer start = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).putShort((short) (whole - before)).put(header.getBytes(StandardCharsets.US_ASCII));
        while (start.remaining() > 1) {
            start.put((byte) ' ');
        }
        return start.put((byte) '\n').flip();
    }
}
