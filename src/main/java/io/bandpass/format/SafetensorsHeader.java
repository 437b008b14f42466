package io.bandpass.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Header of a safetensors file, checked against the file's size.
 *
 * @param entries in the order of the header
 * @param dataStart position of the values in the file
 */
public record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata, long dataStart) {
    /**
     * A tensor.
     *
     * @param from first byte, relative to the start of the values
     * @param to exclusive
     */
    record Entry(String name, ScalarType type, long[] shape, long from, long to) {}

    static final String METADATA = "__metadata__";

    /** Headers of image encoders take some 100 KB. */
    private static final int LARGEST = 16 << 20;

    static final int MOST_DIMENSIONS = 64;
    private static final int LONGEST_SHOWN = 120;
    private static final int LONGEST_NAME = 1000;

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

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads the header and leaves the channel at the first value.
     *
     * @param source name of the channel, for messages
     * @throws WeightsException if it is malformed, or does not match the file
     */
    public static SafetensorsHeader read(String source, SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        rejectOtherKinds(source, channel);
        if (size < 8) {
            throw new WeightsException(source + " is no safetensors file: it has " + size
                    + " bytes, where the length of its header alone takes 8");
        }
        long length = readFully(source, channel, 8).getLong();
        if (length < 2 || length > size - 8) {
            if (isOfPyTorch(length)) {
                throw new WeightsException(source + " is a file of PyTorch; make weights of it with bandpass import "
                        + source + " --out DIR");
            }
            throw new WeightsException(source + " is no safetensors file, or was cut short: its header claims "
                    + Long.toUnsignedString(length) + " bytes, in a file of " + size);
        }
        if (length > LARGEST) {
            throw new WeightsException(
                    source + " has a header of " + length + " bytes, but at most " + LARGEST + " are read");
        }
        JsonNode json = parse(source, readFully(source, channel, (int) length).array());
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!field.getKey().equals(METADATA)) {
                entries.add(entry(source, field.getKey(), field.getValue()));
            }
        }
        checkRanges(source, entries, size - 8 - length);
        return new SafetensorsHeader(entries, metadata(source, json.path(METADATA)), 8 + length);
    }

    /** Rejects files that are not weights; leaves the channel at its start. */
    private static void rejectOtherKinds(String source, SeekableByteChannel channel) throws IOException {
        int length = (int) Math.min(channel.size(), OtherFileKinds.START);
        if (length > 0) {
            OtherFileKinds.of(readFully(source, channel, length).array()).ifPresent(kind -> {
                throw new WeightsException(source + " " + kind);
            });
            channel.position(0);
        }
    }

    /**
     * Returns whether the first eight bytes, as a little-endian number, start a zip archive or a binary pickle. A valid
     * header is too short for its length to look like either.
     */
    private static boolean isOfPyTorch(long start) {
        boolean zip = (int) start == 0x04034B50;
        boolean pickle = (start & 0xFF) == 0x80 && (start >>> 40) != 0;
        return zip || pickle;
    }

    private static ByteBuffer readFully(String source, SeekableByteChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw cutShort(source);
            }
        }
        return buffer.flip();
    }

    static WeightsException cutShort(String source) {
        return new WeightsException(source + " became shorter while it was read");
    }

    private static JsonNode parse(String source, byte[] text) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new WeightsException(source + " is no safetensors file: its header is not sound JSON ("
                    + shown(e.getOriginalMessage()) + ")");
        }
        if (!json.isObject()) {
            throw new WeightsException(source + " is no safetensors file: its header is not a JSON object");
        }
        return json;
    }

    private static Map<String, String> metadata(String source, JsonNode node) {
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            throw new WeightsException(source + ": its metadata is not an object of names and texts");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new WeightsException(source + ": metadata " + shown(entry.getKey()) + " is not text");
            }
            metadata.put(entry.getKey(), entry.getValue().textValue());
        }
        return metadata;
    }

    /** Rejects a name longer than any model's, because names are matched against patterns. */
    static void checkName(String source, String name) {
        if (name.length() > LONGEST_NAME) {
            throw new WeightsException(source + ": the name of tensor " + shown(name) + " has " + name.length()
                    + " characters, but at most " + LONGEST_NAME + " are read");
        }
    }

    private static Entry entry(String source, String name, JsonNode node) {
        checkName(source, name);
        String tensor = source + ": tensor " + shown(name);
        JsonNode dtype = node.path("dtype");
        JsonNode shapeNode = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!dtype.isTextual() || !shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new WeightsException(tensor + " lacks its dtype, its shape or its two data_offsets");
        }
        ScalarType type = TYPES.get(dtype.textValue());
        if (type == null) {
            throw new WeightsException(tensor + " has the type '" + shown(dtype.textValue()) + "', which is none of "
                    + TYPES.keySet().stream().sorted().toList());
        }
        long[] shape = shape(tensor, shapeNode);
        long bytes = bytes(tensor, type, shape, shapeNode);
        long from = number(tensor, offsets.get(0));
        long to = number(tensor, offsets.get(1));
        if (to < from || to - from != bytes) {
            throw new WeightsException(tensor + " of shape " + shapeNode + " and type " + dtype.textValue() + " takes "
                    + bytes + " bytes, but its offsets are " + from + " and " + to);
        }
        return new Entry(name, type, shape, from, to);
    }

    private static long[] shape(String tensor, JsonNode node) {
        if (node.size() > MOST_DIMENSIONS) {
            throw new WeightsException(
                    tensor + " has " + node.size() + " dimensions, but at most " + MOST_DIMENSIONS + " can be used");
        }
        long[] shape = new long[node.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = number(tensor, node.get(i));
        }
        return shape;
    }

    private static long bytes(String tensor, ScalarType type, long[] shape, JsonNode shapeNode) {
        long bytes = torch.elementSize(type);
        boolean empty = false;
        try {
            for (long extent : shape) {
                // An empty tensor has strides too, which must not overflow either.
                bytes = Math.multiplyExact(bytes, Math.max(1, extent));
                empty |= extent == 0;
            }
        } catch (ArithmeticException e) {
            throw new WeightsException(tensor + " claims the impossible shape " + shapeNode);
        }
        return empty ? 0 : bytes;
    }

    private static long number(String tensor, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new WeightsException(tensor + " has " + shown(node.toString())
                    + " as an extent or offset, which must be a whole number from 0 on");
        }
        return node.longValue();
    }

    /** Checks that each byte of the values belongs to exactly one tensor. */
    private static void checkRanges(String source, List<Entry> entries, long dataSize) {
        long expected = 0;
        List<Entry> byPosition = new ArrayList<>(entries);
        byPosition.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
        for (Entry entry : byPosition) {
            if (entry.from() != expected) {
                throw new WeightsException(source + ": tensor " + shown(entry.name()) + " starts at byte "
                        + entry.from() + " of the values, where " + expected + " is expected");
            }
            expected = entry.to();
        }
        if (expected != dataSize) {
            throw new WeightsException(
                    source + " holds " + dataSize + " bytes of values, where its header describes " + expected);
        }
    }

    /** Names of all tensors. */
    public Set<String> names() {
        return entries.stream().map(Entry::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Makes untrusted text from a file safe for messages and terminals: shortened, without control characters. */
    public static String shown(String text) {
        String fitting = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
        return fitting.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Returns the format's name for a type, if it has one. */
    static Optional<String> typeName(ScalarType type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type.intern())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
