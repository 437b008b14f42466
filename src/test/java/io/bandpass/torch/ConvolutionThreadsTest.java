package io.bandpass.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever machine this runs on: the seconds are made up where the choice is looked at. */
final class ConvolutionThreadsTest {
    private int threads;

    @BeforeEach
    void rememberThreads() {
        Engine.load();
        threads = torch.get_num_threads();
    }

    @AfterEach
    void setThreadsBack() {
        Engine.start(threads);
    }

    @Test
    void allThreadsAreTakenWhereTheyAreSooner() {
        assertThat(ConvolutionThreads.choose(4, count -> 0.1 / count)).isEqualTo(4);
    }

    @Test
    void oneThreadIsTakenWhereSeveralWaitForEachOther() {
        assertThat(ConvolutionThreads.choose(4, count -> count > 1 ? 0.4 : 0.1)).isEqualTo(1);
    }

    @Test
    void aSlowMachineIsMeasuredForAMomentOnly() {
        AtomicInteger calls = new AtomicInteger();
        ConvolutionThreads.choose(4, count -> calls.incrementAndGet() * 10.0);
        assertThat(calls).hasValue(2);
    }

    /** One slow round in three, as beside a program that comes and goes, and a slow first one. */
    @Test
    void singleRoundsDoNotDecide() {
        AtomicInteger calls = new AtomicInteger();
        assertThat(ConvolutionThreads.choose(2, count -> {
                    int round = calls.getAndIncrement() / 2;
                    return count == 2 && round % 3 == 0 ? 1 : 0.01 / count;
                }))
                .isEqualTo(2);
    }

    @Test
    void oneThreadNeedsNoMeasurement() {
        assertThat(ConvolutionThreads.choose(1, count -> {
                    throw new AssertionError("measured");
                }))
                .isEqualTo(1);
    }

    @Test
    void theMeasurementRunsInEitherPrecision() {
        for (Precision precision : Precision.values()) {
            assertThat(ConvolutionThreads.choose(2, new Compute(new Device("cpu"), precision)))
                    .isIn(1, 2);
        }
    }
}
