package io.bandpass.config;

import static io.bandpass.config.ConfigStrictnessTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Configs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SimMIM, a masked autoencoder and the light ViT decoder can be asked for. */
final class MaskedImageConfigTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            decoder.type=unet       | decoder.type is 'unet', but must be one of pixel-shuffle, vit
            decoder.width=0         | decoder.width is 0, but must be a whole number above 0
            decoder.width=510       | decoder.width is 510, but must be a multiple of 4, for its sin-cos positions
            decoder.depth=0         | decoder.depth is 0, but must be a whole number above 0
            decoder.heads=0         | decoder.heads is 0, but must be a whole number above 0
            decoder.heads=7         | decoder.heads is 7, but must be a divisor of decoder.width 512
            """)
    void aDecoderThatCannotBeIsRefused(String setting, String message) {
        assertThat(refusal(setting)).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            task.block-size=0       | task.block-size is 0, but must be a whole number above 0
            task.block-size=24      | task.block-size is 24, but must be one of 16, 32, 112 for images of 224 px and patches of 16 px
            task.block-size=224     | task.block-size is 224, but must be one of 16, 32, 112 for images of 224 px and patches of 16 px
            task.mask-ratio=0       | task.mask-ratio is 0.0, but must be above 0 and below 1
            task.mask-ratio=1       | task.mask-ratio is 1.0, but must be above 0 and below 1
            """)
    void simMimNamesTheBlocksThatFit(String setting, String message) {
        assertThat(refusal("task.type=simmim", setting)).isEqualTo(message);
    }

    @Test
    void theLossOfFrequenciesDoesNotAskForWholeBatches() {
        assertThat(Recipes.load("quick-simmim").set("loss.focal=batch").build().needsWholeBatch())
                .isFalse();
        assertThat(Recipes.load("quick-vit").set("loss.focal=batch").build().needsWholeBatch())
                .isTrue();
    }

    @Test
    void blocksFitTheEncoder() {
        assertThat(refusal("encoder.patch-size=4", "encoder.image-size=28", "task.type=simmim"))
                .isEqualTo("task.block-size is 32, but must be 4 for images of 28 px and patches of 4 px");
        assertThat(refusal("encoder={type: swin, image-size: 224}", "task={type: simmim, block-size: 2}"))
                .isEqualTo("task.block-size is 2, but must be one of 4, 8, 16, 28, 32, 56, 112 for images of 224 px and"
                        + " patches of 4 px");
        assertThat(refusal("encoder={type: resnet, image-size: 64}", "task={type: simmim, block-size: 3}"))
                .isEqualTo("task.block-size is 3, but must be one of 1, 2, 4, 8, 16, 32 for images of 64 px");
        assertThat(refusal("encoder.image-size=16", "task.type=simmim"))
                .isEqualTo(
                        "task.type simmim needs an image of more than one patch, but encoder.image-size is 16 and a patch"
                                + " has 16 px");
        assertThat(refusal("task={type: simmim, block-size: 112, mask-ratio: 0.8}"))
                .isEqualTo(
                        "task.mask-ratio is 0.8, but must be lower, or task.block-size smaller: all 4 blocks of 112 px"
                                + " would be masked");
    }

    @ParameterizedTest
    @CsvSource({"224, 32, 0.6, 30", "192, 32, 0.6, 22", "28, 4, 0.6, 30", "224, 56, 0.5, 8", "224, 16, 0.01, 2"})
    void maskedBlocksAreRoundedUp(int size, int block, double ratio, int masked) {
        assertThat(new SimMimConfig(block, ratio).masked(size)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource({"224, 16, 0.75, 49", "28, 4, 0.75, 12", "32, 4, 0.9, 6", "32, 8, 0.5, 8"})
    void visiblePatchesAreRoundedDown(int size, int patch, double ratio, int visible) {
        var vit = new VisionTransformerConfig(
                size, patch, 64, 1, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0);
        assertThat(new MaeConfig(ratio, true).visible(vit)).isEqualTo(visible);
    }

    @Test
    void aMaskedAutoencoderSaysWhatItNeeds() {
        assertThat(refusal("task.type=mae"))
                .isEqualTo(
                        "decoder.type is pixel-shuffle, but must be vit for task.type mae, whose decoder fills in the"
                                + " patches that the encoder has not seen (published: decoder.width 512, decoder.depth 8,"
                                + " decoder.heads 16)");
        assertThat(refusal("task.type=mae", "decoder.type=vit", "encoder.type=resnet"))
                .isEqualTo(
                        "task.type mae needs encoder.type vit, as only a ViT can leave patches out; for other encoders"
                                + " take task.type simmim");
        assertThat(refusal("task.type=mae", "decoder.type=vit", "encoder.relative-position=shared"))
                .isEqualTo(
                        "encoder.relative-position is shared, but must be none for task.type mae, as a bias is one of all"
                                + " patches and the encoder sees a few; take encoder.positions sin-cos or learned");
        assertThat(refusal("task={type: mae, mask-ratio: 0.999}", "decoder.type=vit"))
                .isEqualTo(
                        "task.mask-ratio is 0.999, but must be such that some of the 196 patches are masked and some are"
                                + " not");
        assertThat(refusal("task={type: mae, mask-ratio: 1.5}", "decoder.type=vit"))
                .isEqualTo("task.mask-ratio is 1.5, but must be above 0 and below 1");
    }

    @Test
    void settingsOfMasksOfFrequenciesAreOfNoConcernToOtherTasks() {
        PretrainingConfig run = Configs.with(Configs.run(Configs.vitTiny(), 4), "task={type: simmim, block-size: 8}");
        PretrainingConfig wide = Configs.with(run, "mask.radius=1000");
        assertThat(wide.mask().radius()).hasValue(1000);
    }

    @Test
    void aTaskSaysWhatIsTrained() {
        PretrainingConfig run = Configs.run(Configs.vitTiny(), 4);
        assertThat(run.task().describe(run))
                .isEqualTo(
                        "Masked Frequency Modeling, circle of radius 4 (45 of 1,024 bins), low-pass with probability 0.5");
        PretrainingConfig simMim = Configs.with(run, "task={type: simmim, block-size: 8}");
        assertThat(simMim.task().describe(simMim))
                .isEqualTo("SimMIM, 10 of 16 blocks of 8 px masked, their pixels predicted");
        PretrainingConfig mae = Configs.with(run, "decoder.type=vit", "task={type: mae}");
        assertThat(mae.task().describe(mae))
                .isEqualTo("MAE, 48 of 64 patches of 4 px masked, their normalised pixels predicted");
        assertThat(List.of(run.task(), simMim.task(), mae.task()))
                .allSatisfy(task -> assertThat(task.introduction()).endsWith("."))
                .allSatisfy(task -> assertThat(task.pictures()).endsWith("."));
    }
}
