package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.compare.GridSearch.Tried;
import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FinetuningGridTest {
    private static final FinetuningGrid GRID =
            new FinetuningGrid(List.of("optimizer.learning-rate=1, 2", "optimizer.layer-decay=0.8,1"));

    @TempDir
    private Path cell;

    @Test
    void everyCombinationIsACandidate() {
        assertThat(GRID.candidates())
                .containsExactly(
                        List.of("optimizer.learning-rate=1", "optimizer.layer-decay=0.8"),
                        List.of("optimizer.learning-rate=1", "optimizer.layer-decay=1"),
                        List.of("optimizer.learning-rate=2", "optimizer.layer-decay=0.8"),
                        List.of("optimizer.learning-rate=2", "optimizer.layer-decay=1"));
        assertThat(new FinetuningGrid(List.of()).candidates()).isEmpty();
        assertThat(new FinetuningGrid(List.of()).isWanted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "optimizer.layer-decay", "=1,2", "optimizer.layer-decay=", "a.b=1,,2", "a.b=1,"})
    void valuesThatAreMissingAreRejected(String axis) {
        assertThatThrownBy(() -> new FinetuningGrid(List.of(axis)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must be a key with values to choose from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b=1", "a.b=1,1", "a.b=1,2, 1"})
    void valuesAreDifferent(String axis) {
        assertThatThrownBy(() -> new FinetuningGrid(List.of(axis)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at least two different values");
    }

    @Test
    void aKeyIsGivenOnce() {
        assertThatThrownBy(() -> new FinetuningGrid(List.of("a.b=1,2", "a.b=3,4")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has a.b twice");
    }

    private GridSearch search() throws IOException {
        return GridSearch.read(GRID, cell, "finetune-all");
    }

    @Test
    void theBestIsChosenOnceAllAreTriedAndOfEqualOnesTheFirst() throws IOException {
        List<List<String>> all = GRID.candidates();
        // In another order than the grid's, as after an interruption.
        search().add(new Tried(all.get(3), OptionalDouble.of(0.6)));
        search().add(new Tried(all.get(0), OptionalDouble.empty()));
        search().add(new Tried(all.get(2), OptionalDouble.of(0.6)));
        assertThat(search().left()).containsExactly(all.get(1));
        assertThat(search().best()).isEmpty();
        search().add(new Tried(all.get(1), OptionalDouble.of(0.5)));
        assertThat(search().isOver()).isTrue();
        assertThat(search().best()).contains(new Tried(all.get(2), OptionalDouble.of(0.6)));
        assertThat(Files.readString(cell.resolve("finetune-all-grid/search.json")))
                .contains("optimizer.learning-rate=2");
    }

    @Test
    void nothingIsChosenWhereAllDiverged() throws IOException {
        for (List<String> settings : GRID.candidates()) {
            search().add(new Tried(settings, OptionalDouble.empty()));
        }
        assertThat(search().isOver()).isTrue();
        assertThat(search().best()).isEmpty();
    }
}
