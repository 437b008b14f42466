package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PathTableTest {
    @Test
    void everyPathComesBackAsItWasGiven() {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            paths.add(Path.of("/photos", "folder-" + i % 7, "x".repeat(i % 200) + i + ".jpg"));
        }
        paths.addAll(List.of(Path.of("bare.png"), Path.of("/root.png"), Path.of("a/../b.png"), Path.of("a/./b.png")));
        PathTable table = table(paths);
        assertThat(table.size()).isEqualTo(paths.size());
        for (int i = 0; i < paths.size(); i++) {
            assertThat(table.path(i)).isEqualTo(paths.get(i));
        }
    }

    @Test
    void aFolderIsKeptOnce() {
        PathTable table = table(List.of(Path.of("b/1"), Path.of("a/1"), Path.of("b/2")));
        assertThat(table.folders()).containsExactly(Path.of("b"), Path.of("a"));
        assertThat(table.folder(2)).isZero();
    }

    private static PathTable table(List<Path> paths) {
        PathTable table = new PathTable();
        paths.forEach(table::add);
        table.finish();
        return table;
    }
}
