package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MeasurementJsonTest {
    private static Stream<Condition> conditions() {
        return Stream.of(
                new Condition.Clean(),
                new Condition.Attack("pgd", "linf", 1 / 255.0, OptionalInt.of(5), OptionalDouble.of(0.002), true),
                new Condition.Attack("square", "linf", 0.5, OptionalInt.empty(), OptionalDouble.empty(), false),
                new Condition.Corruption("fog", 3, "ImageNet-C"),
                new Condition.SameClasses("ImageNet-R"),
                new Condition.LowPass(7.5),
                new Condition.HighPass(0),
                new Condition.BandNoise(3, 4.0),
                new Condition.Frequency(-3, 5, 15.7),
                new Condition.OtherSet("imagenet-r"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void isReadAsItWasWritten(Condition condition) throws IOException {
        Measurement counts = Measurement.ofCounts("a", condition, 8, 6);
        Measurement all = new Measurement(
                "b",
                condition,
                8,
                2,
                Optional.of(new ProbabilityScores(0.25, 0.75, 0.1, 0.125, 0.5, 0.2, 0.9)),
                true,
                List.of(0.5, 0.25));
        ObjectMapper json = new ObjectMapper();
        for (Measurement one : List.of(counts, all)) {
            String text = MeasurementJson.of(one).toString();
            assertThat(MeasurementJson.read(json.readTree(text))).isEqualTo(one);
        }
    }

    @Test
    void namesAreStableAndWhatDoesNotApplyIsLeftOut() throws IOException {
        Measurement attacked = Measurement.ofCounts(
                "a",
                new Condition.Attack("pgd", "linf", 0.25, OptionalInt.of(5), OptionalDouble.of(0.125), true),
                8,
                6);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(MeasurementJson.of(attacked).toString())).isEqualTo(json.readTree("""
                {"model": "a", "part": "attack", "name": "pgd", "norm": "linf", "eps": 0.25, "steps": 5,
                 "step_size": 0.125, "random_start": true, "images": 8, "correct": 6, "accuracy": 0.75,
                 "stored": false}
                """));
        Measurement corrupted = Measurement.ofCounts("a", new Condition.Corruption("fog", 2, "CIFAR-10-C"), 4, 1);
        assertThat(json.readTree(MeasurementJson.of(corrupted).toString())).isEqualTo(json.readTree("""
                {"model": "a", "part": "corruption", "name": "fog", "severity": 2, "benchmark": "CIFAR-10-C", "images": 4, "correct": 1,
                 "accuracy": 0.25, "stored": false}
                """));
    }

    @Test
    void anotherPartIsRefused() {
        assertThatThrownBy(() -> MeasurementJson.read(new ObjectMapper().readTree("{\"part\": \"dream\"}")))
                .hasMessage("there is no part 'dream'");
    }
}
