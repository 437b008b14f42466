package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.testing.Golden;
import io.bandpass.testing.RawSafetensors;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read again, by this program and by what its format says. */
final class SafetensorsTest {
    @TempDir
    private Path folder;

    private final PointerScope scope = new PointerScope();
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.safetensors");
    }

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Double, F64",
        "Float, F32",
        "Half, F16",
        "BFloat16, BF16",
        "Long, I64",
        "Int, I32",
        "Short, I16",
        "Char, I8",
        "Byte, U8",
        "Bool, BOOL"
    })
    void everyTypeComesBackWithItsValues(ScalarType type, String name) throws IOException {
        // Negative numbers, which unsigned types and truth values show in their own way, both before and after.
        Tensor tensor = Tensors.ofFloats(new float[] {0, 1, -3, 100, 0.5f, -0.25f}, 2, 3)
                .to(ScalarType.Double)
                .to(type);
        Safetensors.write(file, Map.of("t", tensor), Map.of());

        assertThat(header(file).path("t").path("dtype").asText()).isEqualTo(name);
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(read.get("t").scalar_type().intern()).isEqualTo(type);
            assertThat(Tensors.shape(read.get("t"))).containsExactly(2, 3);
            assertThat(Tensors.toDoubles(read.get("t"))).containsExactly(Tensors.toDoubles(tensor));
        }
    }

    @Test
    void aFloatIsNotChangedInAnyBit() throws IOException {
        float[] values = {Float.NaN, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE, Float.MAX_VALUE};
        Safetensors.write(file, Map.of("t", Tensors.ofFloats(values, 5)), Map.of());
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(Tensors.toFloats(read.get("t"))).containsExactly(values);
        }
    }

    @Test
    void scalarsEmptyTensorsAndViewsComeBack() throws IOException {
        Tensor matrix = Tensors.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("scalar", Tensors.ofLongs(new long[] {7}).view());
        tensors.put("empty", Tensors.empty(ScalarType.Float, 0, 5));
        tensors.put("turned", matrix.t());
        tensors.put("column", Tensors.slice(matrix, 1, 1, 2));
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(Tensors.shape(read.get("scalar"))).isEmpty();
            assertThat(read.get("scalar").item_double()).isEqualTo(7);
            assertThat(Tensors.shape(read.get("empty"))).containsExactly(0, 5);
            assertThat(Tensors.toFloats(read.get("turned"))).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(Tensors.toFloats(read.get("column"))).containsExactly(2, 5);
        }
    }

    @Test
    void aTensorLargerThanOneChunkComesBack() throws IOException {
        long size = (1 << 26) + 5;
        Tensor tensor = Tensors.zeros(ScalarType.Byte, size);
        ByteBuffer values = Tensors.bytes(tensor);
        for (int at : new int[] {0, (1 << 26) - 1, 1 << 26, (1 << 26) + 4}) {
            values.put(at, (byte) (at % 100 + 1));
        }
        Safetensors.write(file, Map.of("t", tensor), Map.of());
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(read.get("t").equal(tensor)).isTrue();
        }
    }

    @Test
    void aFileWithoutTensorsIsSound() throws IOException {
        Safetensors.write(file, Map.of(), Map.of());
        assertThat(Files.readAllBytes(file)).startsWith(8, 0, 0, 0, 0, 0, 0, 0, '{', '}');
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(read.names()).isEmpty();
            assertThat(read.metadata()).isEmpty();
        }
    }

    @Test
    void metadataComesBackAndCanBeReadAlone() throws IOException {
        Map<String, String> metadata = Map.of("config", "a: 1\nb: \"ü\\\"\n", "", "no name", "format", "pt");
        Safetensors.write(file, Map.of("t", Tensors.ofLongs(new long[] {1}, 1)), metadata);
        assertThat(Safetensors.readMetadata(file)).isEqualTo(metadata);
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(read.metadata()).isEqualTo(metadata);
            assertThat(read.names()).containsExactly("t");
        }
    }

    @Test
    void everyTensorStartsAtAMultipleOfItsElement() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("bytes", Tensors.zeros(ScalarType.Byte, 3));
        tensors.put("floats", Tensors.zeros(ScalarType.Float, 3));
        tensors.put("shorts", Tensors.zeros(ScalarType.Short, 1));
        tensors.put("longs", Tensors.ofLongs(new long[] {11, -12}, 2));
        Safetensors.write(file, tensors, Map.of());

        assertThat(headerLength(file) % 8).isZero();
        JsonNode header = header(file);
        for (String name : tensors.keySet()) {
            long from = header.path(name).path("data_offsets").path(0).asLong();
            assertThat(from % tensors.get(name).element_size()).as(name).isZero();
        }
        int longs = 8
                + headerLength(file)
                + header.path("longs").path("data_offsets").path(0).asInt();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getLong(longs)).isEqualTo(11);
        assertThat(bytes.getLong(longs + 8)).isEqualTo(-12);
    }

    /** The masks were written by the safetensors library of Python. */
    @Test
    void aFileOfPythonIsReadAsItsBytesSay() throws IOException {
        Path golden = Golden.path("masks.safetensors");
        JsonNode header = header(golden);
        byte[] bytes = Files.readAllBytes(golden);
        try (TensorFile read = Golden.tensors("masks")) {
            assertThat(read.names()).hasSize(header.size()).isNotEmpty();
            for (String name : read.names()) {
                JsonNode entry = header.path(name);
                int start = 8 + headerLength(golden);
                byte[] expected = Arrays.copyOfRange(
                        bytes,
                        start + entry.path("data_offsets").path(0).asInt(),
                        start + entry.path("data_offsets").path(1).asInt());
                byte[] actual = new byte[expected.length];
                Tensors.bytes(read.get(name)).get(actual);
                assertThat(actual).as(name).isEqualTo(expected);
                assertThat(Arrays.toString(Tensors.shape(read.get(name))).replace(" ", ""))
                        .isEqualTo(entry.path("shape").toString());
            }
        }
    }

    @Test
    void spacesBeforeAndWithinTheHeaderDoNotMatter() throws IOException {
        String header = RawSafetensors.tensor("U8", "[2]", "[0, 2]").replace(":", " :\n ") + "     ";
        Files.write(file, RawSafetensors.file(header, 2));
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(Tensors.toFloats(read.get("t"))).containsExactly(0, 0);
        }
    }

    @Test
    void aMissingNameIsToldWithTheFile() throws IOException {
        Safetensors.write(file, Map.of(), Map.of());
        try (TensorFile read = Safetensors.read(file)) {
            assertThat(read.find("head.weight")).isNull();
            assertThatThrownBy(() -> read.get("head.weight"))
                    .isInstanceOf(WeightsException.class)
                    .hasMessage(file + " holds no tensor named head.weight");
        }
    }

    private static int headerLength(Path file) throws IOException {
        return Math.toIntExact(ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong());
    }

    private static JsonNode header(Path file) throws IOException {
        return new ObjectMapper()
                .readTree(new String(Files.readAllBytes(file), 8, headerLength(file), StandardCharsets.UTF_8));
    }
}
