package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.Recipes;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.config.VisionTransformerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which key of a cell comes from where, and which cells there are. */
final class ComparisonPlanTest {
    @TempDir
    private Path folder;

    private static ComparisonPlan plan(
            String recipe, List<String> tasks, List<String> encoders, List<String> settings, List<String> finetune) {
        return ComparisonPlan.of(new ComparisonConfig(
                recipe,
                tasks,
                encoders,
                2,
                4,
                OptionalInt.of(5),
                "finetune-quick",
                OptionalInt.of(6),
                OptionalInt.of(7),
                settings,
                finetune,
                List.of(),
                List.of("/data/images"),
                SegmentationPlan.NONE,
                RobustnessPlan.NONE));
    }

    private static ComparisonPlan plan(String recipe, List<String> tasks, List<String> encoders) {
        return plan(recipe, tasks, encoders, List.of(), List.of());
    }

    private static ComparisonPlan.Cell cell(ComparisonPlan plan, String encoder, String task, int seed) {
        return plan.cells().stream()
                .filter(cell -> cell.encoder().equals(encoder) && cell.task().equals(task) && cell.seed() == seed)
                .findFirst()
                .orElseThrow();
    }

    private static FinetuningConfig finetuning(ComparisonPlan.Cell cell, String stage) {
        return (FinetuningConfig) cell.use(stage).orElseThrow();
    }

    private static PretrainingConfig pretraining(ComparisonPlan plan, String encoder, String task) {
        return cell(plan, encoder, task, 0).pretraining().orElseThrow();
    }

    @Test
    void whatBelongsToAnEncoderComesFromItsOwnRecipeAndAllElseFromTheCommonOne() {
        ComparisonPlan plan = plan(
                "quick-vit",
                List.of("mfm"),
                List.of("quick-vit", "quick-resnet"),
                List.of("augment.crop-area=[0.3, 1.0]"),
                List.of());
        PretrainingConfig common = Recipes.load("quick-vit").build();
        PretrainingConfig own = Recipes.load("quick-resnet").build();
        PretrainingConfig cell = pretraining(plan, "quick-resnet", "mfm");

        assertThat(cell.encoder()).isEqualTo(own.encoder());
        // Not 0.1: an encoder that changed the task would be compared with others on a task of its own.
        assertThat(cell.mask()).isEqualTo(common.mask());
        assertThat(cell.mask().lowpassProbability()).isEqualTo(0.5);
        assertThat(cell.optimizer()).isEqualTo(own.optimizer());
        assertThat(cell.schedule().warmupEpochs()).isEqualTo(common.schedule().warmupEpochs());
        assertThat(cell.augment().cropArea()).containsExactly(0.3, 1.0);
        assertThat(cell.evaluate())
                .usingRecursiveComparison()
                .ignoringFields("probe")
                .isEqualTo(common.evaluate());
        assertThat(cell.evaluate().probe()).isTrue();
        assertThat(cell.train().batchSize()).isEqualTo(common.train().batchSize());
        assertThat(cell.train().epochs()).isEqualTo(4);
        assertThat(cell.data().paths()).containsExactly("/data/images");
        assertThat(cell.description()).isEqualTo("quick-resnet, mfm");
        assertThat(cell(plan, "quick-resnet", "mfm", 0).description())
                .isEqualTo("28 px, Masked Frequency Modeling, circle of radius 2 (9 of 784 bins), low-pass with"
                        + " probability 0.5, adamw, learning rate 0.08 for 512 images");
    }

    /** It has one epoch, in which a longer warm-up would not end. */
    @Test
    void shamHasNoWarmupOfLowPassMasks() {
        ComparisonPlan plan = plan(
                "quick-vit",
                List.of("mfm", "sham", "quick-denoise"),
                List.of("quick-vit"),
                List.of("mask.lowpass-warmup-epochs=2.5", "mask.lowpass-warmup-probability=0.1"),
                List.of());
        assertThat(cell(plan, "quick-vit", "mfm", 0).description())
                .contains("low-pass with probability from 0.1 to 0.5 over the first 2.5 epochs");
        assertThat(pretraining(plan, "quick-vit", "sham").mask().hasWarmup()).isFalse();
    }

