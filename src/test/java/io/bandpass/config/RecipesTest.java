package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipesTest {
    @TempDir
    private Path folder;

    static List<String> names() {
        return Recipes.names();
    }

    @Test
    void everyBundledFileIsListedAndEveryListedNameHasAFile() throws IOException, URISyntaxException {
        URL quick = Objects.requireNonNull(RecipesTest.class.getResource("/recipes/quick.yaml"));
        try (Stream<Path> files = Files.list(Path.of(quick.toURI()).resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                            .filter(name -> !name.equals("index")))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.of(PretrainingConfig.class, FinetuningConfig.class, SegmentationConfig.class)
                                    .flatMap(kind -> Recipes.names(kind).stream())
                                    .toList());
        }
    }

    static List<String> segmentationNames() {
        return Recipes.names(SegmentationConfig.class);
    }

    @ParameterizedTest
    @MethodSource("segmentationNames")
    void aRecipeOfSegmentationBuildsAndSaysWhatToExpect(String name) {
        SegmentationConfig config = Recipes.load(SegmentationConfig.class, name).build();

        assertThat(config.description()).isNotBlank();
        assertThat(config.data().paths()).as("a recipe names no data").isEmpty();
        assertThat(Recipes.text(name)).startsWith("# bandpass segment").contains("# Expected:", "ublished");
    }

    static List<String> finetuningNames() {
        return Recipes.names(FinetuningConfig.class);
    }

    @ParameterizedTest
    @MethodSource("finetuningNames")
    void aRecipeOfFineTuningBuildsAndIsNotOneOfPreTraining(String name) {
        assertThat(Recipes.load(FinetuningConfig.class, name).build().description())
                .isNotBlank();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(name))
                .withMessageStartingWith(
                        "recipe '" + name + "' is one of bandpass finetune, but must be a file or one of");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBundledRecipeBuildsAndSaysWhatItIs(String name) {
        PretrainingConfig config = Recipes.load(name).build();

        assertThat(config.description()).isNotBlank();
        assertThat(config.data().paths()).as("a recipe names no data").isEmpty();
        assertThat(config.train().device()).isEqualTo("auto");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBundledRecipeOpensWithItsCommandHardwareAndExpectedFigure(String name) {
        List<String> head = Recipes.text(name).lines().limit(4).toList();

        assertThat(head.get(0)).startsWith("# bandpass pretrain");
        assertThat(String.join("\n", head)).contains("Hardware:", "# Expected:").containsPattern("measured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit-small", "vit-base", "resnet50", "swin-tiny", "convnext-tiny"})
    void thePublishedSettingsAreThoseOfThePaper(String name) {
        PretrainingConfig config = Recipes.load(name).build();

        assertThat(config.augment()).isEqualTo(new AugmentConfig(List.of(0.2, 1.0), List.of(3 / 4.0, 4 / 3.0), 0.5));
        assertThat(config.data().mean()).containsExactly(0.485, 0.456, 0.406);
        assertThat(config.data().std()).containsExactly(0.229, 0.224, 0.225);
        assertThat(config.mask())
                .isEqualTo(new MaskConfig(
                        OptionalDouble.of(16),
                        OptionalDouble.empty(),
                        List.of("resnet50", "convnext-tiny").contains(name) ? 0.3 : 0.5,
                        true));
        assertThat(config.loss()).isEqualTo(new LossConfig(LossConfig.Target.AUTO, 1));
        assertThat(config.optimizer())
                .isEqualTo(new OptimizerConfig(
                        OptimizerConfig.Type.ADAMW,
                        OptionalDouble.of(3e-4),
                        OptionalDouble.empty(),
                        List.of(0.9, 0.95),
                        1e-8,
                        0.9,
                        true,
                        0.05,
                        1,
                        3));
        assertThat(config.schedule().type()).hasToString("cosine");
        assertThat(config.schedule().warmupEpochs()).isEqualTo(20);
        assertThat(config.schedule().warmupLearningRate()).isEqualTo(2.5e-7);
        assertThat(config.schedule().minLearningRate()).isEqualTo(2.5e-6);
        assertThat(config.train().epochs()).isEqualTo(300);
        assertThat(config.train().batchSize()).isEqualTo(2048);
        assertThat(config.train().microBatchSize()).isEqualTo(OptionalInt.empty());
    }

    /** timm's {@code --train-interpolation bicubic} of the authors' ViTs holds for RandAugment too; its default is random. */
    @Test
    void onlyTheAuthorsFineTuningOfTransformersAugmentsBicubicAlone() {
        for (String name : Recipes.names(FinetuningConfig.class)) {
            assertThat(Recipes.load(FinetuningConfig.class, name)
                            .build()
                            .augment()
                            .randAugmentInterpolation())
                    .as(name)
                    .hasToString(name.startsWith("finetune-vit-") ? "bicubic" : "random");
        }
    }

    /** Rates are stated per 512 images, MAE's in the paper per 256. */
    @Test
    void thePublishedSettingsOfMaeAreThoseOfItsPaper() {
        PretrainingConfig config = Recipes.load("vit-base-mae").build();

        assertThat(config.task()).isEqualTo(new MaeConfig(0.75, true));
        assertThat(config.decoder()).isEqualTo(new DecoderConfig(DecoderConfig.Type.VIT, 512, 8, 16));
        assertThat(config.augment().cropArea()).containsExactly(0.2, 1.0);
        assertThat(config.optimizer())
                .isEqualTo(new OptimizerConfig(
                        OptimizerConfig.Type.ADAMW,
                        OptionalDouble.of(2 * 1.5e-4),
                        OptionalDouble.empty(),
                        List.of(0.9, 0.95),
                        1e-8,
                        0.9,
                        true,
                        0.05,
                        1,
                        0));
        assertThat(config.schedule().warmupEpochs()).isEqualTo(40);
        assertThat(config.schedule().warmupLearningRate()).isZero();
        assertThat(config.schedule().minLearningRate()).isZero();
        assertThat(config.train().epochs()).isEqualTo(1600);
        assertThat(config.train().batchSize()).isEqualTo(4096);
        assertThat(config.encoder())
                .isEqualTo(new VisionTransformerConfig(
                        224, 16, 768, 12, 12, 4, VisionTransformerConfig.Positions.SIN_COS, true, 0, 0));
    }

    @Test
    void thePublishedSettingsOfSimMimAreThoseOfItsAuthors() {
        PretrainingConfig config = Recipes.load("vit-base-simmim").build();

        assertThat(config.task()).isEqualTo(new SimMimConfig(32, 0.6));
        assertThat(config.decoder().type()).hasToString("pixel-shuffle");
        assertThat(config.augment().cropArea()).containsExactly(0.67, 1.0);
        assertThat(config.optimizer())
                .isEqualTo(new OptimizerConfig(
                        OptimizerConfig.Type.ADAMW,
                        OptionalDouble.of(1e-4),
                        OptionalDouble.empty(),
                        List.of(0.9, 0.999),
                        1e-8,
                        0.9,
                        true,
                        0.05,
                        1,
                        5));
        assertThat(config.schedule().type()).hasToString("multistep");
        assertThat(config.schedule().milestoneEpochs()).containsExactly(700.0);
        assertThat(config.schedule().warmupEpochs()).isEqualTo(10);
        assertThat(config.train().epochs()).isEqualTo(800);
        assertThat(config.train().batchSize()).isEqualTo(2048);
        assertThat(config.encoder())
                .isEqualTo(new VisionTransformerConfig(
                        224,
                        16,
                        768,
                        12,
                        12,
                        4,
                        VisionTransformerConfig.Positions.NONE,
                        VisionTransformerConfig.RelativePosition.SHARED,
                        true,
                        0.1,
                        0.1));
    }

    @Test
    void theEncodersAreThoseTheirNamesSay() {
        assertThat(encoder("vit-small")).isEqualTo(vit(224, 16, 384, 12, 6));
        assertThat(encoder("vit-base")).isEqualTo(vit(224, 16, 768, 12, 12));
        assertThat(encoder("vit-tiny")).isEqualTo(vit(32, 4, 192, 12, 3));
        assertThat(encoder("resnet50"))
                .isEqualTo(new ResNetConfig(
                        224,
                        ResNetConfig.Block.BOTTLENECK,
                        List.of(3, 4, 6, 3),
                        List.of(256, 512, 1024, 2048),
                        List.of(64, 128, 256, 512),
                        64,
                        7,
                        2,
                        true));
        assertThat(encoder("swin-tiny"))
                .isEqualTo(new SwinTransformerConfig(
                        224,
                        4,
                        96,
                        List.of(2, 2, 6, 2),
                        List.of(3, 6, 12, 24),
                        7,
                        4,
                        true,
                        SwinTransformerConfig.Positions.NONE,
                        0));
        assertThat(encoder("convnext-tiny"))
                .isEqualTo(new ConvNeXtConfig(224, 4, List.of(3, 3, 9, 3), List.of(96, 192, 384, 768), 1e-6, 0));
        assertThat(encoder("resnet18"))
                .isEqualTo(new ResNetConfig(
                        32,
                        ResNetConfig.Block.BASIC,
                        List.of(2, 2, 2, 2),
                        List.of(64, 128, 256, 512),
                        List.of(),
                        64,
                        3,
                        1,
                        false));
    }

    @Test
    void quickIsOneOfTheTwoThatNameTheirEncoder() {
        assertThat(List.of(
                        Recipes.load("quick-vit").build(),
                        Recipes.load("quick-resnet").build()))
                .contains(Recipes.load("quick").build());
        assertThat(encoder("quick-vit")).isInstanceOf(VisionTransformerConfig.class);
        assertThat(encoder("quick-resnet")).isInstanceOf(ResNetConfig.class);
    }

    @Test
    void aFileMayHoldOnlyWhatDiffersFromTheDefaults() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "# short\ntrain:\n  epochs: 7\n");

        PretrainingConfig config = Recipes.load(file.toString()).build();

        assertThat(ConfigDifference.between(
                        ConfigBuilder.of(PretrainingConfig.class).build(), config))
                .extracting(ConfigDifference::toString)
                .containsExactly("train.epochs: 300 -> 7");
        assertThat(Recipes.shortName(file.toString())).isEqualTo("mine");
    }

    @Test
    void aFileOfTheSameNameDoesNotHideABundledRecipe() {
        assertThat(Recipes.shortName("vit-small")).isEqualTo("vit-small");
        assertThat(Recipes.shortName("some/where/my.recipe.yml")).isEqualTo("my.recipe");
    }

    @Test
    void anEmptyFileIsTheDefaults() throws IOException {
        for (String text : List.of("", "\n\n", "# nothing\n", "---\n")) {
            Path file = Files.writeString(folder.resolve("empty.yaml"), text);
            assertThat(Recipes.load(file.toString()).build())
                    .isEqualTo(ConfigBuilder.of(PretrainingConfig.class).build());
        }
    }

    @Test
    void anUnknownNameOrMissingFileListsTheNames() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load("vit-smal"))
                .withMessage("there is no recipe 'vit-smal': it is neither a file nor one of "
                        + String.join(", ", Recipes.names()) + "; did you mean vit-small?");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load("no/such/file.yaml"))
                .withMessageStartingWith("there is no recipe 'no/such/file.yaml'")
                .withMessageEndingWith("resnet50-simmim");
        assertThatExceptionOfType(ConfigException.class)
                .as("a folder is no recipe")
                .isThrownBy(() -> Recipes.load(folder.toString()))
                .withMessageContaining("there is no recipe");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load("a\0b"))
                .withMessageContaining("is neither a recipe nor a path");
    }

    @Test
    void aFileThatIsNoYamlIsRefusedInOneSentence() throws IOException {
        Path picture = folder.resolve("picture.yaml");
        Files.write(picture, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13});
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(picture.toString()))
                .withMessage(picture + " is no recipe: it is not text in UTF-8");

        Path control = Files.write(folder.resolve("control.yaml"), "a\u0001b".getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(control.toString()))
                .withMessageStartingWith(control + " is not sound YAML");

        Path prose = Files.writeString(folder.resolve("prose.yaml"), "Dear reader,\nthis is a letter.\n");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(prose.toString()))
                .withMessage(prose + ": the file must hold keys and values");
    }

    @Test
    void aVeryLargeFileIsRefusedBeforeItIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("large.yaml"), "#" + "x".repeat(1 << 20));

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(file.toString()))
                .withMessage(file + " has 1048577 bytes, but a recipe has at most 1048576");
    }

    @Test
    void aMessageAboutAFileNamesTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "train:\n  epoch: 7\n");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Recipes.load(file.toString()))
                .withMessageStartingWith(file + ": unknown key train.epoch; keys of train are epochs, ")
                .withMessageEndingWith("; did you mean epochs?");
    }

    private static EncoderConfig encoder(String recipe) {
        return Recipes.load(recipe).build().encoder();
    }

    private static EncoderConfig vit(int imageSize, int patchSize, int width, int depth, int heads) {
        return new VisionTransformerConfig(
                imageSize, patchSize, width, depth, heads, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
    }
}
