package io.bandpass.format;

import io.bandpass.torch.Tensors;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Writes a state dict in the format of {@code torch.save}, readable with {@code weights_only=True}: an OrderedDict of
 * tensors, or a dict that holds one beside plain values.
 */
public final class TorchWriter {
    private static final String ROOT = "archive/";
    private static final byte PROTO = (byte) 0x80;
    private static final byte PROTOCOL = 2;
    private static final byte EMPTY_DICT = '}';
    private static final byte NEWFALSE = (byte) 0x89;
    private static final byte LONG1 = (byte) 0x8a;

    private TorchWriter() {}

    /** Puts the opcodes of an object. */
    private interface Content {
        void put(ByteArrayOutputStream bytes) throws IOException;
    }

    /** Consumer of a tensor's bytes. */
    private interface Sink {
        void take(ByteBuffer bytes) throws IOException;
    }

    /**
     * Writes a file.
     *
     * @throws IOException if the file cannot be written, for example because the disk is full
     */
    public static void write(Path file, Map<String, Tensor> state) throws IOException {
        write(file, state, bytes -> state(bytes, state));
    }

    /**
     * Writes a file whose top is a dict of two: plain values, and the state under the key {@code state_dict}.
     *
     * @param key of the plain values
     * @param values strings, whole numbers, lists and maps of these; maps and lists may be nested, and must not contain
     *     themselves
     * @throws IOException if the file cannot be written, for example because the disk is full
     */
    public static void write(Path file, Map<String, Tensor> state, String key, Map<String, ?> values)
            throws IOException {
        write(file, state, bytes -> {
            bytes.write(EMPTY_DICT);
            bytes.write('(');
            text(bytes, key);
            value(bytes, values);
            text(bytes, "state_dict");
            state(bytes, state);
            bytes.write('u');
        });
    }

    private static void write(Path file, Map<String, Tensor> state, Content content) throws IOException {
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            zip.setMethod(ZipOutputStream.STORED);
            entry(zip, "data.pkl", pickle(content));
            entry(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            int key = 0;
            for (Tensor tensor : state.values()) {
                CRC32 checksum = new CRC32();
                values(tensor, checksum::update);
                start(zip, "data/" + key++, tensor.numel() * tensor.element_size(), checksum.getValue());
                WritableByteChannel channel = Channels.newChannel(zip);
                values(tensor, bytes -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                });
                zip.closeEntry();
            }
            entry(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        start(zip, name, content.length, checksum.getValue());
        zip.write(content);
        zip.closeEntry();
    }

    private static void start(ZipOutputStream zip, String name, long size, long checksum) throws IOException {
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum);
        entry.setTime(0);
        zip.putNextEntry(entry);
    }

    private static void values(Tensor tensor, Sink sink) throws IOException {
        if (tensor.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = tensor.detach().cpu().contiguous().view(-1); // (n)
            long step = Safetensors.CHUNK / flat.element_size();
            for (long from = 0; from < flat.numel(); from += step) {
                sink.take(Tensors.bytes(Tensors.slice(flat, 0, from, Math.min(flat.numel(), from + step))));
            }
        }
    }

    /** Pickles an object in protocol 2. */
    private static byte[] pickle(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(PROTO);
        bytes.write(PROTOCOL);
        content.put(bytes);
        bytes.write('.');
        return bytes.toByteArray();
    }

    /** Puts {@code OrderedDict([(name, _rebuild_tensor_v2(storage, 0, shape, strides, ...)), ...])}. */
    private static void state(ByteArrayOutputStream bytes, Map<String, Tensor> state) throws IOException {
        orderedDict(bytes);
        bytes.write('(');
        int key = 0;
        for (Map.Entry<String, Tensor> entry : state.entrySet()) {
            text(bytes, entry.getKey());
            tensor(bytes, entry.getValue(), key++);
        }
        bytes.write('u');
    }

    private static void value(ByteArrayOutputStream bytes, Object value) throws IOException {
        if (value instanceof String text) {
            text(bytes, text);
        } else if (value instanceof Integer || value instanceof Long) {
            whole(bytes, ((Number) value).longValue());
        } else if (value instanceof List<?> list) {
            bytes.write(']');
            bytes.write('(');
            for (Object item : list) {
                value(bytes, item);
            }
            bytes.write('e');
        } else if (value instanceof Map<?, ?> map) {
            bytes.write(EMPTY_DICT);
            bytes.write('(');
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                value(bytes, entry.getKey());
                value(bytes, entry.getValue());
            }
            bytes.write('u');
        } else {
            throw new IllegalArgumentException("a " + value.getClass() + " is no plain value");
        }
    }

    private static void tensor(ByteArrayOutputStream bytes, Tensor tensor, int key) throws IOException {
        global(bytes, "torch._utils", "_rebuild_tensor_v2");
        bytes.write('(');
        bytes.write('(');
        text(bytes, "storage");
        global(bytes, "torch", storageName(tensor.scalar_type().intern()));
        text(bytes, Integer.toString(key));
        text(bytes, "cpu");
        whole(bytes, tensor.numel());
        bytes.write('t');
        bytes.write('Q');
        whole(bytes, 0);
        long[] shape = Tensors.shape(tensor);
        List<Long> extents = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            extents.add(0, shape[i]);
            strides.add(0, stride);
            stride *= Math.max(1, shape[i]);
        }
        tuple(bytes, extents);
        tuple(bytes, strides);
        bytes.write(NEWFALSE);
        orderedDict(bytes);
        bytes.write('t');
        bytes.write('R');
    }

    private static String storageName(ScalarType type) {
        return TorchValues.STORAGES.entrySet().stream()
                .filter(entry -> entry.getValue() == type && !entry.getKey().contains("yped"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("PyTorch files have no storage for " + type));
    }

    private static void orderedDict(ByteArrayOutputStream bytes) throws IOException {
        global(bytes, "collections", "OrderedDict");
        bytes.write(')');
        bytes.write('R');
    }

    private static void global(ByteArrayOutputStream bytes, String module, String name) throws IOException {
        bytes.write(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void text(ByteArrayOutputStream bytes, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.write('X');
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes.write(utf8.length >>> (8 * i));
        }
        bytes.write(utf8);
    }

    private static void whole(ByteArrayOutputStream bytes, long value) {
        bytes.write(LONG1);
        bytes.write(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            bytes.write((int) (value >>> (8 * i)));
        }
    }

    private static void tuple(ByteArrayOutputStream bytes, List<Long> values) {
        bytes.write('(');
        values.forEach(value -> whole(bytes, value));
        bytes.write('t');
    }
}
