package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.interop.CheckpointNaming;
import io.bandpass.interop.CheckpointWeights;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.testing.RawTorchFile.Pickle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch files from strangers: refused in one sentence, with nothing called and no memory taken on their word. */
final class HostileTorchFilesTest {
    private static final byte[] TWO = RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, 1, 2);
    private static final byte[] SOUND = RawTorchFile.oneTensor("FloatStorage", 2, 0, new long[] {2}, new long[] {1});

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.pth");
    }

    /** Logs of mmengine name it; it looks nothing up, and what it would give is nothing that weights are made of. */
    @Test
    void getattrLooksNothingUp() {
        byte[] pickle = new Pickle()
                .global("builtins", "getattr")
                .text("echo")
                .op(0x85, 'R')
                .stop();
        assertThat(refusal(pickle)).isEqualTo(file + " holds no map of names and tensors, but something else");
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "builtins, exec",
        "torch, load",
        "torch.storage, _load_from_bytes",
        "torch.nn.modules.linear, Linear",
        "java.lang, Runtime",
        "datetime, datetime",
        "collections, deque"
    })
    void aClassThatIsNotOnTheListIsRefusedByName(String module, String name) {
        byte[] pickle =
                new Pickle().global(module, name).text("echo").op(0x85, 'R').stop();
        assertThat(refusal(pickle))
                .isEqualTo(file + " names " + module + "." + name
                        + ", which is not on the list of what weights may be made of, so nothing of it was read");
    }

    @Test
    void otherWaysToNameAClassAreClosedToo() {
        byte[] stackGlobal = new Pickle()
                .text("os")
                .text("system")
                .op(0x93)
                .text("x")
                .op(0x85, 'R')
                .stop();
        assertThat(refusal(stackGlobal)).contains("names os.system");
        byte[] inst = new Pickle()
                .op('(')
                .raw("ios\nsystem\n".getBytes(StandardCharsets.US_ASCII))
                .stop();
        assertThat(refusal(inst)).contains("names os.system");
        byte[] allowedInst = new Pickle()
                .op('(')
                .raw("icollections\nOrderedDict\n".getBytes(StandardCharsets.US_ASCII))
                .stop();
        assertThat(refusal(allowedInst)).contains("opcode INST is not read");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x82, 0x83, 0x84, 'o', 'P', 'I', 'L', 'F', 'S', 'V', 'g', 'p', 0x92, 0x97, 0x98, 0xFF})
    void opcodesThatTorchNeverWritesAreRefused(int opcode) {
        assertThat(refusal(new Pickle().op(opcode, '1', '\n').stop())).contains("is none that torch.save writes");
    }

    @Test
    void statesAreGivenToNothingThatActs() {
        byte[] text = new Pickle().text("x").op('}', 'b').stop();
        assertThat(refusal(text)).contains("a state is given to something that has none");
        byte[] call = new Pickle().text("x").op(')', 'R').stop();
        assertThat(refusal(call)).contains("something is called that is no function");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "}", "(", "t", "u", "s", "e", "a", "R", "b", "Q", "0", "1", "2", "(}u", "]]s", "NN}s"})
    void unsoundPicklesAreRefused(String opcodes) {
        assertThat(refusal(new Pickle()
                        .raw(opcodes.getBytes(StandardCharsets.US_ASCII))
                        .stop()))
                .startsWith(file.toString());
    }

    @Test
    void aKeyThatCouldContainItselfIsRefused() {
        assertThat(refusal(new Pickle().op('}', ']', 'N', 's').stop())).contains("a key is neither text nor a number");
    }

    @Test
    void aPickleCutShortAnywhereIsRefused() {
        for (int length = 0; length < SOUND.length; length++) {
            assertThat(refusal(Arrays.copyOf(SOUND, length)))
                    .as("%d bytes", length)
                    .contains("no sound pickle");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "88, 4, 2147483647",
        "88, 4, 4294967295",
        "141, 8, 9223372036854775807",
        "141, 8, -1",
        "66, 4, 1000000",
        "142, 8, 1099511627776",
        "139, 4, 2147483647",
        "84, 4, 4294967280"
    })
    void claimedLengthsAreCheckedBeforeMemoryIsTaken(int opcode, int size, long length) {
        byte[] prefix = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
        assertThat(refusal(
                        new Pickle().op(opcode).raw(Arrays.copyOf(prefix, size)).stop()))
                .contains("bytes is claimed, and 1 are left");
    }

    @Test
    void aHugePickleIsRefused() {
        byte[] noise = new byte[4_000_010];
        Arrays.fill(noise, (byte) 'N');
        assertThat(refusal(noise)).contains("has a pickle of more than 4000000 opcodes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "3; 0; 3; 1; storage 0 holds 8 bytes, where its description claims 3 elements from element 0 on",
                "2; 0; 3; 1; tensor t reaches to element 3 of a storage of 2 elements",
                "2; 1; 2; 1; tensor t reaches to element 3 of a storage of 2 elements",
                "2; -1; 2; 1; tensor t starts before its storage, or its storage has a negative size",
                "-2; 0; 0; 1; tensor t starts before its storage, or its storage has a negative size",
                "2; 0; 2; -1; tensor t has a negative extent or stride",
                "2; 0; -2; 1; tensor t has a negative extent or stride",
                "2; 0; 1000000000000; 0; tensor t claims 1000000000000 elements of a storage of 2 elements",
                "2; 0; 9223372036854775807; 9223372036854775807; tensor t claims an impossible shape",
                "2; 9223372036854775807; 1; 1; tensor t claims an impossible shape",
                "1000000000000; 0; 1000000000000; 1; its tensors have more elements than the file has bytes, up to t",
                "1000000000000; 0; 1; 1; its tensors claim storages of more bytes than the file has, up to t",
            })
    void whatTheStorageCannotHoldIsRefused(long count, long offset, long extent, long stride, String reason) {
        assertThat(refusal(RawTorchFile.oneTensor(
                        "FloatStorage", count, offset, new long[] {extent}, new long[] {stride})))
                .isEqualTo(file + ": " + reason);
    }

    @Test
    void manyViewsOfOneStorageDoNotAddUpBeyondTheFile() {
        Pickle pickle = new Pickle().op('}');
        byte[] storage = new byte[40_000];
        for (int i = 0; i < 200; i++) {
            pickle.text("t" + i)
                    .tensor("FloatStorage", "0", 10_000, 0, new long[] {10_000}, new long[] {1})
                    .op('s');
        }
        assertThat(refusalOfFile(RawTorchFile.zip(RawTorchFile.entries(pickle.stop(), storage))))
                .contains("its tensors have more elements than the file has bytes");
    }

    @Test
    void differentExtentsAndStridesAreRefused() {
        assertThat(refusal(RawTorchFile.oneTensor("FloatStorage", 2, 0, new long[] {2}, new long[] {1, 1})))
                .contains("has 1 extents and 2 strides");
        assertThat(refusal(RawTorchFile.oneTensor("ComplexFloatStorage", 1, 0, new long[] {1}, new long[] {1})))
                .contains("names torch.ComplexFloatStorage");
    }

    @Test
    void whatHoldsNoWeightsIsRefused() {
        assertThat(refusal(new Pickle().text("x").stop())).contains("holds no map of names and tensors");
        assertThat(refusal(new Pickle().op('}').stop())).contains("holds no weights: there are no tensors at its top");
        assertThat(refusalOfFile("hello, world".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(file + " is neither a PyTorch file (.pth) nor safetensors");
        assertThat(refusalOfFile(new byte[0])).isEqualTo(file + " is empty: it has 0 bytes; get the file again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1\\noid sha256:4d7a\\nsize 12345\\n | is a pointer of Git LFS",
                "<!DOCTYPE html><html><body>Sign in</body></html> | is an HTML page",
                "\\n\\n  <HTML lang=en><head> | is an HTML page",
                "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error> | is XML and no weights"
            })
    void whatWasDownloadedInsteadIsNamed(String content, String said) {
        byte[] bytes = content.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
        assertThat(refusalOfFile(bytes)).startsWith(file + " " + said);
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> Safetensors.read(file).close())
                .withMessageStartingWith(file + " " + said);
    }

    /** A list that holds itself has no end where it is printed. */
    @Test
    void objectsThatHoldThemselvesAreRefusedInASentence() throws IOException {
        // x = []; y = [x]; x.append(y)
        byte[] ring = {']', 'q', 0, ']', 'q', 1, 'h', 0, 'a', 'a'};
        byte[] encoding = new Pickle()
                .global("_codecs", "encode")
                .text("x")
                .raw(ring)
                .op(0x86, 'R')
                .stop();
        assertThat(refusal(encoding)).contains("bytes are in another encoding than latin1");
        for (String name : new String[] {"numpy dtype", "torch Size", "collections OrderedDict", "torch device"}) {
            String[] parts = name.split(" ", -1);
            byte[] pickle = new Pickle()
                    .global(parts[0], parts[1])
                    .raw(ring)
                    .op(0x85, 'R')
                    .stop();
            assertThat(refusal(pickle)).as(name).startsWith(file.toString());
        }
        // The keys of the storages of a file before PyTorch 1.6.
        ByteArrayOutputStream legacy = new ByteArrayOutputStream();
        legacy.writeBytes(new Pickle()
                .op(0x8a, 10)
                .raw(new byte[] {0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
                })
                .stop());
        legacy.writeBytes(new Pickle().whole(1001).stop());
        legacy.writeBytes(new Pickle().op('}').stop());
        legacy.writeBytes(new Pickle().op('}').stop());
        legacy.writeBytes(new Pickle().op(']').raw(ring).op('a').stop());
        assertThat(refusalOfFile(legacy.toByteArray())).contains("lists a storage that is not named by a text");
    }

    @Test
    void aNameOfManyPrefixesIsNoRecursion() throws IOException {
        byte[] pickle = new Pickle()
                .op('}')
                .text("module.".repeat(140) + "t")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .op('s')
                .stop();
        Files.write(file, RawTorchFile.zip(RawTorchFile.entries(pickle, TWO)));
        try (CheckpointWeights weights = CheckpointWeights.read(file)) {
            assertThatExceptionOfType(WeightsException.class)
                    .isThrownBy(() -> CheckpointNaming.map(weights.tensors()))
                    .withMessageContaining("holds no encoder of a known kind");
        }
    }

    @Test
    void longNumbersAreRefused() {
        byte[] digits = new byte[1 << 20];
        Arrays.fill(digits, (byte) 0x7F);
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(digits.length)
                .array();
        assertThat(refusal(new Pickle().op(0x8b).raw(length).raw(digits).stop()))
                .contains("a whole number has 1048576 bytes, but at most 255 are read");
    }

    /** A list costs its bytes once, and each copy of it a few more. */
    @ParameterizedTest
    @CsvSource({"__builtin__, list", "torch, Size", "_codecs, encode"})
    void whatIsMemoisedIsNotCopiedWithoutEnd(String module, String name) {
        boolean text = name.equals("encode");
        Pickle pickle = new Pickle();
        if (text) {
            pickle.text("x".repeat(100_000)).op('q', 0, '0');
        } else {
            pickle.op(']', 'q', 0, '(');
            for (int i = 0; i < 100_000; i++) {
                pickle.op('K', 1);
            }
            pickle.op('e', '0');
        }
        pickle.global(module, name).op('q', 1, '0', ']');
        for (int i = 0; i < 2_000; i++) {
            pickle.op('h', 1, 'h', 0);
            if (text) {
                pickle.text("latin1").op(0x86);
            } else {
                pickle.op(0x85);
            }
            pickle.op('R', 'a');
        }
        assertThat(refusal(pickle.stop())).contains("its calls copy more than 16777216 values");
    }

    @Test
    void pairsOfAMapThatAreListsThemselvesAreNotCopied() {
        Pickle pickle = new Pickle().op(']', 'q', 0, '(');
        for (int i = 0; i < 100_000; i++) {
            pickle.op('K', 1);
        }
        pickle.op('e', '0').global("collections", "OrderedDict").op(']', '(');
        for (int i = 0; i < 100_000; i++) {
            pickle.op('h', 0);
        }
        assertThat(refusal(pickle.op('e', 0x85, 'R').stop())).contains("an entry of a map is no pair");
    }

    @Test
    void readsShareNothing() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(RawTorchFile.entries(SOUND, TWO));
        Files.write(file, RawTorchFile.zip(entries));
        CheckpointWeights.read(file).close();
        assertThat(refusal(new Pickle().op('}').text("t").op('h', 0, 's').stop()))
                .startsWith(file.toString());
    }

    private String refusal(byte[] pickle) {
        return refusalOfFile(RawTorchFile.zip(RawTorchFile.entries(pickle, TWO)));
    }

    private String refusalOfFile(byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String[] message = new String[1];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> CheckpointWeights.read(file).close())
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        assertThat(message[0]).doesNotContain("\n").hasSizeLessThan(500);
        return message[0];
    }
}
