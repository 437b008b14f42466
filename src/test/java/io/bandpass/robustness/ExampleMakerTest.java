package io.bandpass.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.data.ImageSource;
import io.bandpass.report.RobustnessExample;
import io.bandpass.robust.Condition;
import io.bandpass.testing.FakeImages;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class ExampleMakerTest {
    private static final int ALL = 20;

    private static SeenBatch batch(int side, int... indices) {
        ImageSource source = new FakeImages(ALL);
        Tensor images = torch.full(new long[] {indices.length, 3, side, side}, new Scalar(0.5));
        float[] rows = new float[2 * indices.length];
        for (int i = 0; i < indices.length; i++) {
            rows[2 * i + 1] = 2;
        }
        Tensor logits = Tensors.ofFloats(rows, indices.length, 2);
        return new SeenBatch(
                new Condition.Clean(),
                source,
                indices,
                List.of("cat", "dog"),
                Tensors.ofLongs(new long[indices.length], indices.length),
                images,
                chosen -> logits.index_select(0, chosen),
                Optional.empty());
    }

    private static List<RobustnessExample> examples(int count, int side, int[]... batches) {
        ExampleMaker maker = new ExampleMaker(count);
        try (PointerScope scope = new PointerScope()) {
            for (int[] batch : batches) {
                maker.saw(batch(side, batch));
            }
        }
        return maker.examples();
    }

    private static List<String> names(List<RobustnessExample> examples) {
        return new ArrayList<>(examples.stream().map(RobustnessExample::image).toList());
    }

    @Test
    void theyAreEvenlySpreadWhateverTheBatches() {
        int[] all = IntStream.range(0, ALL).toArray();
        ImageSource source = new FakeImages(ALL);
        List<String> expected =
                IntStream.of(0, 5, 10, 15).mapToObj(source::relativeName).toList();
        assertThat(names(examples(4, 8, all))).isEqualTo(expected);
        assertThat(names(examples(
                        4,
                        8,
                        IntStream.range(0, 7).toArray(),
                        IntStream.range(7, ALL).toArray())))
                .isEqualTo(expected);
        assertThat(examples(0, 8, all)).isEmpty();
    }

    @Test
    void theNextIsTakenForOneThatCannotBeRead() {
        ImageSource source = new FakeImages(ALL);
        assertThat(names(examples(4, 8, new int[] {1, 2, 3, 4, 6, 7, 16, 19})))
                .containsExactly(
                        source.relativeName(1),
                        source.relativeName(6),
                        source.relativeName(16),
                        source.relativeName(19));
    }

    @Test
    void theySayWhatIsPredictedAndSmallOnesAreLossless() {
        RobustnessExample small = examples(1, 8, new int[] {0}).get(0);
        assertThat(small.label()).isEqualTo("cat");
        assertThat(small.predicted()).isEqualTo("dog");
        assertThat(small.isRight()).isFalse();
        assertThat(small.probability()).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
        assertThat(small.picture()).startsWith("data:image/png;base64,");
        assertThat(examples(1, 96, new int[] {0}).get(0).picture()).startsWith("data:image/jpeg;base64,");
    }
}
