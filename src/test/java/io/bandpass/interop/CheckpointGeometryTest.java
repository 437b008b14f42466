package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.config.ConfigException;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.CheckpointNaming.Family;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Geometries from names and shapes alone. */
final class CheckpointGeometryTest {
    private static final String TABLE = "attn.relative_position_bias_table";

    private static CheckpointGeometry geometry(Family family, Map<String, long[]> shapes, int imageSize, int heads) {
        OptionalInt size = imageSize > 0 ? OptionalInt.of(imageSize) : OptionalInt.empty();
        OptionalInt count = heads > 0 ? OptionalInt.of(heads) : OptionalInt.empty();
        return CheckpointGeometry.of(
                TensorShapes.ofShapes("x.pth", shapes),
                family,
                CheckpointSettings.none(),
                new CheckpointGeometry.Asked(size, count),
                false,
                0);
    }

    private static Map<String, long[]> vit(long width, int depth, long hidden, long patch, long grid) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("patch_embed.proj.weight", new long[] {width, 3, patch, patch});
        if (grid > 0) {
            shapes.put("pos_embed", new long[] {1, 1 + grid * grid, width});
        }
        for (int block = 0; block < depth; block++) {
            String name = "blocks." + block + ".";
            shapes.put(name + "attn.qkv.weight", new long[] {3 * width, width});
            shapes.put(name + "attn.proj.weight", new long[] {width, width});
            shapes.put(name + "mlp.fc1.weight", new long[] {hidden, width});
            shapes.put(name + "mlp.fc2.weight", new long[] {width, hidden});
        }
        return shapes;
    }

    @ParameterizedTest
    @CsvSource({
        "192, 12, 768, 16, 14, 3",
        "384, 12, 1536, 16, 14, 6",
        "768, 12, 3072, 16, 14, 12",
        "1024, 24, 4096, 16, 24, 16",
        "1280, 32, 5120, 14, 16, 16"
    })
    void theStandardFamilyHasItsHeadsAndSaysSo(int width, int depth, int hidden, int patch, int grid, int heads) {
        CheckpointGeometry geometry = geometry(Family.VIT, vit(width, depth, hidden, patch, grid), 0, 0);
        assertThat(geometry.settings())
                .containsEntry("type", "vit")
                .containsEntry("width", "" + width)
                .containsEntry("depth", "" + depth)
                .containsEntry("patch-size", "" + patch)
                .containsEntry("heads", "" + heads)
                .containsEntry("mlp-ratio", "4.0")
                .containsEntry("positions", "learned")
                .containsEntry("qkv-bias", "false")
                .doesNotContainKeys("relative-position", "layer-scale");
        assertThat(geometry.imageSize()).isEqualTo(patch * grid);
        assertThat(geometry.notices()).anyMatch(notice -> notice.contains(heads + " are assumed"));
    }

    @Test
    void relativeTablesShowHeadsAndGrid() {
        Map<String, long[]> shapes = vit(40, 2, 100, 8, 0);
        shapes.put("blocks.0." + TABLE, new long[] {13 * 13 + 3, 5});
        shapes.put("blocks.0.gamma_1", new long[] {40});
        shapes.put("blocks.0.attn.q_bias", new long[] {40});
        CheckpointGeometry geometry = geometry(Family.VIT, shapes, 0, 0);
        assertThat(geometry.imageSize()).isEqualTo(56);
        assertThat(geometry.settings())
                .containsEntry("relative-position", "per-block")
                .containsEntry("positions", "none")
                .containsEntry("heads", "5")
                .containsEntry("layer-scale", "0.1")
                .containsEntry("mlp-ratio", "2.5")
                .containsEntry("qkv-bias", "true");

        Map<String, long[]> shared = vit(40, 2, 100, 8, 0);
        shared.put("rel_pos_bias.relative_position_bias_table", new long[] {13 * 13 + 3, 5});
        assertThat(geometry(Family.VIT, shared, 0, 0).settings()).containsEntry("relative-position", "shared");
    }

    @Test
    void everyHiddenWidthComesBackFromItsRatio() {
        for (int width = 1; width < 400; width++) {
            for (int hidden = 1; hidden < 1700; hidden += 7) {
                assertThat((int) (width * TensorShapes.ratio(hidden, width))).isEqualTo(hidden);
            }
        }
    }

    @Test
    void tensorsThatDoNotFitTogetherAreRefused() {
        Map<String, long[]> shapes = vit(48, 3, 100, 8, 4);
        shapes.put("blocks.2.mlp.fc2.weight", new long[] {48, 99});
        assertThat(refusal(Family.VIT, shapes))
                .isEqualTo("x.pth: tensor blocks.2.mlp.fc2.weight has the shape [48, 99],"
                        + " where the other tensors ask for [48, 100]");
        shapes = vit(48, 1, 100, 8, 4);
        shapes.put("pos_embed", new long[] {1, 16, 48});
        assertThat(refusal(Family.VIT, shapes)).contains("pos_embed has 16 rows, but a class token and the patches");
        shapes = vit(48, 1, 100, 8, 4);
        shapes.put("patch_embed.proj.weight", new long[] {48, 1, 8, 8});
        assertThat(refusal(Family.VIT, shapes)).contains("takes images of 1 channels");
        shapes.put("patch_embed.proj.weight", new long[] {48, 3, 8, 4});
        assertThat(refusal(Family.VIT, shapes)).contains("kernel of 8 x 4");
        shapes.put("patch_embed.proj.weight", new long[] {48, 3, 1L << 40, 1L << 40});
        assertThat(refusal(Family.VIT, shapes)).contains("where one of 4 axes is expected");
        shapes = vit(48, 1, 100, 8, 4);
        shapes.put("blocks.0." + TABLE, new long[] {84, 4});
        assertThat(refusal(Family.VIT, shapes)).contains("has 84 rows").endsWith(", 7 by pos_embed");
        shapes = vit(48, 1, 100, 8, 100_000);
        assertThat(refusal(Family.VIT, shapes)).contains("has the shape [1, 10000000001, 48]");
    }

    @Test
    void headsOfAnotherWidthMustBeSaid() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> geometry(Family.VIT, vit(48, 1, 100, 8, 4), 0, 0))
                .withMessageContaining("give it with `heads`");
        assertThat(geometry(Family.VIT, vit(48, 1, 100, 8, 4), 0, 6).settings()).containsEntry("heads", "6");
    }

    private static Map<String, long[]> swin(long width, int[] depths, long[] heads, long[] windows) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("patch_embed.proj.weight", new long[] {width, 3, 4, 4});
        for (int stage = 0; stage < depths.length; stage++) {
            long wide = width << stage;
            long edge = 2 * windows[stage] - 1;
            for (int block = 0; block < depths[stage]; block++) {
                String name = "layers." + stage + ".blocks." + block + ".";
                shapes.put(name + TABLE, new long[] {edge * edge, heads[stage]});
                shapes.put(name + "attn.qkv.weight", new long[] {3 * wide, wide});
                shapes.put(name + "attn.qkv.bias", new long[] {3 * wide});
                shapes.put(name + "attn.proj.weight", new long[] {wide, wide});
                shapes.put(name + "mlp.fc1.weight", new long[] {3 * wide, wide});
                shapes.put(name + "mlp.fc2.weight", new long[] {wide, 3 * wide});
            }
        }
        return shapes;
    }

    @Test
    void swinShowsAllButTheImageSize() {
        CheckpointGeometry geometry =
                geometry(Family.SWIN, swin(24, new int[] {2, 4}, new long[] {3, 6}, new long[] {7, 7}), 112, 0);
        assertThat(geometry.settings())
                .containsEntry("type", "swin")
                .containsEntry("stem-width", "24")
                .containsEntry("depths", "[2, 4]")
                .containsEntry("heads", "[3, 6]")
                .containsEntry("window", "7")
                .containsEntry("mlp-ratio", "3.0")
                .containsEntry("qkv-bias", "true")
                .containsEntry("positions", "none");
        assertThat(geometry.imageSize()).isEqualTo(112);
        // A last map of 5 x 5, smaller than the window.
        assertThat(geometry(Family.SWIN, swin(24, new int[] {2, 2}, new long[] {3, 6}, new long[] {7, 5}), 0, 0)
                        .imageSize())
                .isEqualTo(40);
    }

    @Test
    void resNetsShowTheirBlocks() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("conv1.weight", new long[] {16, 3, 3, 3});
        shapes.put("layer1.0.conv1.weight", new long[] {16, 16, 3, 3});
        shapes.put("layer1.0.conv2.weight", new long[] {16, 16, 3, 3});
        shapes.put("layer2.0.conv1.weight", new long[] {40, 16, 3, 3});
        shapes.put("layer2.0.conv2.weight", new long[] {40, 40, 3, 3});
        shapes.put("layer2.1.conv1.weight", new long[] {40, 40, 3, 3});
        shapes.put("layer2.1.conv2.weight", new long[] {40, 40, 3, 3});
        CheckpointGeometry small = geometry(Family.RESNET, shapes, 32, 0);
        assertThat(small.settings())
                .containsEntry("block", "basic")
                .containsEntry("stages", "[1, 2]")
                .containsEntry("widths", "[16, 40]")
                .containsEntry("bottleneck-widths", "[]")
                .containsEntry("stem-stride", "1")
                .containsEntry("max-pool", "false");
        assertThat(small.notices()).anyMatch(notice -> notice.contains("stride 1 without max-pool is assumed"));

        // Channels in groups are another kind of block.
        shapes.put("layer2.1.conv2.weight", new long[] {40, 10, 3, 3});
        assertThat(refusal(Family.RESNET, shapes)).contains("the other tensors ask for [40, 40, 3, 3]");
        shapes.remove("conv1.weight");
        shapes.put("conv1.0.weight", new long[] {16, 3, 3, 3});
        assertThat(refusal(Family.RESNET, shapes)).contains("a stem of several convolutions");
    }

    @ParameterizedTest
    @CsvSource({"16, 2, true", "8, 2, false", "4, 1, false"})
    void theDecoderOfAResNetShowsTheStridesOfItsStem(int decoderStride, int stemStride, boolean maxPool) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("conv1.weight", new long[] {16, 3, 5, 5});
        for (int stage = 1; stage <= 3; stage++) {
            shapes.put("layer" + stage + ".0.conv1.weight", new long[] {4, 16, 1, 1});
            shapes.put("layer" + stage + ".0.conv2.weight", new long[] {4, 4, 3, 3});
            shapes.put("layer" + stage + ".0.conv3.weight", new long[] {16, 4, 1, 1});
        }
        CheckpointGeometry geometry = CheckpointGeometry.of(
                TensorShapes.ofShapes("x.pth", shapes),
                Family.RESNET,
                CheckpointSettings.none(),
                new CheckpointGeometry.Asked(OptionalInt.of(64), OptionalInt.empty()),
                false,
                decoderStride);
        assertThat(geometry.settings())
                .containsEntry("bottleneck-widths", "[4, 4, 4]")
                .containsEntry("stem-stride", "" + stemStride)
                .containsEntry("max-pool", "" + maxPool);
    }

    private static String refusal(Family family, Map<String, long[]> shapes) {
        String[] message = new String[1];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> geometry(family, shapes, 0, 4))
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }
}