    @Test
    void ratesOfTheScheduleAreTheEncodersAndItsEpochsAreTheBudgets() throws Exception {
        Path recipe = Files.writeString(folder.resolve("own.yaml"), """
                encoder: {type: vit, image-size: 56, patch-size: 4, width: 32, depth: 1, heads: 2}
                mask: {radius: 5.0, shape: square, lowpass-probability: 0.7}
                schedule: {type: linear, warmup-epochs: 9.0, warmup-learning-rate: 3.0e-6, min-learning-rate: 4.0e-6}
                """);
        PretrainingConfig cell =
                pretraining(plan("quick-vit", List.of("mfm"), List.of(recipe.toString())), "own", "mfm");

        assertThat(cell.schedule().type()).hasToString("cosine");
        assertThat(cell.schedule().warmupEpochs()).isEqualTo(1);
        assertThat(cell.schedule().warmupLearningRate()).isEqualTo(3e-6);
        assertThat(cell.schedule().minLearningRate()).isEqualTo(4e-6);
        assertThat(cell.encoder().imageSize()).isEqualTo(28);
        assertThat(cell.mask()).isEqualTo(Recipes.load("quick-vit").build().mask());
    }

    @Test
    void aRecipeForTheTaskBringsItsMask() throws Exception {
        Path recipe = Files.writeString(folder.resolve("wide.yaml"), """
                encoder: {type: vit, image-size: 56, patch-size: 4, width: 32, depth: 1, heads: 2}
                mask: {radius: 5.0, shape: square, lowpass-probability: 0.7}
                """);
        ComparisonPlan plan =
                plan("quick-vit", List.of("mfm", recipe.toString(), "quick-resnet"), List.of("quick-vit"));
        PretrainingConfig cell = pretraining(plan, "quick-vit", "wide");
        // Half the image size, half the radius.
        assertThat(cell.mask().radius()).isEqualTo(OptionalDouble.of(2.5));
        assertThat(cell.mask().shape()).hasToString("square");
        assertThat(cell.mask().lowpassProbability()).isEqualTo(0.7);
        assertThat(pretraining(plan, "quick-vit", "quick-resnet").mask().lowpassProbability())
                .isEqualTo(0.1);
        assertThat(pretraining(plan, "quick-vit", "mfm").mask().lowpassProbability())
                .isEqualTo(0.5);
    }

    @Test
    void anEncoderThatCannotHaveTheCommonImageSizeKeepsItsOwnEverywhere() {
        ComparisonPlan plan = plan("quick-vit", List.of("scratch", "mfm"), List.of("vit-tiny", "resnet18"));
        assertThat(pretraining(plan, "vit-tiny", "mfm").encoder().imageSize()).isEqualTo(28);
        assertThat(pretraining(plan, "resnet18", "mfm").encoder().imageSize()).isEqualTo(32);
        assertThat(finetuning(cell(plan, "resnet18", "scratch", 0), CellRunner.ALL)
                        .encoder()
                        .imageSize())
                .isEqualTo(32);
        assertThat(plan.notices())
                .singleElement()
                .asString()
                .contains("resnet18 cannot have images of 28 px")
                .contains("32 px");
    }

