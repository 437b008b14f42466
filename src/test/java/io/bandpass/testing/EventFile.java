package io.bandpass.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads TensorBoard's event files from their description alone: no code of the program, nor of a library. Fails on
 * anything that is not sound.
 */
public final class EventFile {
    /** Castagnoli's polynomial, turned round. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private EventFile() {}

    /** The fields of each event by their numbers; of repeated fields all, of messages the bytes. */
    public static List<Map<Integer, List<Object>>> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Map<Integer, List<Object>>> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            checkCrc(length, in.getInt());
            byte[] event = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            in.get(event);
            checkCrc(event, in.getInt());
            events.add(fields(event));
        }
        return events;
    }

    /** The scalars of a file as {@code step tag value}. */
    public static List<String> scalars(Path file) throws IOException {
        List<String> scalars = new ArrayList<>();
        for (Map<Integer, List<Object>> event : events(file)) {
            for (Map<Integer, List<Object>> value : values(event)) {
                if (value.containsKey(2)) {
                    scalars.add(one(event, 2) + " " + text(one(value, 1)) + " " + one(value, 2));
                }
            }
        }
        return scalars;
    }

    /** The values of an event's summary. */
    public static List<Map<Integer, List<Object>>> values(Map<Integer, List<Object>> event) {
        List<Map<Integer, List<Object>>> values = new ArrayList<>();
        if (event.containsKey(5)) {
            for (Object value : fields((byte[]) one(event, 5)).getOrDefault(1, List.of())) {
                values.add(fields((byte[]) value));
            }
        }
        return values;
    }

    /** The only value of a field. */
    public static Object one(Map<Integer, List<Object>> message, int field) {
        List<Object> values = message.getOrDefault(field, List.of());
        if (values.size() != 1) {
            throw new AssertionError("field " + field + " stands " + values.size() + " times");
        }
        return values.get(0);
    }

    public static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    /** Takes a message of protocol buffers apart: varint, 64 bits as double, bytes, 32 bits as float. */
    public static Map<Integer, List<Object>> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value = switch ((int) (tag & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getDouble();
                case 2 -> {
                    byte[] bytes = new byte[Math.toIntExact(varint(in))];
                    in.get(bytes);
                    yield bytes;
                }
                case 5 -> in.getFloat();
                default -> throw new AssertionError("no such wire type in tag " + tag);
            };
            fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>())
                    .add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = in.get();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    private static void checkCrc(byte[] bytes, int stored) {
        int crc = crc32c(bytes);
        int masked = (crc >>> 15 | crc << 17) + 0xA282EAD8;
        if (masked != stored) {
            throw new AssertionError("checksum %08x where %08x is right".formatted(stored, masked));
        }
    }

    /** Bit by bit. */
    public static int crc32c(byte[] bytes) {
        int crc = ~0;
        for (byte each : bytes) {
            crc ^= each & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ (crc & 1) * POLYNOMIAL;
            }
        }
        return ~crc;
    }
}
