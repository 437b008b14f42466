package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchWriter;
import io.bandpass.testing.Golden;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.torch.Tensors;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PyTorch files give the values that PyTorch wrote. */
final class CheckpointWeightsTest {
    private static final float[] SIX = {0, 1, 2, 3, 4, 5};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"official_ckpt.pth, pre.state.", "official_finetune_ckpt.pth, ft.state."})
    void checkpointsOfTheAuthorsHoldTheirValues(String file, String prefix) throws Exception {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("checkpoints");
                CheckpointWeights foreign = CheckpointWeights.read(Golden.path(file))) {
            TreeSet<String> names = new TreeSet<>();
            golden.names().stream().filter(name -> name.startsWith(prefix)).forEach(name -> {
                names.add(name.substring(prefix.length()));
                Tensor value = foreign.tensors().get(name.substring(prefix.length()));
                assertThat(Golden.largestDifference(value, golden.get(name))).isZero();
            });
            assertThat(foreign.tensors().names()).containsExactlyInAnyOrderElementsOf(names);
            assertThat(foreign.foundUnder()).isEqualTo("model");
            assertThat(foreign.settings().count("DATA.IMG_SIZE")).hasValue(32);
            assertThat(foreign.settings().word("DATA.FILTER_TYPE")).hasValue("mfm");
            assertThat(foreign.settings().number("DATA.SAMPLE_RATIO")).hasValue(0.5);
            assertThat(foreign.settings().count("MODEL.VIT.NO_SUCH")).isEmpty();
        }
    }

    @Test
    void theOldFormatWithViewsOfOneStorageHoldsTheSameValues() throws Exception {
        try (PointerScope scope = new PointerScope();
                CheckpointWeights plain = CheckpointWeights.read(path("vit.pth"));
                CheckpointWeights views = CheckpointWeights.read(path("vit-legacy-views.pth"))) {
            assertThat(plain.foundUnder()).isEqualTo("state_dict");
            assertThat(views.foundUnder()).isEmpty();
            assertThat(plain.tensors().names()).hasSameSizeAs(views.tensors().names());
            for (String name : views.tensors().names()) {
                Tensor expected = plain.tensors().get("module._orig_mod." + name);
                assertThat(Golden.largestDifference(views.tensors().get(name), expected))
                        .as(name)
                        .isZero();
                assertThat(expected.scalar_type().intern()).isEqualTo(ScalarType.Half);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"little, LITTLE_ENDIAN", "big, BIG_ENDIAN"})
    void bothByteOrdersAreRead(String word, String order) throws Exception {
        byte[] storage =
                RawTorchFile.floats(order.startsWith("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, SIX);
        Map<String, byte[]> entries = RawTorchFile.entries(
                RawTorchFile.oneTensor("FloatStorage", 6, 0, new long[] {2, 3}, new long[] {3, 1}), storage);
        entries.put("x/byteorder", word.getBytes(StandardCharsets.US_ASCII));
        assertThat(read(RawTorchFile.zip(entries))).containsExactly(SIX);
    }

    @Test
    void turnedAndShiftedViewsAreRead() throws Exception {
        byte[] pickle = RawTorchFile.oneTensor("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {1, 2});
        assertThat(read(RawTorchFile.zip(
                        RawTorchFile.entries(pickle, RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, SIX)))))
                .containsExactly(1, 3, 2, 4);
    }

    @Test
    void bfloat16IsReadAsItIs() throws Exception {
        byte[] pickle = RawTorchFile.oneTensor("BFloat16Storage", 2, 0, new long[] {2}, new long[] {1});
        // 1.0 and -2.0: the upper halves of their float32.
        Path file =
                RawTorchFile.write(folder.resolve("b.pth"), pickle, new byte[] {(byte) 0x80, 0x3F, 0x00, (byte) 0xC0});
        try (PointerScope scope = new PointerScope();
                CheckpointWeights foreign = CheckpointWeights.read(file)) {
            Tensor tensor = foreign.tensors().get("t");
            assertThat(tensor.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
            assertThat(Tensors.toFloats(tensor)).containsExactly(1, -2);
        }
    }

    @Test
    void parametersNamespacesAndNumpyScalarsAreData() throws Exception {
        RawTorchFile.Pickle pickle = new RawTorchFile.Pickle()
                .op('}')
                .text("model")
                .op('}')
                .text("t")
                .global("torch._utils", "_rebuild_parameter")
                .op('(')
                .tensor("FloatStorage", "0", 6, 0, new long[] {6}, new long[] {1})
                .op(0x88, '}', 't', 'R')
                .op('s', 's')
                .text("args")
                .global("argparse", "Namespace")
                .op(')', 0x81)
                .op('}')
                .text("size")
                .global("numpy._core.multiarray", "scalar")
                .global("numpy", "dtype")
                .text("i4")
                .op(0x89, 0x88, 0x87, 'R')
                .op('(')
                .whole(3)
                .text("<")
                .op('N', 't', 'b')
                .global("_codecs", "encode")
                .text("\u0007\u0000\u0000\u0000")
                .text("latin1")
                .op(0x86, 'R', 0x86, 'R')
                .op('s', 'b', 's');
        Path file = RawTorchFile.write(
                folder.resolve("n.pth"), pickle.stop(), RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, SIX));
        try (PointerScope scope = new PointerScope();
                CheckpointWeights foreign = CheckpointWeights.read(file)) {
            assertThat(Tensors.toFloats(foreign.tensors().get("t"))).containsExactly(SIX);
            assertThat(foreign.settings().count("size")).hasValue(7);
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        Path file = folder.resolve("w.pth");
        try (PointerScope scope = new PointerScope()) {
            Tensor matrix = Tensors.ofFloats(SIX, 2, 3);
            Tensor number = Tensors.ofLongs(new long[] {Long.MAX_VALUE});
            TorchWriter.write(file, Map.of("turned", matrix.t(), "n", number, "half", matrix.to(ScalarType.Half)));
            try (CheckpointWeights foreign = CheckpointWeights.read(file)) {
                assertThat(Golden.largestDifference(foreign.tensors().get("turned"), matrix.t()))
                        .isZero();
                assertThat(foreign.tensors().get("n").item_long()).isEqualTo(Long.MAX_VALUE);
                assertThat(Tensors.shape(foreign.tensors().get("n"))).isEmpty();
                assertThat(Tensors.toFloats(foreign.tensors().get("half"))).containsExactly(SIX);
            }
        }
    }

    private float[] read(byte[] file) throws Exception {
        try (PointerScope scope = new PointerScope();
                CheckpointWeights foreign = CheckpointWeights.read(Files.write(folder.resolve("t.pth"), file))) {
            return Tensors.toFloats(foreign.tensors().get("t"));
        }
    }

    private static Path path(String name) throws Exception {
        return Path.of(Objects.requireNonNull(CheckpointWeightsTest.class.getResource("/weights/" + name))
                .toURI());
    }
}
