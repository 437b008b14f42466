package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a recipe follows the image size that is set over it. */
final class ScaledSizesTest {
    @TempDir
    private Path folder;

    private static PretrainingConfig pretraining(String recipe, String... settings) {
        ConfigBuilder<PretrainingConfig> builder = Recipes.load(recipe);
        List.of(settings).forEach(builder::set);
        return builder.build();
    }

    private static double radius(String recipe, String... settings) {
        return pretraining(recipe, settings).mask().radius().orElseThrow();
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), text).toString();
    }

    static List<String> names() {
        return Recipes.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aRecipeAtAnotherImageSizeRemovesTheSameFrequenciesAndBlocks(String name) {
        PretrainingConfig own = pretraining(name);
        int size = own.encoder().imageSize();
        PretrainingConfig twice = pretraining(name, "encoder.image-size=" + 2 * size);

        assertThat(twice.mask().at(2 * size).radius())
                .isEqualTo(2 * own.mask().at(size).radius());
        if (own.task() instanceof SimMimConfig blocks) {
            assertThat(((SimMimConfig) twice.task()).blockSize()).isEqualTo(2 * blocks.blockSize());
        } else {
            // Kernels and factors are of pixels: their cut-off in cycles per pixel is the same at any size.
            assertThat(twice.task()).isEqualTo(own.task());
        }
    }

    @Test
    void aRadiusGrowsWithTheImages() {
        assertThat(radius("quick-vit")).isEqualTo(2);
        assertThat(radius("quick-vit", "encoder.image-size=64")).isCloseTo(16 * 64 / 224.0, within(1e-12));
        assertThat(radius("quick-resnet", "encoder.image-size=32")).isCloseTo(16 * 32 / 224.0, within(1e-12));
        assertThat(radius("resnet50", "encoder.image-size=96")).isCloseTo(16 * 96 / 224.0, within(1e-12));
        assertThat(radius("quick-vit", "encoder={image-size: 56}")).isEqualTo(4);
        assertThat(radius("quick-vit", "encoder.image-size=56", "encoder.image-size=28"))
                .as("back again")
                .isEqualTo(2);
    }

    @Test
    void whatIsSetIsAsItIsNamed() {
        assertThat(radius("quick-vit", "mask.radius=3", "encoder.image-size=64"))
                .isEqualTo(3);
        assertThat(radius("quick-vit", "encoder.image-size=64", "mask.radius=3"))
                .isEqualTo(3);
        assertThat(radius("quick-vit", "mask={radius: 2}", "encoder.image-size=64"))
                .as("the recipe's own, named again")
                .isEqualTo(2);
        assertThat(radius("quick-vit", "mask={shape: square}", "encoder.image-size=56"))
                .as("another key of the section")
                .isEqualTo(4);
        assertThat(pretraining("quick-vit", "mask.radius=auto", "encoder.image-size=64")
                        .mask()
                        .radius())
                .isEmpty();
        assertThat(((SimMimConfig) pretraining("quick-simmim", "encoder.image-size=56", "task.block-size=4")
                                .task())
                        .blockSize())
                .isEqualTo(4);
    }

    @Test
    void aRadiusOfAFileBelongsToTheSizeThatTheFileNames() throws IOException {
        String both = file("encoder: {image-size: 32, patch-size: 4}\nmask: {radius: 3.0}\n");
        assertThat(radius(both)).isEqualTo(3);
        assertThat(radius(both, "encoder.image-size=64")).isEqualTo(6);
        assertThat(radius(both, "encoder.image-size=64", "mask.radius=3")).isEqualTo(3);

        String radiusOnly = file("mask: {radius: 3.0}\n");
        assertThat(radius(radiusOnly, "encoder.image-size=64")).isEqualTo(3);
    }

    @Test
    void allRadiiOfAMaskAreScaled() throws IOException {
        String recipe = file("""
                encoder: {image-size: 32, patch-size: 4}
                mask: {radius-range: [2.0, 4.0], outer-radius: 8.0}
                """);
        MaskConfig mask = pretraining(recipe, "encoder.image-size=48").mask();
        assertThat(mask.radiusRange()).containsExactly(3.0, 6.0);
        assertThat(mask.outerRadius()).hasValue(12);

        MaskConfig named = pretraining(recipe, "mask.outer-radius=9", "encoder.image-size=48")
                .mask();
        assertThat(named.radiusRange()).containsExactly(3.0, 6.0);
        assertThat(named.outerRadius()).hasValue(9);
        assertThat(pretraining(recipe, "mask.radius-range=none", "encoder.image-size=48")
                        .mask()
                        .radiusRange())
                .isEmpty();
    }

    /** Blocks are whole patches, and whole parts of the image: the nearest of those. */
    @ParameterizedTest
    @CsvSource({
        "quick-simmim, 56, 8",
        "quick-simmim, 64, 8",
        "quick-simmim, 32, 4",
        "quick-simmim, 84, 12",
        "vit-base-simmim, 192, 32",
        "vit-base-simmim, 384, 48",
        "resnet50-simmim, 160, 20"
    })
    void blocksAreTheNearestThatFit(String recipe, int size, int block) {
        PretrainingConfig config = pretraining(recipe, "encoder.image-size=" + size);
        assertThat(((SimMimConfig) config.task()).blockSize()).isEqualTo(block);
    }

    @Test
    void anotherTypeForgetsWhatTheOldOneHad() {
        assertThat(((SimMimConfig)
                                pretraining("vit-base", "task={type: simmim, block-size: 16}", "encoder.image-size=448")
                                        .task())
                        .blockSize())
                .isEqualTo(16);
        assertThat(pretraining("quick-simmim", "task.type=mfm", "encoder.image-size=56")
                        .task())
                .isInstanceOf(MaskedFrequencyConfig.class);
    }

    @ParameterizedTest
    @CsvSource({
        "finetune-resnet50-a3, 160, 224",
        "finetune-resnet50-a3, 128, 192",
        "finetune-resnet50-a3, 320, 448",
        "finetune-resnet50-a2, 224, 224",
        "finetune-resnet50-a2, 448, 448"
    })
    void validationKeepsItsRatioToTraining(String recipe, int size, int validated) {
        FinetuningConfig config = Recipes.load(FinetuningConfig.class, recipe)
                .set("encoder.image-size=" + size)
                .build();
        assertThat(config.validate().imageSize()).isEqualTo(OptionalInt.of(validated));
    }

    @Test
    void whatIsCompleteIsKeptWhateverIsSetOverIt() {
        PretrainingConfig asked = pretraining("quick-vit", "encoder.image-size=64");
        String stored = ConfigBuilder.toYaml(asked);
        assertThat(ConfigBuilder.fromYaml(PretrainingConfig.class, stored, "config.yaml"))
                .isEqualTo(asked);
        assertThat(ConfigBuilder.fromYaml(
                                PretrainingConfig.class, stored.replace("4.571428571428571", "2.0"), "config.yaml")
                        .mask()
                        .radius())
                .as("of a run that was begun by an earlier version")
                .hasValue(2);
        assertThat(ConfigBuilder.from(asked)
                        .set("encoder.image-size=32")
                        .build()
                        .mask()
                        .radius())
                .isEqualTo(asked.mask().radius());
    }

    @Test
    void aMaskSaysItsRadiusAndHowManyBinsItKeeps() {
        assertThat(pretraining("vit-small").mask().at(224).describe())
                .isEqualTo("circle of radius 16 (793 of 50,176 bins)");
        assertThat(pretraining("quick-vit").mask().at(28).describe()).isEqualTo("circle of radius 2 (9 of 784 bins)");
        PretrainingConfig larger = pretraining("quick-vit", "encoder.image-size=64");
        assertThat(larger.task().describe(larger))
                .isEqualTo("Masked Frequency Modeling, circle of radius 4.571 (69 of 4,096 bins), low-pass with"
                        + " probability 0.5");
        assertThat(pretraining("quick-vit", "mask.radius-range=[2, 4]")
                        .mask()
                        .at(28)
                        .describe())
                .isEqualTo("circle of radius 2 to 4 (9 to 45 of 784 bins)");
        assertThat(pretraining("quick-vit", "mask.outer-radius=4").mask().at(28).describe())
                .isEqualTo("circle of radius 2, outer radius 4 (748 of 784 bins)");
        assertThat(pretraining("quick-vit", "mask.shape=com").mask().at(28).describe())
                .isEqualTo("the strongest 0.5 % or 1 % or 5 % of frequencies");
    }
}
