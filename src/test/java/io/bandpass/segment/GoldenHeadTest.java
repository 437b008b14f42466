package io.bandpass.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.UperNetConfig.Norm;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Both heads on given features give the logits of mmsegmentation, in either memory format. */
final class GoldenHeadTest {
    private static List<Tensor> maps(TensorFile golden) {
        return IntStream.range(0, 4).mapToObj(i -> golden.get("head.level" + i)).toList();
    }

    @Test
    void upernet() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("segmentation");
                UperNetHead head = new UperNetHead(List.of(8, 16, 24, 32), 16, 5, Norm.BATCH, 0.1)) {
            GoldenState.load(head.state(), golden, "head.state.decode_head.");
            head.setTraining(false);
            assertThat(Golden.largestDifference(head.forward(maps(golden)), golden.get("head.logits")))
                    .isLessThan(1e-5);
            head.channelsLast();
            assertThat(Golden.largestDifference(head.forward(maps(golden)), golden.get("head.logits")))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void auxiliary() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                TensorFile golden = Golden.tensors("segmentation");
                FcnHead head = new FcnHead(24, 12, 5, Norm.BATCH, 0.1)) {
            GoldenState.load(head.state(), golden, "head.state.auxiliary_head.");
            head.setTraining(false);
            assertThat(Golden.largestDifference(head.forward(golden.get("head.level2")), golden.get("head.aux_logits")))
                    .isLessThan(1e-5);
        }
    }
}
