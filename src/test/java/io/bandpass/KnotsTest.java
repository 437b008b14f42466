package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Classes of one package that all use each other, by way of others of it, can only be read together. They are found in
 * the sources, as byte code does not show who uses a constant.
 */
final class KnotsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/bandpass");
    private static final int LARGEST = 3;

    /** The knots that are larger, by one of their classes, and why. */
    private static final Map<String, String> ALLOWED = Map.of(
            "cli/CompareCommand",
            "the jobs of a comparison are processes that start the program anew",
            "compare/CellResult",
            "the results of a cell are counted as it is computed",
            "config/ConvNeXtConfig",
            "a sealed family of encoders, which reads its members' words",
            "config/CurriculumConfig",
            "the sections of pre-training, and the tasks that check them against each other",
            "inference/CsvFeatures",
            "FeatureFile makes what extends it",
            "interop/CheckpointGeometry",
            "a sealed family that reads its members",
            "interop/CheckpointNaming",
            "rules of names, the prefixes that they leave out and the signs of other models",
            "store/RemotePath",
            "a path, its file system and their provider, which Java has name each other");

    /** Comments, texts and characters, which name classes without using them. */
    private static final Pattern PROSE = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(\\\\.|[^\"\\\\\\n])*\"|'(\\\\.|[^'\\\\\\n])+'", Pattern.DOTALL);

    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");

    @Test
    void noClassesAreKnottedButThoseWithAReason() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        try (Stream<Path> folders = Files.list(SOURCES)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                for (Set<String> knot : knots(uses(folder))) {
                    if (knot.size() > LARGEST) {
                        found.put(nameOf(folder.getFileName().toString(), knot), knot);
                    }
                }
            }
        }
        assertThat(found.keySet())
                .as(
                        "classes of a package that all use each other, by a member that ALLOWED gives a reason for, or by all: %s",
                        found)
                .isEqualTo(new TreeSet<>(ALLOWED.keySet()));
    }

    /** By the member that has a reason, whichever classes join it later; by all of them where none has. */
    private static String nameOf(String folder, Set<String> knot) {
        return knot.stream()
                .map(member -> folder + "/" + member)
                .filter(ALLOWED::containsKey)
                .findFirst()
                .orElse(folder + " " + knot);
    }

    /** Each class of a package, and those of the same package that its source names. */
    private static Map<String, Set<String>> uses(Path folder) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.put(name, PROSE.matcher(Files.readString(file)).replaceAll(" "));
            }
        }
        Map<String, Set<String>> uses = new TreeMap<>();
        sources.forEach((name, source) -> uses.put(
                name,
                NAME.matcher(source)
                        .results()
                        .map(MatchResult::group)
                        .filter(other -> sources.containsKey(other) && !other.equals(name))
                        .collect(Collectors.toCollection(TreeSet::new))));
        return uses;
    }

    /** Sets of classes each of which reaches each other one. */
    private static List<Set<String>> knots(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(name -> reached.put(name, reachedFrom(name, uses)));
        List<Set<String>> knots = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (String name : uses.keySet()) {
            if (seen.contains(name)) {
                continue;
            }
            Set<String> knot = reached.getOrDefault(name, Set.of()).stream()
                    .filter(other -> reached.getOrDefault(other, Set.of()).contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            seen.addAll(knot);
            knots.add(knot);
        }
        return knots;
    }

    private static Set<String> reachedFrom(String name, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(name));
        while (!left.isEmpty()) {
            for (String next : uses.getOrDefault(left.pop(), Set.of())) {
                if (reached.add(next)) {
                    left.push(next);
                }
            }
        }
        return reached;
    }
}
