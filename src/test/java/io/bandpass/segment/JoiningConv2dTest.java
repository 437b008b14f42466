package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.nn.Resizing;
import io.bandpass.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The result and its gradients are those of resizing, joining and convolving, in this order. */
final class JoiningConv2dTest {
    static Stream<List<int[]>> sizes() {
        return Stream.of(
                List.of(new int[] {16, 16}, new int[] {8, 8}, new int[] {4, 4}, new int[] {2, 2}),
                List.of(new int[] {13, 18}, new int[] {7, 9}, new int[] {4, 5}, new int[] {2, 3}),
                List.of(new int[] {5, 7}, new int[] {1, 1}, new int[] {2, 2}, new int[] {6, 6}),
                List.of(new int[] {4, 9}, new int[] {4, 9}, new int[] {4, 3}, new int[] {1, 9}),
                List.of(new int[] {1, 1}, new int[] {1, 1}, new int[] {2, 2}, new int[] {6, 6}),
                List.of(new int[] {3, 2}, new int[] {3, 2}, new int[] {3, 2}, new int[] {3, 2}));
    }

    private static Tensor leaf(long... shape) {
        Tensor leaf = torch.randn(shape);
        leaf.set_requires_grad(true);
        return leaf;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void itIsAConvolutionOfTheJoinedMaps(List<int[]> sizes) {
        try (PointerScope scope = new PointerScope();
                JoiningConv2d joining = new JoiningConv2d(List.of(3, 4, 5, 2), 6)) {
            torch.manual_seed(7);
            Tensor weight = joining.parameters().get(0).tensor();
            Tensor reference = leaf(6, 14, 3, 3);
            try (NoGradGuard guard = new NoGradGuard()) {
                weight.copy_(reference);
            }
            List<Tensor> maps = new ArrayList<>();
            List<Tensor> same = new ArrayList<>();
            TensorVector resized = new TensorVector();
            int[] first = sizes.get(0);
            for (int i = 0; i < sizes.size(); i++) {
                Tensor map = leaf(2, new long[] {3, 4, 5, 2}[i], sizes.get(i)[0], sizes.get(i)[1]);
                maps.add(map);
                Tensor copy = map.detach().clone();
                copy.set_requires_grad(true);
                same.add(copy);
                resized.push_back(Resizing.bilinear(copy, first[0], first[1]));
            }
            long[] ones = {1, 1};
            Tensor expected = torch.conv2d(torch.cat(resized, 1), reference, new TensorOptional(), ones, ones, ones, 1);
            Tensor actual = joining.forward(maps);
            assertThat(Golden.largestDifference(actual, expected)).isLessThan(1e-5 * Golden.largest(expected));
            Tensor factors = torch.randn_like(expected);
            expected.mul(factors).sum().backward();
            actual.mul(factors).sum().backward();
            assertThat(Golden.largestDifference(weight.grad(), reference.grad()))
                    .isLessThan(1e-5 * Golden.largest(reference.grad()));
            for (int i = 0; i < maps.size(); i++) {
                assertThat(Golden.largestDifference(
                                maps.get(i).grad(), same.get(i).grad()))
                        .isLessThan(1e-5 * Golden.largest(same.get(i).grad()));
            }
        }
    }
}