    @Test
    void fineTuningIsTheSameWhateverWasPreTrained() {
        ComparisonPlan plan = plan(
                "quick-vit",
                List.of("scratch", "mfm", "mae"),
                List.of("quick-vit"),
                List.of("encoder.depth=2"),
                List.of("train.batch-size=32"));
        FinetuningConfig scratch = finetuning(cell(plan, "quick-vit", "scratch", 1), CellRunner.ALL);
        assertThat(finetuning(cell(plan, "quick-vit", "mfm", 1), CellRunner.ALL))
                .isEqualTo(scratch);
        assertThat(finetuning(cell(plan, "quick-vit", "mae", 1), CellRunner.ALL))
                .isEqualTo(scratch);
        // Drop path belongs to the use of an encoder.
        assertThat(scratch.encoder())
                .usingRecursiveComparison()
                .ignoringFields("dropPath")
                .isEqualTo(pretraining(plan, "quick-vit", "mfm").encoder());
        assertThat(((VisionTransformerConfig) scratch.encoder()).depth()).isEqualTo(2);
        assertThat(scratch.train().batchSize()).isEqualTo(32);
        assertThat(scratch.train().epochs()).isEqualTo(6);
        assertThat(scratch.train().seed()).isEqualTo(1);
        assertThat(scratch.labels().perClass()).isEmpty();
        assertThat(scratch.data().paths()).containsExactly("/data/images");
        FinetuningConfig few = finetuning(cell(plan, "quick-vit", "mfm", 1), CellRunner.FEW);
        assertThat(few.labels().perClass()).isEqualTo(OptionalInt.of(5));
        assertThat(few.train().epochs()).isEqualTo(7);
        assertThat(cell(plan, "quick-vit", "scratch", 1).pretraining()).isEmpty();
    }

    @Test
    void tasksGetWhatTheyNeed() {
        ComparisonPlan plan =
                plan("quick-vit", List.of("mae", "simmim", "super-resolution"), List.of("quick-vit", "quick-resnet"));
        PretrainingConfig mae = pretraining(plan, "quick-vit", "mae");
        assertThat(mae.task()).isInstanceOf(MaeConfig.class);
        assertThat(mae.decoder().isTransformer()).isTrue();
        assertThat(pretraining(plan, "quick-vit", "simmim").decoder().isTransformer())
                .isFalse();
        // 32 of 224 px, as published.
        assertThat(((SimMimConfig) pretraining(plan, "quick-vit", "simmim").task()).blockSize())
                .isEqualTo(4);
        assertThat(((SimMimConfig) pretraining(plan, "quick-resnet", "simmim").task()).blockSize())
                .isEqualTo(4);
        assertThat(((SuperResolutionConfig) pretraining(plan, "quick-vit", "super-resolution")
                                .task())
                        .factor())
                .isEqualTo(8);
    }

    @Test
    void sizesFollowTheImageSizeThatIsSetOverAllCells() throws Exception {
        Path recipe = Files.writeString(folder.resolve("own.yaml"), """
                encoder: {type: resnet, image-size: 56, block: basic, stages: [1, 1], widths: [8, 16], bottleneck-widths: []}
                mask: {radius: 6.0}
                """);
        List<String> tasks = List.of("mfm", "simmim", "quick-simmim");
        ComparisonPlan plan = plan(
                "quick-vit",
                tasks,
                List.of("quick-vit", "resnet18", recipe.toString()),
                List.of("encoder.image-size=64"),
                List.of());

        assertThat(plan.notices()).as("all have the size that is set").isEmpty();
        for (String encoder : List.of("quick-vit", "own", "resnet18")) {
            assertThat(pretraining(plan, encoder, "mfm").encoder().imageSize()).isEqualTo(64);
            assertThat(finetuning(cell(plan, encoder, "mfm", 0), CellRunner.ALL)
                            .encoder()
                            .imageSize())
                    .isEqualTo(64);
            // 32 of 224 px, and 4 of 28: the nearest to 9.1 px.
            for (String task : List.of("simmim", "quick-simmim")) {
                int block = ((SimMimConfig) pretraining(plan, encoder, task).task()).blockSize();
                assertThat(block).as(encoder + ", " + task).isEqualTo(8);
            }
        }
        assertThat(pretraining(plan, "quick-vit", "mfm").mask().radius()).hasValue(2.0 * 64 / 28);
        for (String encoder : List.of("own", "resnet18")) {
            assertThat(pretraining(plan, encoder, "mfm").mask())
                    .isEqualTo(pretraining(plan, "quick-vit", "mfm").mask());
        }
        assertThat(plan.descriptions())
                .hasSize(9)
                .contains("resnet18, mfm: 64 px, Masked Frequency Modeling, circle of radius 4.571 (69 of 4,096 bins),"
                        + " low-pass with probability 0.5, adamw, learning rate 0.0003 for 512 images")
                .contains("quick-vit, mfm: 64 px, Masked Frequency Modeling, circle of radius 4.571 (69 of 4,096 bins),"
                        + " low-pass with probability 0.5, adamw, learning rate 0.004 for 512 images");

        ComparisonPlan named = plan(
                "quick-vit",
                tasks,
                List.of("quick-vit"),
                List.of("encoder.image-size=64", "mask.radius=3", "mask.outer-radius=9"),
                List.of());
        assertThat(pretraining(named, "quick-vit", "mfm").mask().radius()).hasValue(3);
        assertThat(pretraining(named, "quick-vit", "mfm").mask().outerRadius()).hasValue(9);
    }

