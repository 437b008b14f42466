package io.bandpass.format;

import static io.bandpass.testing.RawSafetensors.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bandpass.testing.RawSafetensors;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights from strangers: refused in one sentence that names the file and what is wrong with it. */
final class HostileSafetensorsTest {
    private static final String SOUND = tensor("F32", "[2]", "[0,8]");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.safetensors");
    }

    @Test
    void aFileCutShortAnywhereIsRefused() throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Tensor tensor = Tensors.ofFloats(new float[] {1, 2, 3}, 3);
            Safetensors.write(file, Map.of("t", tensor), Map.of("k", "v"));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            assertThat(refusal(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .contains("x.safetensors ");
        }
        assertThat(refusal(Arrays.copyOf(whole, 0)))
                .isEqualTo(file + " is no safetensors file: it has 0 bytes, where the length of its header alone"
                        + " takes 8");
        assertThat(refusal(Arrays.copyOf(whole, whole.length - 1)))
                .isEqualTo(file + " holds 11 bytes of values, where its header describes 12");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 18446744073709551615",
        "-9223372036854775808, 9223372036854775808",
        "9223372036854775807, 9223372036854775807",
        "1, 1",
        "0, 0",
        "63, 63"
    })
    void aHeaderLengthThatTheFileCannotHoldIsRefused(long claimed, String shown) {
        assertThat(refusal(RawSafetensors.file(claimed, SOUND, 8)))
                .isEqualTo(file + " is no safetensors file, or was cut short: its header claims " + shown
                        + " bytes, in a file of 70");
    }

    @Test
    void aHugeHeaderIsRefusedThoughTheFileHoldsIt() {
        assertThat(refusal(RawSafetensors.file("{}" + " ".repeat(16 << 20), 0)))
                .isEqualTo(file + " has a header of 16777218 bytes, but at most 16777216 are read");
    }

    @Test
    void trailingBytesAreRefused() {
        assertThat(refusal(RawSafetensors.file(SOUND, 9)))
                .isEqualTo(file + " holds 9 bytes of values, where its header describes 8");
        assertThat(refusal(RawSafetensors.file("{}", 1)))
                .isEqualTo(file + " holds 1 bytes of values, where its header describes 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not JSON",
                "{\"t\":",
                "{'t':{}}",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}",
                "{\"t\":{\"dtype\":\"U8\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                "{\"t\":NaN}",
                "{\"\u0000\":1}"
            })
    void aHeaderThatIsNoSoundJsonIsRefused(String header) {
        assertThat(refusal(header)).startsWith(file + " is no safetensors file: its header is not sound JSON (");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[ ]", "\"{}\"", "12345", "null", "     "})
    void aHeaderThatIsNoObjectIsRefused(String header) {
        assertThat(refusal(header)).isEqualTo(file + " is no safetensors file: its header is not a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void deepNestingIsRefusedWithoutOverflowingTheStack(String opening) {
        assertThat(refusal(opening.repeat(1 << 20))).contains("not sound JSON (Document nesting depth");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] bytes = RawSafetensors.file("{\"a\":1}", 0);
        bytes[10] = (byte) 0xFF;
        assertThat(refusal(bytes)).startsWith(file + " is no safetensors file: its header is not sound JSON (");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":3}",
                "{\"t\":null}",
                "{\"t\":[]}",
                "{\"t\":{}}",
                "{\"t\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":3,\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":{}}}"
            })
    void anIncompleteEntryIsRefused(String header) {
        assertThat(refusal(header)).isEqualTo(file + ": tensor t lacks its dtype, its shape or its two data_offsets");
    }

    @Test
    void anUnknownTypeIsRefusedWithThoseThatAreKnown() {
        assertThat(refusal(tensor("F8_E5M2", "[2]", "[0,2]")))
                .isEqualTo(file + ": tensor t has the type 'F8_E5M2', which is none of"
                        + " [BF16, BOOL, F16, F32, F64, I16, I32, I64, I8, U8]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "2.0", "\"2\"", "null", "[2]", "1e3", "9223372036854775808"})
    void anExtentOrOffsetThatIsNoWholeNumberIsRefused(String number) {
        String end = " as an extent or offset, which must be a whole number from 0 on";
        for (String header : new String[] {
            tensor("U8", "[1," + number + "]", "[0,8]"),
            tensor("U8", "[8]", "[" + number + ",8]"),
            tensor("U8", "[8]", "[0," + number + "]")
        }) {
            assertThat(refusal(header)).startsWith(file + ": tensor t has ").endsWith(end);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[4611686018427387904]",
                "[4294967296,4294967296]",
                "[9223372036854775807,9223372036854775807,0]",
                "[0,4294967296,4294967296]"
            })
    void aShapeBeyondAllMemoryIsRefused(String shape) {
        assertThat(refusal(tensor("F32", shape, "[0,0]")))
                .isEqualTo(file + ": tensor t claims the impossible shape " + shape);
    }

    @Test
    void tooManyDimensionsAreRefused() {
        String shape = "[" + "1,".repeat(99_999) + "1]";
        assertThat(refusal(tensor("U8", shape, "[0,1]")))
                .isEqualTo(file + ": tensor t has 100000 dimensions, but at most 64 can be used");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[3]; [0,8]; 12; 0 and 8",
                "[2]; [8,0]; 8; 8 and 0",
                "[]; [0,0]; 4; 0 and 0",
                "[2]; [0,9223372036854775807]; 8; 0 and 9223372036854775807",
                "[1000000000000]; [0,8]; 4000000000000; 0 and 8"
            })
    void offsetsThatDoNotFitTheShapeAreRefused(String shape, String offsets, String bytes, String shown) {
        assertThat(refusal(tensor("F32", shape, offsets)))
                .isEqualTo(file + ": tensor t of shape " + shape + " and type F32 takes " + bytes
                        + " bytes, but its offsets are " + shown);
    }

    @Test
    void tensorsBeyondTheFileAreRefusedBeforeMemoryIsAllocated() {
        assertThat(refusal(tensor("U8", "[70368744177664]", "[0,70368744177664]")))
                .isEqualTo(file + " holds 0 bytes of values, where its header describes 70368744177664");
    }

    @ParameterizedTest
    @CsvSource({"0,8,4,12,8", "0,8,0,8,8", "0,8,9,17,8", "1,9,9,17,0"})
    void overlapsAndHolesAreRefused(int firstFrom, int firstTo, int secondFrom, int secondTo, int expected) {
        String entry = "\"%s\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[%d,%d]}";
        String header =
                "{" + entry.formatted("a", firstFrom, firstTo) + "," + entry.formatted("b", secondFrom, secondTo) + "}";
        assertThat(refusal(RawSafetensors.file(header, secondTo)))
                .endsWith(" of the values, where " + expected + " is expected");
    }

    @Test
    void metadataThatIsNoTextIsRefused() {
        assertThat(refusal("{\"__metadata__\":{\"k\":1}}")).isEqualTo(file + ": metadata k is not text");
        assertThat(refusal("{\"__metadata__\":[\"k\"]}"))
                .isEqualTo(file + ": its metadata is not an object of names and texts");
    }

    @Test
    void metadataThatIsNullIsNone() throws IOException {
        Files.write(file, RawSafetensors.file("{\"__metadata__\":null}", 0));
        assertThat(Safetensors.readMetadata(file)).isEmpty();
    }

    @Test
    void namesCannotSteerTheTerminal() {
        String name = "\\u001b[2J\\r\\n\\u202e\\u2028" + "x".repeat(40_000);
        assertThat(refusal(SOUND.replace("\"t\"", "\"" + name + "\"").replace("F32", "\\u001b]0;F\\u0007")))
                .hasSizeLessThan(500)
                .matches("[\\x20-\\x7E]*")
                .contains("tensor ?[2J????xxx");
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        assertThat(refusal()).isEqualTo("there is no weights file " + file);
        Files.createDirectory(file);
        assertThat(refusal()).isEqualTo(file + " is not a file of weights");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no pipes and permissions of POSIX")
    void aPipeIsNotWaitedFor() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertThat(refusal()).isEqualTo(file + " is not a file of weights");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no pipes and permissions of POSIX")
    void aFileThatMayNotBeReadIsRefused() throws IOException {
        Files.write(file, RawSafetensors.file(SOUND, 8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(file)).as("root may read every file").isFalse();
        assertThat(refusal()).isEqualTo(file + " cannot be read: there is no permission to read it");
    }

    private String refusal(String header) {
        return refusal(RawSafetensors.file(header, 0));
    }

    private String refusal(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return refusal();
    }

    /** The sentence, the same whether all of the file is read or its metadata alone. */
    private String refusal() {
        String[] messages = new String[2];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> Safetensors.read(file).close())
                .satisfies(e -> messages[0] = String.valueOf(e.getMessage()));
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> Safetensors.readMetadata(file))
                .satisfies(e -> messages[1] = String.valueOf(e.getMessage()));
        assertThat(messages[0]).isEqualTo(messages[1]).doesNotContain("\n");
        return messages[0];
    }
}
