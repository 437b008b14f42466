package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.LabelClasses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Classes that are known by their names alone. */
final class NamedClassesTest {
    private static List<String> ade20k() {
        return new ArrayList<>(
                BuiltInClasses.ade20k().entries().stream().map(ClassEntry::name).toList());
    }

    @Test
    void theNamesOfAde20kHaveItsValues() {
        LabelClasses classes = NamedClasses.of(ade20k(), List.of());
        assertThat(classes.values()).startsWith(1, 2).endsWith(150);
        assertThat(classes.ignoreValue()).isZero();

        List<String> changed = ade20k();
        changed.set(3, "ground");
        LabelClasses others = NamedClasses.of(changed, List.of());
        assertThat(others.values()).startsWith(0, 1).endsWith(149);
        assertThat(others.ignoreValue()).isEqualTo(255);
    }

    @Test
    void namesBecomeDistinctAndAPaletteMustBeWhole() {
        LabelClasses classes = NamedClasses.of(List.of("a", " a", "", "a 1"), List.of(1, 2, 3, 4));
        assertThat(classes.names()).containsExactly("a", "a 1", "class 2", "a 1 1");
        assertThat(classes.colours()).containsExactly(1, 2, 3, 4);
        assertThat(NamedClasses.of(List.of("a", "b"), List.of(1)).colours()).isEqualTo(ClassColours.of(2));
    }
}