    @Test
    void theCommonMaskIsScaledForAnEncoderThatKeepsItsOwnSize() throws Exception {
        Path recipe = Files.writeString(folder.resolve("band.yaml"), """
                encoder: {type: vit, image-size: 28, patch-size: 4, width: 32, depth: 1, heads: 2}
                mask: {radius: 2.0, outer-radius: 7.0}
                """);
        ComparisonPlan plan = plan(recipe.toString(), List.of("mfm"), List.of("resnet18"));
        assertThat(pretraining(plan, "resnet18", "mfm").encoder().imageSize()).isEqualTo(32);
        assertThat(pretraining(plan, "resnet18", "mfm").mask().outerRadius()).hasValue(8);
    }

    @Test
    void validationFollowsTheImageSizeOfTheCells() {
        ComparisonPlan plan = ComparisonPlan.of(new ComparisonConfig(
                "quick-resnet",
                List.of("mfm"),
                List.of("quick-resnet"),
                1,
                4,
                OptionalInt.empty(),
                "finetune-resnet50-a3",
                OptionalInt.of(6),
                OptionalInt.empty(),
                List.of("encoder.image-size=40"),
                List.of(),
                List.of(),
                List.of("/data/images"),
                SegmentationPlan.NONE,
                RobustnessPlan.NONE));
        FinetuningConfig tuning = finetuning(cell(plan, "quick-resnet", "mfm", 0), CellRunner.ALL);
        assertThat(tuning.encoder().imageSize()).isEqualTo(40);
        assertThat(tuning.validationSize()).isEqualTo(56);
    }

    @Test
    void aRecipeGivesItsTaskAndDecoder() {
        ComparisonPlan plan = plan("quick-vit", List.of("quick-super-resolution", "quick-mae"), List.of("quick-vit"));
        assertThat(((SuperResolutionConfig) pretraining(plan, "quick-vit", "quick-super-resolution")
                                .task())
                        .factor())
                .isEqualTo(4);
        assertThat(pretraining(plan, "quick-vit", "quick-mae").decoder().width())
                .isEqualTo(64);
        assertThat(cell(plan, "quick-vit", "quick-mae", 1).folder()).isEqualTo("cells/quick-vit/quick-mae/seed-1");
    }

    @Test
    void theCommonRecipesOwnTaskKeepsItsSettings() {
        ComparisonPlan plan = plan("quick-super-resolution", List.of("super-resolution"), List.of("quick-resnet"));
        assertThat(((SuperResolutionConfig) pretraining(plan, "quick-resnet", "super-resolution")
                                .task())
                        .factor())
                .isEqualTo(4);
    }

