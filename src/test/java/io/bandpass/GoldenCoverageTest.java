package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.interop.CheckpointWeights;
import io.bandpass.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** No golden number lies there unread: {@code coverage.txt} beside them says which test compares with which. */
final class GoldenCoverageTest {
    private static final String NONE = "none:";

    private record Line(String file, Pattern names, String tests) {
        static Line of(String text) {
            // The pattern itself may have bars, but none between spaces.
            String[] parts = text.split(" \\| ", 3);
            assertThat(parts).as(text).hasSize(3);
            return new Line(parts[0], Pattern.compile(parts[1]), parts[2]);
        }

        boolean has(String file, String name) {
            return file.equals(this.file) && names.matcher(name).matches();
        }
    }

    private static Path folder() {
        return Objects.requireNonNull(Golden.path("coverage.txt").getParent());
    }

    private static List<Line> lines() throws IOException {
        return Files.readAllLines(Golden.path("coverage.txt")).stream()
                .filter(text -> !text.isBlank() && !text.startsWith("#"))
                .map(Line::of)
                .toList();
    }

    /** Every name of every golden file: tensors, or the fields at the top of JSON. */
    private static Map<String, Collection<String>> names() throws IOException {
        Map<String, Collection<String>> names = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals("coverage.txt")) {
                    names.put(name, namesOf(file, name));
                }
            }
        }
        return names;
    }

    private static Collection<String> namesOf(Path file, String name) throws IOException {
        if (name.endsWith(".json")) {
            List<String> fields = new ArrayList<>();
            Golden.json(name.substring(0, name.length() - ".json".length()))
                    .fieldNames()
                    .forEachRemaining(fields::add);
            return fields;
        }
        try (PointerScope scope = new PointerScope();
                TensorFile tensors =
                        name.endsWith(".pth") ? CheckpointWeights.read(file).tensors() : Safetensors.read(file)) {
            return new TreeSet<>(tensors.names());
        }
    }

    @Test
    void everyNameHasALine() throws IOException {
        List<Line> lines = lines();
        List<String> without = new ArrayList<>();
        int all = 0;
        for (Map.Entry<String, Collection<String>> file : names().entrySet()) {
            for (String name : file.getValue()) {
                all++;
                if (lines.stream().noneMatch(line -> line.has(file.getKey(), name))) {
                    without.add(file.getKey() + " " + name);
                }
            }
        }
        assertThat(all).isGreaterThan(900);
        assertThat(without).isEmpty();
    }

    @Test
    void everyLineHasANameUnlessItsFileIsStillToCome() throws IOException {
        Map<String, Collection<String>> names = names();
        for (Line line : lines()) {
            Collection<String> ofFile = names.getOrDefault(line.file(), List.of());
            assertThat((ofFile.isEmpty() && line.tests().startsWith(NONE))
                            || ofFile.stream().anyMatch(name -> line.has(line.file(), name)))
                    .as("%s %s", line.file(), line.names())
                    .isTrue();
        }
    }

    @Test
    void everyTestIsThereAndReadsItsFile() throws IOException {
        Path sources = Path.of("src/test/java/io/bandpass");
        for (Line line : lines()) {
            if (line.tests().startsWith(NONE)) {
                continue;
            }
            String stem =
                    line.file().endsWith(".pth") ? line.file() : line.file().replaceFirst("\\..*", "");
            for (String test : line.tests().split(", ", -1)) {
                Path source = sources.resolve(test.replace('.', '/') + ".java");
                assertThat(source).isRegularFile();
                assertThat(Files.readString(source))
                        .as("%s reads %s", test, line.file())
                        .contains(stem);
            }
        }
    }
}
