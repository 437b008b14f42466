package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.robust.ClassSubset;
import io.bandpass.robust.LogitsModel;
import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class ImageLoopTest {
    /** Labels are ranks among the classes of the images, whose order need not be that of the model. */
    @Test
    void logitsComeInTheOrderOfTheClassesOfTheImages() {
        try (PointerScope scope = new PointerScope()) {
            LogitsModel model = images -> Tensors.ofFloats(new float[] {1, 2}, 1, 2);
            ClassSubset others = ClassSubset.match(List.of("bee", "ant"), List.of("ant", "bee"));
            assertThat(Tensors.toFloats(
                            ImageLoop.restricted(model, others).logits(Tensors.ofFloats(new float[] {0}, 1))))
                    .containsExactly(2, 1);
        }
    }
}
