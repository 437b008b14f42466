package io.bandpass.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.WeightsImport;
import io.bandpass.testing.Golden;
import io.bandpass.testing.SmallEncoders;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be exported is refused in a sentence, and leaves no file. */
final class OnnxRefusalsTest {
    @TempDir
    private Path folder;

    @Test
    void aModelWithADecoder() throws IOException {
        Path imported = folder.resolve("imported");
        WeightsImport.of(Golden.path("official_ckpt.pth"), imported).run();
        Path full = imported.resolve("full.safetensors");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> OnnxExport.write(full, folder.resolve("a.onnx"), OnnxOptions.DEFAULT, false))
                .withMessageContaining("give encoder.safetensors");
        assertThat(folder.resolve("a.onnx")).doesNotExist();
    }

    @Test
    void aFileThatIsThere() throws IOException {
        Path weights = ModelFiles.encoder(folder.resolve("encoder.safetensors"), SmallEncoders.resnet());
        Path there = Files.writeString(folder.resolve("there.onnx"), "precious");
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> OnnxExport.write(weights, there, OnnxOptions.DEFAULT, false))
                .withMessageContaining("is there already");
        assertThat(there).hasContent("precious");
    }

    @Test
    void weightsOfMoreThanTwoGigabytes() {
        try (PointerScope scope = new PointerScope()) {
            // One number, seen from everywhere.
            Tensor large = Tensors.zeros(ScalarType.Float, 1).expand(1 << 15, 1 << 15);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> OnnxExport.check(
                            Path.of("large.safetensors"), Map.of("weight", large), OnnxOptions.DEFAULT))
                    .withMessage("large.safetensors holds 4.3 GB of weights, and `format` onnx cannot write more than 2"
                            + " GB yet");
        }
    }

    @Test
    void weightsThatAreNotFinite() {
        try (PointerScope scope = new PointerScope()) {
            Tensor broken = Tensors.ofFloats(new float[] {1, Float.NaN}, 2);
            assertThatExceptionOfType(WeightsException.class)
                    .isThrownBy(() -> OnnxExport.check(
                            Path.of("broken.safetensors"), Map.of("head.bias", broken), OnnxOptions.DEFAULT))
                    .withMessageContaining("head.bias");
        }
    }

    @Test
    void weightsTooLargeForFloat16() throws IOException {
        Path weights = folder.resolve("encoder.safetensors");
        ModelFiles.encoder(weights, SmallEncoders.resnet(), 1e5);
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(
                        () -> OnnxExport.write(weights, folder.resolve("a.onnx"), new OnnxOptions(false, true), false))
                .withMessageContaining("which float16 cannot");
    }
}
