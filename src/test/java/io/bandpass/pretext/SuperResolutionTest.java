package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigException;
import io.bandpass.config.LossConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.frequency.FrequencyLoss;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuperResolutionTest {
    private static final Device CPU = new Device("cpu");
    private static final int[] FIRST = {0};

    private static SuperResolution by(int factor) {
        return new SuperResolution(new SuperResolutionConfig(factor), 64);
    }

    @ParameterizedTest
    @CsvSource({"8, sr8_up", "3, sr3_up"})
    void equalsTheAuthorsImages(int factor, String name) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations")) {
            Tensor image = golden.get("img01").unsqueeze(0);
            assertThat(Golden.largestDifference(
                            by(factor).apply(image, 0, FIRST).squeeze(0), golden.get(name)))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void equalsTheAuthorsSmallImage() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations")) {
            Tensor small = by(8).down(golden.get("img01").unsqueeze(0)).squeeze(0);
            assertThat(Golden.largestDifference(small, golden.get("sr8_down"))).isLessThan(1e-6);
        }
    }

    @Test
    void anEncoderThatCopiesItsInputHasTheAuthorsLoss() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("degradations");
                Normalisation normalisation =
                        new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), CPU);
                FrequencyLoss loss = new FrequencyLoss(new LossConfig(LossConfig.Target.FULL, 1), 64, 64, CPU)) {
            Tensor clean = golden.get("img01").unsqueeze(0);
            Tensor input = normalisation.apply(by(8).apply(clean, 0, FIRST));
            assertThat(Golden.largestDifference(input.squeeze(0), golden.get("sr8_up_norm")))
                    .isLessThan(5e-6);
            double expected = golden.get("sr8_identity_loss").item_double();
            assertThat(loss.ofEach(input, normalisation.apply(clean), new Tensor())
                            .item_double())
                    .isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @Test
    void bothStepsClamp() {
        try (PointerScope scope = new PointerScope()) {
            // A bicubic curve overshoots at the edges of a chessboard of 0 and 1.
            Tensor board = torch.zeros(1, 3, 64, 64);
            for (int row = 0; row < 64; row += 16) {
                for (int column = row % 32; column < 64; column += 32) {
                    Tensor square = Tensors.slice(Tensors.slice(board, 2, row, row + 16), 3, column, column + 16);
                    square.fill_(new Scalar(1));
                }
            }
            Tensor free = torch.upsample_bicubic2d(
                    torch.upsample_bicubic2d(board, new long[] {8, 8}, false), new long[] {64, 64}, false);
            assertThat(free.max().item_double()).isGreaterThan(1.05);
            assertThat(free.min().item_double()).isLessThan(-0.05);
            Tensor clamped = by(8).apply(board, 0, FIRST);
            assertThat(clamped.max().item_double()).isEqualTo(1);
            assertThat(clamped.min().item_double()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 64, 8", "33, 47, 3", "224, 224, 8", "32, 32, 32"})
    void anImageDoesNotDependOnItsBatch(int height, int width, int factor) {
        try (PointerScope scope = new PointerScope()) {
            Degradation degradation = new SuperResolution(new SuperResolutionConfig(factor), Math.min(height, width));
            assertThat(Restorations.sameAloneAndInBatch(degradation, Restorations.images(5, height, width)))
                    .isTrue();
        }
    }

    @Test
    void saysWhatItDoes() {
        assertThat(by(8).describe(0, 5)).isEqualTo("down by 8");
    }

    @Test
    void aFactorThatLeavesNoPixelIsRefused() {
        assertThatThrownBy(() -> new SuperResolution(new SuperResolutionConfig(33), 32))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "task.factor is 33, but must be at most the image size, 32 pixels, so that a pixel is left");
    }
}
