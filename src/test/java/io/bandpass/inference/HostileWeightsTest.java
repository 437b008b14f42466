package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.interop.WeightsImport;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that ask for much, and files that were damaged anywhere: a sentence, and no memory on their word. */
final class HostileWeightsTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final int VARIANTS = 60;

    @TempDir
    private Path folder;

    /** A file of 60,000 bytes whose metadata describes an encoder. */
    private Path described(String encoder) throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Safetensors.write(
                    file,
                    Map.of("x", torch.zeros(60_000).to(ScalarType.Byte)),
                    Map.of("config", "encoder: {" + encoder + "}\n", "kind", "encoder"));
        }
        return file;
    }

    private static String refusal(ThrowingCallable use) {
        String[] message = new String[1];
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(use)
                .satisfies(e -> assertThat(e.kind().exitCode()).isEqualTo(3))
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        assertThat(message[0]).doesNotContain("\n");
        return message[0];
    }

    private static final String VIT = "type: vit, width: 4, heads: 1, mlp-ratio: 1, patch-size: 1, qkv-bias: false,"
            + " layer-scale: 0, drop-path: 0, positions: none, ";
    private static final String SWIN = "type: swin, stem-width: 8, heads: [1], mlp-ratio: 1, patch-size: 1,"
            + " qkv-bias: false, positions: none, drop-path: 0, ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                VIT + "image-size: 300, depth: 1, relative-position: shared",
                VIT + "image-size: 110, depth: 8, relative-position: per-block",
                VIT + "image-size: 30, depth: 400, relative-position: per-block",
                VIT + "image-size: 4, depth: 100000, relative-position: none",
                VIT + "image-size: 2000000000, depth: 1, relative-position: shared",
                SWIN + "image-size: 1000, depths: [2], window: 100",
                SWIN + "image-size: 512, depths: [10], window: 16",
                SWIN + "image-size: 110, depths: [8], window: 110",
                "type: resnet, block: basic, image-size: 32, stages: [1, 100000], widths: [1, 1], bottleneck-widths: [],"
                        + " stem-width: 1, stem-kernel: 3, stem-stride: 1, max-pool: false",
                "type: convnext, image-size: 32, stem-patch: 4, depths: [1], widths: [100000], layer-scale: 0, drop-path: 0"
            })
    void aSmallFileMakesNoLargeModel(String encoder) throws IOException {
        Path file = described(encoder);
        refusal(() -> PretrainedEncoder.open(file));
        long before = Engine.residentBytes();
        assertThat(refusal(() -> PretrainedEncoder.open(file))).contains("cannot hold the model");
        assertThat(Engine.residentBytes() - before).isLessThan(64 * MEBIBYTE);
    }

    @Test
    void aModelOfOnesOwnThatNoMemoryHoldsIsRefusedWithItsKeys() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new VisionTransformerConfig(
                        1024,
                        4,
                        768,
                        12,
                        12,
                        4,
                        VisionTransformerConfig.Positions.NONE,
                        VisionTransformerConfig.RelativePosition.SHARED,
                        true,
                        0.1,
                        0))
                .withMessage("encoder.image-size 1024 with encoder.patch-size 4 makes tables of relative positions"
                        + " (encoder.relative-position shared) of 34.4 GB, but at most 4.0 GB can be used: take larger"
                        + " patches or smaller images");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new SwinTransformerConfig(
                        4096,
                        4,
                        96,
                        List.of(2, 2),
                        List.of(3, 6),
                        64,
                        4,
                        true,
                        SwinTransformerConfig.Positions.NONE,
                        0))
                .withMessageContaining("encoder.window 64");
        assertThat(new VisionTransformerConfig(
                                384,
                                16,
                                768,
                                12,
                                12,
                                4,
                                VisionTransformerConfig.Positions.NONE,
                                VisionTransformerConfig.RelativePosition.PER_BLOCK,
                                true,
                                0.1,
                                0)
                        .tableBytes())
                .isEqualTo(12.0 * 577 * 577 * 8);
    }

    @ParameterizedTest
    @CsvSource({
        "stages.%d.blocks.0.conv_dw.weight, 32",
        "layer%d.0.conv1.weight, 30",
        "layers.%d.blocks.0.attn.qkv.weight, 9"
    })
    void moreStagesThanAnyEncoderHasAreRefused(String name, int stages) throws IOException {
        Path file = folder.resolve("x.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            state.put("stem.0.weight", torch.zeros(1, 3, 4, 4));
            state.put("conv1.weight", torch.zeros(1, 3, 7, 7));
            state.put("patch_embed.proj.weight", torch.zeros(1, 3, 4, 4));
            for (int stage = 0; stage <= stages; stage++) {
                state.put(
                        name.replace("%d", "" + stage),
                        name.startsWith("layers") ? torch.zeros(3, 1) : torch.zeros(1, 1, 7, 7));
            }
            Safetensors.write(file, state, Map.of());
        }
        assertThat(refusal(() -> WeightsImport.of(file, folder.resolve("out")).run()))
                .contains("stages, but at most 8 can be used");
    }

    /** Cut, turned and overwritten anywhere: what is not refused in a sentence is another model, but sound. */
    @ParameterizedTest
    @ValueSource(strings = {"vit.pth", "vit-legacy-views.pth", "beit-shared.safetensors", "convnext.pth"})
    void damagedFilesAreRefusedInASentenceOrRead(String name) throws IOException {
        byte[] sound = Files.readAllBytes(ForeignFiles.path(name));
        Random random = new Random(7);
        int refused = 0;
        long before = Engine.residentBytes();
        for (int i = 0; i < VARIANTS; i++) {
            byte[] bytes = sound.clone();
            switch (i % 3) {
                case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 1 -> {
                    int at = random.nextInt(bytes.length);
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                }
                default -> {
                    // Near the start and the end, where headers, pickles and directories are.
                    int span = Math.min(3000, bytes.length);
                    for (int k = 0; k < 4; k++) {
                        int at = random.nextInt(span);
                        bytes[random.nextBoolean() ? at : bytes.length - 1 - at] = (byte) random.nextInt(256);
                    }
                }
            }
            Path file = Files.write(folder.resolve("damaged"), bytes);
            WeightsImport job = WeightsImport.of(file, folder.resolve("out")).overwrite(true);
            if (name.startsWith("vit")) {
                job.heads(3);
            }
            try {
                job.run();
            } catch (BandpassException e) {
                refused++;
                assertThat(e.kind()).as("%d: %s", i, e.getMessage()).isNotEqualTo(BandpassException.Kind.FAILURE);
                assertThat(e.getMessage()).contains(file.toString());
            }
        }
        assertThat(refused).isGreaterThan(VARIANTS / 3);
        assertThat(Engine.residentBytes() - before).isLessThan(256 * MEBIBYTE);
    }
}
