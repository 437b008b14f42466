package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.torch.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SnapshotTest {
    private final PointerScope scope = new PointerScope();
    private final Tensor tensor = Tensors.ofFloats(new float[] {1, 2, 3}, 3);
    private final Snapshot start = new Snapshot(List.of(new NamedTensor("weight", tensor)));

    @AfterEach
    void free() {
        start.close();
        scope.close();
    }

    private void train() {
        tensor.set_requires_grad(true);
        try (NoGradGuard guard = new NoGradGuard()) {
            tensor.mul_(new Scalar(10));
        }
    }

    @Test
    void aLookSeesTheFirstValuesAndLeavesTheLastOnes() {
        train();
        for (int look = 0; look < 2; look++) {
            assertThat(start.during(() -> Tensors.toFloats(tensor.detach()))).containsExactly(1, 2, 3);
            assertThat(Tensors.toFloats(tensor.detach())).containsExactly(10, 20, 30);
        }
    }

    @Test
    void aLookThatFailsLeavesTheLastValuesToo() {
        train();
        assertThatThrownBy(() -> start.during(() -> {
                    throw new IllegalStateException("no such image");
                }))
                .hasMessage("no such image");
        assertThat(Tensors.toFloats(tensor.detach())).containsExactly(10, 20, 30);
    }
}
