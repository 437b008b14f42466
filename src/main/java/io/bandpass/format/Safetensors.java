package io.bandpass.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.SafetensorsHeader.Entry;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The safetensors format: eight bytes with the header's length (little endian), a JSON header with the type, shape and
 * byte range of each tensor, then the raw values. Files may be untrusted: the header is checked against the file before
 * memory is allocated for what it claims.
 */
public final class Safetensors {
    static final int CHUNK = 1 << 26;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    /**
     * Reads a whole file into CPU tensors.
     *
     * @throws WeightsException if it is not a valid safetensors file, or not readable
     * @throws IOException if reading fails
     */
    public static TensorFile read(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return read(file.toString(), channel);
        }
    }

    static TensorFile read(String source, SeekableByteChannel channel) throws IOException {
        return read(source, channel, SafetensorsHeader.read(source, channel));
    }

    /**
     * Reads the tensors of an open file into CPU tensors.
     *
     * @param source name of the channel, for messages
     * @param header read from the same channel
     */
    public static TensorFile read(String source, SeekableByteChannel channel, SafetensorsHeader header)
            throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try {
            for (Entry entry : header.entries()) {
                String name = "tensor " + SafetensorsHeader.shown(entry.name());
                Tensor tensor = allocate(source, name, entry.to() - entry.from(), entry.type(), entry.shape());
                tensors.put(entry.name(), tensor);
                channel.position(header.dataStart() + entry.from());
                fill(source, channel, tensor);
            }
        } catch (RuntimeException | Error e) {
            tensors.values().forEach(Tensor::close);
            throw e;
        } catch (IOException e) {
            tensors.values().forEach(Tensor::close);
            throw new IOException(source + " cannot be read: " + e.getMessage(), e);
        }
        return new TensorFile(source, tensors, header.metadata());
    }

    /** Reads only the metadata of a file. */
    public static Map<String, String> readMetadata(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return SafetensorsHeader.read(file.toString(), channel).metadata();
        }
    }

    /** Opens a weights file of any format. */
    public static FileChannel open(Path file) throws IOException {
        // Opening a pipe would block, and a folder opens like a file.
        if (!Files.isRegularFile(file)) {
            throw new WeightsException(
                    Files.exists(file) ? file + " is not a file of weights" : "there is no weights file " + file);
        }
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            throw new WeightsException(file + " cannot be read: there is no permission to read it");
        }
    }

    /** Allocates memory for values that are present in the file, which may still exceed the available memory. */
    static Tensor allocate(String source, String name, long bytes, ScalarType type, long... shape) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(Tensors.empty(type, shape));
        } catch (RuntimeException e) {
            throw new WeightsException(source + ": there is no memory for " + name + " of " + bytes + " bytes");
        }
    }

    /**
     * Writes tensors, on any device, and flushes them to disk. They are ordered by element size, widest first, and
     * otherwise as in the map, so that each tensor is aligned to its element size.
     *
     * @throws IOException if the file cannot be written, for example because the disk is full
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = header(metadata);
        List<Map.Entry<String, Tensor>> widestFirst = new ArrayList<>(tensors.entrySet());
        widestFirst.sort(Comparator.comparingLong(entry -> -entry.getValue().element_size()));
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : widestFirst) {
            describe(header.putObject(entry.getKey()), entry.getValue(), offset);
            offset += size(entry.getValue());
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, start(header));
            for (Map.Entry<String, Tensor> entry : widestFirst) {
                writeValues(channel, entry.getValue());
            }
            channel.force(true);
        }
    }

    /** Writes a file as {@link #write} does, but atomically. */
    public static void writeWhole(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        AtomicFiles.write(file, temporary -> write(temporary, tensors, metadata));
    }

    /**
     * Atomically writes tensors that were collected row by row.
     *
     * @param tensors by name, each as blocks of rows to be concatenated
     * @param metadata by key
     */
    public static void writeRows(Path file, Map<String, List<TensorRows>> tensors, Map<String, String> metadata)
            throws IOException {
        ObjectNode header = header(metadata);
        long offset = 0;
        for (Map.Entry<String, List<TensorRows>> entry : tensors.entrySet()) {
            long[] shape = entry.getValue().get(0).shape();
            shape[0] = entry.getValue().stream()
                    .mapToLong(block -> block.shape()[0])
                    .sum();
            long size = entry.getValue().stream().mapToLong(TensorRows::size).sum();
            String type =
                    SafetensorsHeader.typeName(entry.getValue().get(0).type()).orElseThrow();
            describe(header.putObject(entry.getKey()), type, shape, offset, size);
            offset += size;
        }
        AtomicFiles.write(file, temporary -> {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                writeFully(channel, start(header));
                for (List<TensorRows> blocks : tensors.values()) {
                    for (TensorRows block : blocks) {
                        block.copyTo(channel);
                    }
                }
            }
        });
    }

    private static ObjectNode header(Map<String, String> metadata) {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(node::put);
        }
        return header;
    }

    /**
     * Returns everything before the values: the header's length and the header, padded to a multiple of eight bytes.
     */
    private static ByteBuffer start(ObjectNode header) throws IOException {
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        return start.flip();
    }

    private static void describe(ObjectNode node, Tensor tensor, long offset) {
        ScalarType type = tensor.scalar_type();
        String word = SafetensorsHeader.typeName(type)
                .orElseThrow(() -> new IllegalArgumentException("safetensors has no type for " + type));
        describe(node, word, Tensors.shape(tensor), offset, size(tensor));
    }

    private static void describe(ObjectNode node, String type, long[] shape, long offset, long size) {
        node.put("dtype", type);
        ArrayNode extents = node.putArray("shape");
        for (long extent : shape) {
            extents.add(extent);
        }
        node.putArray("data_offsets").add(offset).add(offset + size);
    }

    private static long size(Tensor tensor) {
        return tensor.numel() * tensor.element_size();
    }

    private static void writeValues(FileChannel channel, Tensor tensor) throws IOException {
        if (tensor.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = tensor.detach().cpu().contiguous().view(-1); // (n)
            long step = CHUNK / flat.element_size();
            for (long from = 0; from < flat.numel(); from += step) {
                Tensor chunk = Tensors.slice(flat, 0, from, Math.min(flat.numel(), from + step));
                writeFully(channel, Tensors.bytes(chunk));
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void fill(String source, SeekableByteChannel channel, Tensor tensor) throws IOException {
        if (tensor.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = tensor.view(-1); // (n)
            long step = CHUNK / flat.element_size();
            for (long from = 0; from < flat.numel(); from += step) {
                ByteBuffer buffer = Tensors.bytes(Tensors.slice(flat, 0, from, Math.min(flat.numel(), from + step)));
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer) < 0) {
                        throw SafetensorsHeader.cutShort(source);
                    }
                }
            }
        }
    }
}
