package io.bandpass.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
 * The safetensors format: eight bytes with the header's length (little endian), a JSON header that names type, shape
 * and byte range of each tensor, then the raw values. Files may come from strangers: everything in the header is
 * checked against the file before any memory is allocated for it.
 */
public final class Safetensors {
    private static final int LARGEST_HEADER = 100 << 20;
    private static final int CHUNK = 1 << 26;
    private static final String METADATA = "__metadata__";

    private static final Map<String, ScalarType> TYPES = Map.of(
            "F64", ScalarType.Double,
            "F32", ScalarType.Float,
            "F16", ScalarType.Half,
            "BF16", ScalarType.BFloat16,
            "I64", ScalarType.Long,
            "I32", ScalarType.Int,
            "I16", ScalarType.Short,
            "I8", ScalarType.Char,
            "U8", ScalarType.Byte,
            "BOOL", ScalarType.Bool);

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private record Entry(String name, ScalarType type, long[] shape, long from, long to) {}

    private Safetensors() {}

    /**
     * Reads a whole file into CPU tensors.
     *
     * @throws WeightsException if the file is not a sound safetensors file
     * @throws IOException if it cannot be read
     */
    public static TensorFile read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            JsonNode header = readHeader(file, channel);
            long dataStart = channel.position();
            List<Entry> entries = entries(file, header, channel.size() - dataStart);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Entry entry : entries) {
                Tensor tensor = Tensors.keep(Tensors.empty(entry.type(), entry.shape()));
                tensors.put(entry.name(), tensor);
                fill(channel, dataStart + entry.from(), tensor);
            }
            return new TensorFile(file.toString(), tensors, metadata(file, header));
        }
    }

    /** Reads only the metadata of a file, whatever its size. */
    public static Map<String, String> readMetadata(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return metadata(file, readHeader(file, channel));
        }
    }

    /**
     * Writes tensors in the order of the map and forces them to the disk. Tensors may be on any device.
     *
     * @throws IOException if the file cannot be written, for example because the disk is full
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject(METADATA);
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            long size = tensor.numel() * tensor.element_size();
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", typeName(tensor.scalar_type()));
            var shape = node.putArray("shape");
            for (long extent : Tensors.shape(tensor)) {
                shape.add(extent);
            }
            node.putArray("data_offsets").add(offset).add(offset + size);
            offset += size;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, start.flip());
            for (Tensor tensor : tensors.values()) {
                writeValues(channel, tensor);
            }
            channel.force(true);
        }
    }

    private static void writeValues(FileChannel channel, Tensor tensor) throws IOException {
        if (tensor.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = tensor.detach().cpu().contiguous().view(-1);
            long step = CHUNK / flat.element_size();
            for (long from = 0; from < flat.numel(); from += step) {
                Tensor part = Tensors.slice(flat, 0, from, Math.min(flat.numel(), from + step));
                writeFully(channel, Tensors.bytes(part));
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void fill(FileChannel channel, long position, Tensor tensor) throws IOException {
        if (tensor.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = tensor.view(-1);
            long step = CHUNK / flat.element_size();
            long at = position;
            for (long from = 0; from < flat.numel(); from += step) {
                ByteBuffer buffer = Tensors.bytes(Tensors.slice(flat, 0, from, Math.min(flat.numel(), from + step)));
                while (buffer.hasRemaining()) {
                    int read = channel.read(buffer, at);
                    if (read < 0) {
                        throw new IOException("the file became shorter while it was read");
                    }
                    at += read;
                }
            }
        }
    }

    private static JsonNode readHeader(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw new WeightsException(
                    file + " is no safetensors file: it has " + size + " bytes, fewer than its header");
        }
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, length);
        long headerLength = length.flip().getLong();
        if (headerLength < 2 || headerLength > size - 8 || headerLength > LARGEST_HEADER) {
            throw new WeightsException(file + " is no safetensors file: its header claims "
                    + Long.toUnsignedString(headerLength) + " bytes, in a file of " + size);
        }
        ByteBuffer json = ByteBuffer.allocate((int) headerLength);
        readFully(channel, json);
        try {
            JsonNode header = JSON.readTree(json.array());
            if (!header.isObject()) {
                throw new WeightsException(file + " is no safetensors file: its header is not a JSON object");
            }
            return header;
        } catch (JsonProcessingException e) {
            throw new WeightsException(
                    file + " is no safetensors file: its header is not sound JSON (" + e.getOriginalMessage() + ")");
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }

    private static Map<String, String> metadata(Path file, JsonNode header) {
        Map<String, String> metadata = new LinkedHashMap<>();
        JsonNode node = header.path(METADATA);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new WeightsException(file + ": metadata " + entry.getKey() + " is not text");
            }
            metadata.put(entry.getKey(), entry.getValue().textValue());
        }
        return metadata;
    }

    private static List<Entry> entries(Path file, JsonNode header, long dataSize) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals(METADATA)) {
                entries.add(entry(file, field.getKey(), field.getValue()));
            }
        }
        long expected = 0;
        List<Entry> byPosition = new ArrayList<>(entries);
        byPosition.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
        for (Entry entry : byPosition) {
            if (entry.from() != expected) {
                throw new WeightsException(file + ": tensor " + entry.name() + " starts at byte " + entry.from()
                        + " of the data, where " + expected + " is expected");
            }
            expected = entry.to();
        }
        if (expected != dataSize) {
            throw new WeightsException(
                    file + " holds " + dataSize + " bytes of data where its header describes " + expected);
        }
        return entries;
    }

    private static Entry entry(Path file, String name, JsonNode node) {
        String typeName = node.path("dtype").asText();
        ScalarType type = TYPES.get(typeName);
        if (type == null) {
            throw new WeightsException(file + ": tensor " + name + " has the type '" + typeName + "', which is none of "
                    + TYPES.keySet().stream().sorted().toList());
        }
        JsonNode shapeNode = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new WeightsException(file + ": tensor " + name + " lacks a shape or its two data offsets");
        }
        long[] shape = new long[shapeNode.size()];
        long bytes = elementSize(type);
        try {
            for (int i = 0; i < shape.length; i++) {
                shape[i] = longValue(file, name, shapeNode.get(i));
                bytes = Math.multiplyExact(bytes, shape[i]);
            }
        } catch (ArithmeticException e) {
            throw new WeightsException(file + ": tensor " + name + " claims the impossible shape " + shapeNode);
        }
        long from = longValue(file, name, offsets.get(0));
        long to = longValue(file, name, offsets.get(1));
        if (to < from || to - from != bytes) {
            throw new WeightsException(file + ": tensor " + name + " of shape " + shapeNode + " and type " + typeName
                    + " takes " + bytes + " bytes, but its offsets span " + (to - from));
        }
        return new Entry(name, type, shape, from, to);
    }

    private static long longValue(Path file, String name, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new WeightsException(file + ": tensor " + name + " has the bad extent or offset " + node);
        }
        return node.longValue();
    }

    private static long elementSize(ScalarType type) {
        return org.bytedeco.pytorch.global.torch.elementSize(type);
    }

    private static String typeName(ScalarType type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type.intern())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("safetensors has no type for " + type));
    }
}
