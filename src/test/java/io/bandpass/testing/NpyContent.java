package io.bandpass.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of NumPy's format 1.0 with little-endian float32, read as its specification says. */
public record NpyContent(long[] shape, float[] values) {
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(([0-9, ]+)\\), \\} *\n");

    public static NpyContent read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] header = new byte[bytes.getShort() & 0xFFFF];
        assertThat((10 + header.length) % 64).isZero();
        bytes.get(header);
        Matcher matcher = HEADER.matcher(new String(header, StandardCharsets.US_ASCII));
        assertThat(matcher.matches()).isTrue();
        long[] shape = Arrays.stream(matcher.group(1).split(",\\s*"))
                .mapToLong(Long::parseLong)
                .toArray();
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        assertThat(bytes.remaining()).isEqualTo(Float.BYTES * values.length);
        assertThat(Arrays.stream(shape).reduce(1, (a, b) -> a * b)).isEqualTo(values.length);
        return new NpyContent(shape, values);
    }
}
