package io.bandpass.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.AtomicFiles;
import io.bandpass.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The settings that a row tried for one of its fine-tunings, with its first seed, and what came of them. They are kept in
 * a file, which the cells of the other seeds read.
 */
final class GridSearch {
    private static final String FILE = "search.json";
    private static final ObjectMapper JSON = Json.mapper();

    /**
     * A combination that was tried.
     *
     * @param settings {@code section.key=value}
     * @param top1 on the validation part, as a fraction; empty if it diverged
     */
    record Tried(List<String> settings, OptionalDouble top1) {
        Tried {
            settings = List.copyOf(settings);
        }
    }

    private final FinetuningGrid grid;
    private final Path cell;
    private final Path file;
    private final List<Tried> tried = new ArrayList<>();

    private GridSearch(FinetuningGrid grid, Path cell, String stage) {
        this.grid = grid;
        this.cell = cell;
        file = cell.resolve(folder(stage)).resolve(FILE);
    }

    /** Returns the folder of the search for a stage, within that of a row's first cell. */
    static String folder(String stage) {
        return stage + "-grid";
    }

    /**
     * Reads what was tried so far.
     *
     * @param cell folder of a row's first cell
     * @param stage of fine-tuning
     */
    static GridSearch read(FinetuningGrid grid, Path cell, String stage) throws IOException {
        GridSearch search = new GridSearch(grid, cell, stage);
        if (Files.isRegularFile(search.file)) {
            for (JsonNode entry : JSON.readTree(search.file.toFile())) {
                List<String> settings = new ArrayList<>();
                entry.path("settings").forEach(setting -> settings.add(setting.asText()));
                search.tried.add(new Tried(settings, Json.finite(entry.path("top1"))));
            }
        }
        return search;
    }

    /** Returns the combinations that were not tried yet. */
    List<List<String>> left() {
        List<List<String>> left = new ArrayList<>(grid.candidates());
        tried.forEach(one -> left.remove(one.settings()));
        return left;
    }

    boolean isOver() {
        return left().isEmpty();
    }

    /** Whether settings may still be chosen: not all were tried, and the cell that tries them goes on. */
    boolean isUnderWay() throws IOException {
        return !isOver() && !CellResult.read(cell).isSettled(cell);
    }

    /** Keeps what came of a combination. */
    void add(Tried one) throws IOException {
        tried.add(one);
        ArrayNode json = JSON.createArrayNode();
        for (Tried each : tried) {
            ObjectNode entry = json.addObject();
            ArrayNode settings = entry.putArray("settings");
            each.settings().forEach(settings::add);
            each.top1().ifPresent(value -> entry.put("top1", value));
        }
        Files.createDirectories(file.getParent());
        AtomicFiles.writeText(file, Json.pretty(json));
    }

    /** Returns the best one, of equal ones the first of the grid; empty if all diverged, or it is not over. */
    Optional<Tried> best() {
        if (!isOver()) {
            return Optional.empty();
        }
        Comparator<Tried> byAccuracy =
                Comparator.comparingDouble(one -> one.top1().getAsDouble());
        return grid.candidates().stream()
                .flatMap(settings -> tried.stream().filter(one -> one.settings().equals(settings)))
                .filter(one -> one.top1().isPresent())
                .reduce((first, second) -> byAccuracy.compare(second, first) > 0 ? second : first);
    }
}
