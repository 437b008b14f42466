package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GroupNormTest {
    @ParameterizedTest
    @CsvSource({"512, 32", "768, 32", "128, 32", "64, 16", "48, 12", "16, 4", "6, 1", "7, 1", "2, 1", "100, 25"})
    void eachGroupOfAnImageHasTheMeanZeroAndTheVarianceOne(int width, int groups) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                GroupNorm norm = new GroupNorm(width)) {
            norm.parameters()
                    .forEach(parameter -> Initialisation.constant(
                            parameter.tensor(), parameter.name().equals("weight") ? 1 : 0));
            torch.manual_seed(1);
            Tensor maps = Tensors.add(torch.randn(2, width, 3, 5), 4);
            for (Tensor x : new Tensor[] {maps, Tensors.channelsLast(maps)}) {
                Tensor ofGroups = norm.forward(x).contiguous().view(2, groups, -1);
                for (double mean : Tensors.toDoubles(Tensors.mean(ofGroups, 2))) {
                    assertThat(mean).isCloseTo(0, within(1e-5));
                }
                for (double variance : Tensors.toDoubles(Tensors.mean(ofGroups.square(), 2))) {
                    assertThat(variance).isCloseTo(1, within(1e-3));
                }
            }
        }
    }
}
