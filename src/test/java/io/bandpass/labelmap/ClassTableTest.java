package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.image.BadImageException;
import io.bandpass.image.MaskRaster;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClassTableTest {
    @Test
    void theColoursOfAPhotographAreNotCountedOneByOne() {
        ClassTable table = ClassTable.of(List.of(ClassEntry.of("a", 0), ClassEntry.of("b", 1)), List.of(), new int[0]);
        int[] colours = IntStream.rangeClosed(1, 10_000).map(i -> 997 * i).toArray();
        MaskRaster photograph = new MaskRaster(colours, 100, 100, MaskRaster.Kind.COLOURS, new int[0], "8-bit RGB");
        assertThatThrownBy(() -> table.labels(photograph))
                .isInstanceOf(BadImageException.class)
                .extracting(thrown -> ((BadImageException) thrown).reason())
                .isEqualTo("it holds more than 4096 values that are no class, as photographs do");
    }
}
