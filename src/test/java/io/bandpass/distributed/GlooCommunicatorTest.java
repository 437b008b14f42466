package io.bandpass.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.testing.Together;
import io.bandpass.torch.Tensors;
import java.time.Duration;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class GlooCommunicatorTest {
    @Test
    void processesExchangeNumbersTensorsAndTexts() throws Exception {
        List<String> said = Together.run(3, all -> {
            try (PointerScope scope = new PointerScope()) {
                assertThat(all.sum(1, all.rank(), Double.NaN)).containsExactly(3, 3, Double.NaN);
                assertThat(all.any(all.rank() == 2)).isTrue();
                assertThat(all.any(false)).isFalse();

                Tensor mean = Tensors.ofFloats(new float[] {all.rank(), 10 * all.rank()}, 1, 2);
                Tensor count = Tensors.ofLongs(new long[] {7}, 1);
                all.average(List.of(mean, count));
                assertThat(Tensors.toFloats(mean)).containsExactly(1, 10);
                assertThat(Tensors.toLongs(count)).containsExactly(7);

                Tensor copy = Tensors.ofFloats(new float[] {5 + all.rank()}, 1);
                all.copyFromFirst(List.of(copy, count));
                assertThat(Tensors.toFloats(copy)).containsExactly(5);

                Tensor rows = all.gather(Tensors.ofLongs(new long[] {all.rank(), 100 + all.rank()}, 1, 2)
                        .to(ScalarType.Byte));
                assertThat(Tensors.toFloats(rows)).containsExactly(0, 100, 1, 101, 2, 102);

                assertThat(all.gather("ä" + all.rank())).containsExactly("ä0", "ä1", "ä2");
                return all.fromFirst(() -> "from " + all.rank());
            }
        });
        assertThat(said).containsExactly("from 0", "from 0", "from 0");
    }

    @Test
    void aFailureIsNamedByAllOthers() throws Exception {
        List<Throwable> failures = Together.failures(3, all -> {
            all.sum(1);
            if (all.rank() == 1) {
                throw new IllegalStateException("the disk is full");
            }
            return all.sum(1);
        });
        for (int other : new int[] {0, 2}) {
            assertThat(failures.get(other))
                    .isInstanceOf(DistributedException.class)
                    .hasMessageStartingWith("process 1 of 3 failed: the disk is full");
        }
    }

    @Test
    void aFailureIsNamedByThoseThatWaitForTheFirst() throws Exception {
        List<Throwable> failures = Together.failures(
                2,
                all -> all.fromFirst(() -> {
                    throw new IllegalStateException("no images");
                }));
        assertThat(failures.get(0)).hasMessage("no images");
        assertThat(failures.get(1)).hasMessage("process 0 of 2 failed: no images");
    }

    /** Connecting waits for all, for longer than the store may take to answer. */
    @Test
    void aProcessMayComeLate() throws Exception {
        assertThat(Together.late(2, Duration.ofSeconds(5), Duration.ofSeconds(8), all -> all.sum(1)[0]))
                .containsExactly(2.0, 2.0);
    }

    @Test
    void aProcessThatFindsNobodySaysWhere() {
        LaunchEnvironment environment = new LaunchEnvironment(1, 2, 1, 2, "127.0.0.1", 9, 0, false);
        assertThatThrownBy(() -> GlooCommunicator.connect(environment, Duration.ofSeconds(1)))
                .isInstanceOf(DistributedException.class)
                .hasMessageContaining("process 1 cannot reach process 0 at 127.0.0.1:9 within 1 s");
    }
}
