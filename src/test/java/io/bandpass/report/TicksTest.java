package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TicksTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0      | 1      | 0 0.25 0.5 0.75 1
            0.487  | 0.539  | 0.5 0.52
            0      | 12     | 0 5 10
            1      | 120    | 50 100
            -3     | 3      | -2 0 2
            58.3   | 78.1   | 60 65 70 75
            0      | 4e7    | 0 1.0e+07 2.0e+07 3.0e+07 4.0e+07
            1e-5   | 8.9e-5 | 2.0e-05 4.0e-05 6.0e-05 8.0e-05
            """)
    void alongALinearAxis(double low, double high, String expected) {
        assertThat(labels(Ticks.linear(low, high))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.9    | 1.25   | 0.9 1 1.1 1.2
            0.4    | 11     | 0.5 1 2 5 10
            0.007  | 2000   | 0.01 0.1 1 10 100 1000
            1e-100 | 1e100  | 1.0e-100 1.0e-75 1.0e-50 1.0e-25 1 1.0e+25 1.0e+50 1.0e+75 1.0e+100
            """)
    void alongALogarithmicAxis(double low, double high, String expected) {
        assertThat(labels(Ticks.logarithmic(low, high))).isEqualTo(expected);
    }

    private static String labels(List<Double> ticks) {
        return String.join(" ", ticks.stream().map(Ticks::label).toList());
    }
}