    @Test
    void aTaskThatCannotBeDoneWithAnEncoderIsNamedWithItsReason() {
        ComparisonPlan plan = plan("quick-vit", List.of("scratch", "mae"), List.of("quick-vit", "quick-resnet"));
        assertThat(plan.impossible())
                .singleElement()
                .satisfies(each -> assertThat(each.sentence())
                        .startsWith("quick-resnet, mae is not possible: ")
                        .contains("needs encoder.type vit"));
        assertThat(plan.cells().stream().map(ComparisonPlan.Cell::name))
                .containsExactly(
                        "quick-vit, scratch, seed 0",
                        "quick-vit, mae, seed 0",
                        "quick-resnet, scratch, seed 0",
                        "quick-vit, scratch, seed 1",
                        "quick-vit, mae, seed 1",
                        "quick-resnet, scratch, seed 1");
        assertThat(finetuning(cell(plan, "quick-resnet", "scratch", 0), CellRunner.ALL)
                        .encoder())
                .isInstanceOf(ResNetConfig.class);
    }

    @Test
    void aComparisonWithoutAnyPossibleCellIsRefused() {
        assertThatThrownBy(() -> plan("quick-vit", List.of("mae"), List.of("quick-resnet")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no cell of the comparison is possible: quick-resnet, mae");
    }

    @Test
    void aKeyThatDoesNotExistIsAMistakeAndNoImpossibleCell() {
        assertThatThrownBy(() ->
                        plan("quick-vit", List.of("scratch"), List.of("quick-vit"), List.of("mask.radiu=3"), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("`set` mask.radiu=3");
        assertThatThrownBy(() ->
                        plan("quick-vit", List.of("scratch"), List.of("quick-vit"), List.of(), List.of("labels.few=3")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("labels.few");
    }

    @Test
    void asManyCellsFitBesideEachOtherAsThereAreCellsCoresAndMemoryForWholeBatches() {
        List<ComparisonPlan.Cell> cells = plan("quick-vit", List.of("scratch", "mfm"), List.of("quick-vit"))
                .cells();
        long large = 1L << 40;
        assertThat(cells).hasSize(4);
        assertThat(FittingJobs.of(cells, 64, large)).isEqualTo(4);
        assertThat(FittingJobs.of(cells, 3, large)).isEqualTo(3);
        assertThat(FittingJobs.of(cells.subList(0, 1), 64, large)).isEqualTo(1);
        assertThat(FittingJobs.of(cells, 64, 7L << 30)).isEqualTo(3);
        assertThat(FittingJobs.of(cells, 64, 1L << 30)).isEqualTo(1);

        List<ComparisonPlan.Cell> hungry = plan(
                        "vit-base", List.of("mfm"), List.of("vit-base"), List.of("train.batch-size=64"), List.of())
                .cells();
        long bytes = (long) (64 * hungry.get(0).pretraining().orElseThrow().activationBytesPerImage());
        // A quarter of the memory may be activations.
        assertThat(FittingJobs.of(hungry, 2, 2 * 4 * bytes)).isEqualTo(2);
        assertThat(FittingJobs.of(hungry, 2, 2 * 4 * bytes - 8 * 64)).isEqualTo(1);
    }

    @Test
    void allStagesHoldOutTheSame() {
        ComparisonPlan plan = plan(
                "quick",
                List.of("scratch", "mfm"),
                List.of("quick-resnet"),
                List.of("evaluate.held-out-fraction=0.2"),
                List.of("labels.held-out-fraction=0.3"));
        ComparisonPlan.Cell cell = cell(plan, "quick-resnet", "mfm", 0);
        assertThat(finetuning(cell, CellRunner.ALL).labels().heldOutFraction()).isEqualTo(0.3);
        assertThat(pretraining(plan, "quick-resnet", "mfm").evaluate().heldOutFraction())
                .isEqualTo(0.3);
        assertThat(plan.notices())
                .filteredOn(notice -> notice.contains("pre-training holds out what fine-tuning does"))
                .hasSize(1);
    }

    private static ComparisonPlan segmenting(
            List<String> tasks,
            List<String> encoders,
            String finetuneRecipe,
            OptionalInt fewMasks,
            String... settings) {
        return ComparisonPlan.of(new ComparisonConfig(
                "quick-vit",
                tasks,
                encoders,
                2,
                4,
                OptionalInt.empty(),
                finetuneRecipe,
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of("encoder.image-size=32", "data.mean=[0.1, 0.2, 0.3]"),
                List.of(),
                List.of(),
                List.of("/data/images"),
                new SegmentationPlan(List.of("/data/masks"), "auto", fewMasks, OptionalInt.of(50), List.of(settings)),
                RobustnessPlan.NONE));
    }

    private static SegmentationConfig segmentation(ComparisonPlan.Cell cell, String stage) {
        return (SegmentationConfig) cell.use(stage).orElseThrow();
    }

    @Test
    void segmentationHasTheEncoderOfPreTrainingInCropsOfItsRecipe() {
        ComparisonPlan plan = segmenting(
                List.of("scratch", "mfm"),
                List.of("quick-vit", "quick-resnet", "convnext-tiny"),
                "auto",
                OptionalInt.of(6),
                "head.width=16");
        ComparisonPlan.Cell cell = cell(plan, "quick-vit", "mfm", 1);
        assertThat(cell.stages().keySet()).containsExactly("pretrain", "finetune-all", "segment-few", "segment-all");
        SegmentationConfig all = segmentation(cell, CellRunner.SEGMENT_ALL);
        SegmentationConfig recipe =
                Recipes.load(SegmentationConfig.class, "segment-quick-vit").build();
        assertThat(all.encoder())
                .isEqualTo(pretraining(plan, "quick-vit", "mfm").encoder().withImageSize(64));
        assertThat(all.data().paths()).containsExactly("/data/masks");
        assertThat(all.data().mean()).containsExactly(0.1, 0.2, 0.3);
        assertThat(all.masks()).isEqualTo(recipe.masks());
        assertThat(all.optimizer()).isEqualTo(recipe.optimizer());
        assertThat(all.head().width()).hasValue(16);
        assertThat(all.train().steps()).hasValue(50);
        assertThat(all.train().seed()).isEqualTo(1);
        SegmentationConfig few = segmentation(cell, CellRunner.SEGMENT_FEW);
        assertThat(few.masks().images()).hasValue(6);
        assertThat(few.train()).isEqualTo(all.train());
        assertThat(cell(plan, "quick-vit", "scratch", 1).uses()).isEqualTo(cell.uses());

        ComparisonPlan.Cell resnet = cell(plan, "quick-resnet", "scratch", 0);
        assertThat(segmentation(resnet, CellRunner.SEGMENT_ALL).optimizer())
                .isEqualTo(Recipes.load(SegmentationConfig.class, "segment-quick")
                        .build()
                        .optimizer());
        assertThat(cell(plan, "convnext-tiny", "mfm", 0).use(CellRunner.SEGMENT_ALL))
                .isPresent();
    }

    @Test
    void segmentationAloneLeavesOutFineTuningAndTheSecondOneIfNotAskedFor() {
        ComparisonPlan plan = segmenting(List.of("mfm"), List.of("quick-vit"), "none", OptionalInt.empty());
        assertThat(cell(plan, "quick-vit", "mfm", 0).stages().keySet()).containsExactly("pretrain", "segment-all");
        assertThat(pretraining(plan, "quick-vit", "mfm").evaluate().heldOutFraction())
                .as("its own")
                .isEqualTo(Recipes.load("quick-vit").build().evaluate().heldOutFraction());
    }

    @Test
    void aKeyThatSegmentationLacksIsAMistakeAndNoImpossibleCell() {
        assertThatThrownBy(() ->
                        segmenting(List.of("mfm"), List.of("quick-vit"), "none", OptionalInt.empty(), "head.widht=16"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("head.widht=16");
    }
}
