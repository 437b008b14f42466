package io.bandpass.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.compare.ComparisonTable.Cell;
import io.bandpass.compare.ComparisonTable.Column;
import io.bandpass.compare.ComparisonTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PairedDifferencesTest {
    private static final List<Column> COLUMNS = List.of(
            new Column("top1_all", "top-1 (%)", "Right.", 100, 2),
            new Column("knn_top1", "kNN (%)", "Nearest.", 100, 2),
            new Column("images_per_second", "images/s", "Rate.", 1, 0));

    private static Row row(String encoder, String task, Double... top1) {
        List<Cell> cells = new ArrayList<>();
        for (int seed = 0; seed < top1.length; seed++) {
            cells.add(
                    new Cell(seed, true, Map.of("top1_all", top1[seed], "knn_top1", 0.3, "images_per_second", 100.0)));
        }
        return new Row(encoder, task, "cells/" + encoder + "/" + task, cells, "");
    }

    private static List<SpreadTable> of(Row... rows) {
        return PairedDifferences.of(
                new ComparisonTable("Comparison", Map.of(), COLUMNS, List.of(rows), List.of(), List.of()));
    }

    /** Mean 5, sample standard deviation 1, t with two degrees of freedom 4.303, half width 4.303 / root of 3. */
    @Test
    void theIntervalIsThatOfStudentsT() {
        assertThat(PairedDifferences.text(List.of(4.0, 5.0, 6.0))).isEqualTo("+5.00 (+2.52 to +7.48)");
        assertThat(PairedDifferences.text(List.of(-1.0, 1.0))).isEqualTo("+0.00 (-12.71 to +12.71)");
        assertThat(PairedDifferences.text(List.of(-2.5))).isEqualTo("-2.50");
        assertThat(PairedDifferences.text(List.of())).isEqualTo("–");
    }

    /** The scores spread by ten points over the seeds, the differences by one. */
    @Test
    void differencesAreOfTheSameSeed() {
        List<SpreadTable> tables =
                of(row("vit", "mfm", 0.54, 0.65, 0.76), row("vit", "scratch", 0.5, 0.6, 0.7), row("vit", "mae", 0.5));
        assertThat(tables).hasSize(1);
        assertThat(tables.get(0).title()).isEqualTo("Differences from scratch, vit");
        assertThat(tables.get(0).heads()).containsExactly("task", "top-1 (%)", "kNN (%)");
        assertThat(tables.get(0).rows())
                .containsExactly(
                        List.of("mfm", "+5.00 (+2.52 to +7.48)", "+0.00 (+0.00 to +0.00)"),
                        List.of("mae", "+0.00", "+0.00"));
    }

    @Test
    void withoutScratchTheFirstTaskIsTheBaselineOfEachEncoder() {
        List<SpreadTable> tables = of(
                row("vit", "mfm", 0.5),
                row("vit", "mae", 0.6),
                row("cnn", "mfm", 0.7),
                row("cnn", "mae"),
                row("x", "mfm"));
        assertThat(tables).extracting(SpreadTable::title).containsExactly("Differences from mfm, vit");
        assertThat(tables.get(0).rows()).containsExactly(List.of("mae", "+10.00", "+0.00"));
    }
}
