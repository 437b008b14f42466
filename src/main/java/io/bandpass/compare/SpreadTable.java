package io.bandpass.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A table of means and spreads over seeds.
 *
 * @param explanation sentences below the title
 * @param heads of the columns, the first of which names the rows
 */
public record SpreadTable(String title, String explanation, List<String> heads, List<List<String>> rows) {
    private static final int DECIMALS = 2;

    public SpreadTable {
        heads = List.copyOf(heads);
        rows = List.copyOf(rows);
    }

    /**
     * Creates a table with a column for each task and a row for each name of a value.
     *
     * @param head of the names
     * @param tasks values of each seed by their names
     */
    static SpreadTable of(String title, String explanation, String head, Map<String, List<Map<String, Double>>> tasks) {
        Set<String> names = new LinkedHashSet<>();
        tasks.values().stream().flatMap(Collection::stream).forEach(seed -> names.addAll(seed.keySet()));
        List<String> heads = new ArrayList<>(List.of(head));
        heads.addAll(tasks.keySet());
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> cells = new ArrayList<>(List.of(name));
            tasks.values()
                    .forEach(seeds -> cells.add(Spread.of(seeds.stream()
                                    .map(seed -> seed.get(name))
                                    .filter(Objects::nonNull)
                                    .toList())
                            .text(DECIMALS)));
            rows.add(List.copyOf(cells));
        }
        return new SpreadTable(title, explanation, heads, rows);
    }
}
