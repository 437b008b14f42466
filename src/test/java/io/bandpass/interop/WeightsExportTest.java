package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is exported has the names of timm, and comes back as it was. */
final class WeightsExportTest {
    @TempDir
    private Path folder;

    private Path imported(String file, int heads, int imageSize) throws IOException {
        Path out = folder.resolve("imported");
        WeightsImport job = WeightsImport.of(ForeignFiles.path(file), out);
        if (heads > 0) {
            job.heads(heads);
        }
        if (imageSize > 0) {
            job.imageSize(imageSize);
        }
        job.run();
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "vit.pth, 3, 0, vision_transformer.VisionTransformer, head.",
        "beit.pth, 0, 0, beit.Beit, -",
        "beit-shared.safetensors, 0, 0, beit.Beit, -",
        "resnet.safetensors, 0, 32, resnet.ResNet, fc.",
        "convnext.pth, 0, 24, convnext.ConvNeXt, head.fc."
    })
    void timmsNamesComeBackWithoutTheHead(String file, int heads, int size, String model, String head)
            throws Exception {
        Path exported = folder.resolve("timm.safetensors");
        WeightsExport.Exported result = WeightsExport.write(imported(file, heads, size), "timm", exported, false);
        assertThat(result.lines().get(0)).startsWith("model = timm.models." + model + "(");
        try (PointerScope scope = new PointerScope();
                CheckpointWeights original = CheckpointWeights.read(ForeignFiles.path(file));
                TensorFile back = Safetensors.read(exported)) {
            TreeSet<String> names = new TreeSet<>();
            for (String name : original.tensors().names()) {
                String plain = name.replace("module._orig_mod.", "");
                if (plain.startsWith(head)) {
                    continue;
                }
                names.add(plain);
                // Biases of the keys have no effect in a ViT, and are 0 here.
                if (!plain.endsWith("qkv.bias")) {
                    assertThat(Golden.largestDifference(
                                    back.get(plain), original.tensors().get(name)))
                            .as(plain)
                            .isZero();
                }
            }
            assertThat(back.names()).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void swinHasTimmsPlaceOfMergingAndNothingDerived() throws Exception {
        Path exported = folder.resolve("timm.safetensors");
        WeightsExport.write(imported("swin.pth", 0, 16), "timm", exported, false);
        try (TensorFile file = Safetensors.read(exported)) {
            assertThat(file.names())
                    .contains("layers.1.downsample.reduction.weight", "layers.1.blocks.1.attn.qkv.bias", "norm.bias")
                    .doesNotContain("layers.0.downsample.reduction.weight")
                    .noneMatch(name -> name.contains("index") || name.contains("mask") || name.startsWith("head"));
        }
    }

    @Test
    void aClassifierWithANormAfterTheMeanKeepsItForTimm() throws Exception {
        Path out = folder.resolve("imported");
        WeightsImport.of(Golden.path("official_finetune_ckpt.pth"), out).run();
        Path exported = folder.resolve("timm.safetensors");
        assertThat(WeightsExport.write(out, "timm", exported, false).lines().get(0))
                .endsWith("global_pool='avg')");
        try (TensorFile file = Safetensors.read(exported)) {
            assertThat(file.names())
                    .contains("fc_norm.weight", "fc_norm.bias")
                    .doesNotContain("norm.weight", "head.weight");
        }
    }

    @Test
    void aFullModelGoesToPyTorchAndBack() throws Exception {
        Path out = folder.resolve("imported");
        WeightsImport.of(Golden.path("official_ckpt.pth"), out).run();
        Path pth = folder.resolve("full.pth");
        Path full = out.resolve("full.safetensors");
        assertThat(WeightsExport.write(full, "pth-state-dict", pth, false).tensors())
                .isEqualTo(32);
        Path back = folder.resolve("back");
        WeightsImport.of(pth, back).heads(4).run();
        try (TensorFile first = Safetensors.read(full);
                TensorFile second = Safetensors.read(back.resolve("full.safetensors"))) {
            assertThat(second.names()).containsExactlyInAnyOrderElementsOf(first.names());
            for (String name : first.names()) {
                assertThat(Golden.largestDifference(second.get(name), first.get(name)))
                        .as(name)
                        .isZero();
            }
        }
    }

    @Test
    void safetensorsIsAllThatTheFileHolds() throws Exception {
        Path out = imported("vit.pth", 3, 0);
        Path exported = folder.resolve("copy.safetensors");
        WeightsExport.write(out, "safetensors", exported, false);
        Path file = out.resolve("encoder.safetensors");
        assertThat(Safetensors.readMetadata(exported)).isEqualTo(Safetensors.readMetadata(file));
        try (TensorFile first = Safetensors.read(file);
                TensorFile second = Safetensors.read(exported)) {
            assertThat(second.names())
                    .containsExactlyInAnyOrderElementsOf(first.names())
                    .contains("head.weight");
        }
    }

    @Test
    void filesAreNotReplacedUnasked() throws Exception {
        Path out = imported("beit.pth", 0, 0);
        Path file = Files.writeString(folder.resolve("mine"), "mine");
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> WeightsExport.write(out, "timm", file, false))
                .withMessage(file + " is there already: use `overwrite`, or another `out`");
        assertThat(file).hasContent("mine");
        WeightsExport.write(out, "timm", file, true);
        assertThat(Files.size(file)).isGreaterThan(1000);
    }
}
