package io.bandpass.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PyTorch files put together by hand, sound or not. */
public final class RawTorchFile {
    private RawTorchFile() {}

    /** A pickle of protocol 2 in the making. */
    public static final class Pickle {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        public Pickle() {
            op(0x80).op(2);
        }

        /** Opcodes, or bytes after them. */
        public Pickle op(int... codes) {
            for (int code : codes) {
                bytes.write(code);
            }
            return this;
        }

        public Pickle global(String module, String name) {
            return raw(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        }

        public Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return op('X').raw(little(4).putInt(utf8.length).array()).raw(utf8);
        }

        public Pickle whole(long value) {
            return op(0x8a, 8).raw(little(8).putLong(value).array());
        }

        public Pickle tuple(long... values) {
            op('(');
            for (long value : values) {
                whole(value);
            }
            return op('t');
        }

        /** A tensor as {@code torch.save} describes it. */
        public Pickle tensor(String storageClass, String key, long count, long offset, long[] shape, long[] strides) {
            return global("torch._utils", "_rebuild_tensor_v2")
                    .op('(')
                    .op('(')
                    .text("storage")
                    .global("torch", storageClass)
                    .text(key)
                    .text("cpu")
                    .whole(count)
                    .op('t', 'Q')
                    .whole(offset)
                    .tuple(shape)
                    .tuple(strides)
                    .op(0x89, '}', 't', 'R');
        }

        public Pickle raw(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        public byte[] stop() {
            op('.');
            return bytes.toByteArray();
        }
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@code {"t": tensor}} over storage 0. */
    public static byte[] oneTensor(String storageClass, long count, long offset, long[] shape, long[] strides) {
        return new Pickle()
                .op('}')
                .text("t")
                .tensor(storageClass, "0", count, offset, shape, strides)
                .op('s')
                .stop();
    }

    /** An archive with this pickle and storage 0. */
    public static Map<String, byte[]> entries(byte[] pickle, byte[] storage) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("x/data.pkl", pickle);
        entries.put("x/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        entries.put("x/data/0", storage);
        entries.put("x/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return entries;
    }

    /** A zip file of these entries, not compressed. */
    public static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                CRC32 checksum = new CRC32();
                checksum.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** Writes an archive. */
    public static Path write(Path file, byte[] pickle, byte[] storage) throws IOException {
        return Files.write(file, zip(entries(pickle, storage)));
    }

    /** Numbers as the bytes of a storage. */
    public static byte[] floats(ByteOrder order, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }
}
