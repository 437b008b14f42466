package io.bandpass.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Safetensors files put together by hand, sound or not. */
public final class RawSafetensors {
    private RawSafetensors() {}

    /** A file whose header says its length truly, with this many zeros as values. */
    public static byte[] file(String header, int values) {
        return file(header.getBytes(StandardCharsets.UTF_8).length, header, values);
    }

    /** A file that claims another length of its header. */
    public static byte[] file(long claimedLength, String header, int values) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + values)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(claimedLength)
                .put(json)
                .array();
    }

    /** A header of one tensor. */
    public static String tensor(String dtype, String shape, String offsets) {
        return "{\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}".formatted(dtype, shape, offsets);
    }
}
