package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ChildProcess;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run prints and leaves under locales that write numbers otherwise: the same as under English, but for times. */
@Tag("slow")
final class LocaleTest {
    private static final List<String> ENGLISH = List.of("-Duser.language=en", "-Duser.country=US");

    /** Digits and a decimal separator of its own. */
    private static final List<String> ARABIC = List.of("-Duser.language=ar", "-Duser.country=EG");

    /** A comma between whole number and fraction. */
    private static final List<String> GERMAN = List.of("-Duser.language=de", "-Duser.country=DE");

    @TempDir
    Path temporary;

    /** The printed text and every text file, by name, with words for all numbers and moments. */
    private SortedMap<String, String> texts(String name, List<String> locale, Path data, Path recipe) throws Exception {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Path run = folder.resolve("run");
        SortedMap<String, String> texts = new TreeMap<>();
        texts.put("pretrain", run(folder, locale, "pretrain", "--data", data, "--recipe", recipe, "--out", run));
        if (!locale.equals(GERMAN)) {
            texts.put("stats", run(folder, locale, "data", "stats", "--data", data));
            texts.put("refusal", run(folder, locale, "pretrain", "--batch-size", "12,5"));
            texts.put("knn", run(folder, locale, "knn", "--run", run, "--json", run.resolve("knn.json")));
            Path features = run.resolve("features.csv");
            texts.put("embed", run(folder, locale, "embed", "--run", run, "--images", data, "--out", features));
        }
        try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = folder.relativize(file).toString();
                assertThat(path).as("ASCII alone").matches("\\p{ASCII}+");
                boolean isText = path.matches(".*\\.(jsonl?|yaml|txt|log|html|csv)|.*/[A-Z]+");
                texts.put(masked(path, folder), isText ? masked(Files.readString(file), folder) : "");
            }
        }
        return texts;
    }

    private String run(Path folder, List<String> locale, Object... arguments) throws IOException, InterruptedException {
        List<String> words = Stream.of(arguments).map(Object::toString).toList();
        Path printed = folder.resolve("printed.txt");
        try (ChildProcess child = new ChildProcess(printed, locale, Map.of(), Main.class.getName(), words)) {
            int code = child.exitCode();
            return code + masked(child.printed(), folder);
        }
    }

    private static String masked(String text, Path folder) {
        return text.replace(folder.toString(), "FOLDER")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "MOMENT")
                // A number with a point, of whatever size; a comma or another digit would stand beside.
                .replaceAll("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?", "N")
                .replaceAll("(N[hms])+", "TIME")
                .replaceAll(" +", " ");
    }

    @Test
    void numbersHaveAsciiDigitsAndAPoint() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("images"), 40);
        Path recipe = Files.writeString(temporary.resolve("tiny.yaml"), TinyRuns.recipe());
        SortedMap<String, String> english = texts("en", ENGLISH, data, recipe);
        assertThat(english.get("pretrain")).startsWith("0").contains("step N/N ");
        SortedMap<String, String> arabic = texts("ar", ARABIC, data, recipe);
        assertThat(arabic).isEqualTo(english);
        // The mask knows ASCII digits alone.
        arabic.forEach((name, text) ->
                assertThat(text.codePoints()).as(name).noneMatch(point -> point > 0x7f && Character.isDigit(point)));
        texts("de", GERMAN, data, recipe)
                .forEach((name, text) -> assertThat(text).as(name).isEqualTo(english.get(name)));
    }
}
