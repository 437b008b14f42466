package io.bandpass.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DropPathTest {
    private static final long[] SHAPE = {6, 3, 4};

    private static Tensor leaf(long... shape) {
        Tensor tensor = torch.randn(shape);
        tensor.set_requires_grad(true);
        return tensor;
    }

    private static Tensor branch(Tensor x, Tensor weight) {
        return torch.linear(x, weight, new TensorOptional()).tanh();
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1, 3", "0.8, 6, 1", "0.1, 5, 6", "0.99, 4, 0"})
    void whatIsKeptIsScaledUpAndWhatIsDroppedIsNotComputed(double rate, long seed, long count) {
        try (PointerScope scope = new PointerScope();
                DropPath dropPath = new DropPath(rate)) {
            Tensor x = leaf(SHAPE);
            Tensor weight = leaf(4, 4);
            torch.manual_seed(seed);
            Tensor kept = torch.rand(new long[] {6}, new TensorOptions(ScalarType.Float))
                    .ge(new Scalar(rate));
            assertThat(kept.sum().item_long()).isEqualTo(count);
            Tensor factors =
                    Tensors.multiply(kept.to(ScalarType.Float), 1 / (1 - rate)).view(6, 1, 1);
            Tensor expected = x.add(branch(x, weight).mul(factors));
            expected.square().sum().backward();
            Tensor ofInput = x.grad().clone();
            Tensor ofWeight = weight.grad().clone();
            x.mutable_grad().reset();
            weight.mutable_grad().reset();

            torch.manual_seed(seed);
            AtomicLong computed = new AtomicLong();
            Tensor found = dropPath.add(x, samples -> {
                computed.addAndGet(samples.size(0));
                return branch(samples, weight);
            });
            found.square().sum().backward();
            assertThat(computed.get()).isEqualTo(Math.max(1, count));
            assertThat(Golden.largestDifference(found, expected)).isLessThan(1e-5);
            assertThat(Golden.largestDifference(x.grad(), ofInput)).isLessThan(1e-4);
            assertThat(Golden.largestDifference(weight.grad(), ofWeight)).isLessThan(1e-3);
        }
    }

    @Test
    void inEvaluationEveryBranchIsAddedAsItIs() {
        try (PointerScope scope = new PointerScope();
                DropPath dropPath = new DropPath(0.5)) {
            dropPath.setTraining(false);
            Tensor x = torch.randn(SHAPE);
            assertThat(Golden.largestDifference(dropPath.add(x, Tensor::neg), torch.zeros_like(x)))
                    .isZero();
        }
    }

    @Test
    void theTypeOfTheInputStays() {
        try (PointerScope scope = new PointerScope();
                DropPath dropPath = new DropPath(0.5)) {
            Tensor x = torch.randn(SHAPE);
            for (int seed = 0; seed < 20; seed++) {
                torch.manual_seed(seed);
                Tensor sum = dropPath.add(x, samples -> samples.to(ScalarType.BFloat16));
                assertThat(sum.scalar_type().intern()).isEqualTo(ScalarType.Float);
            }
        }
    }
}
