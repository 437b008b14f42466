package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the program, in folders of any name: a source tree that is built, made of links. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class LauncherTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir
    Path folder;

    private record Result(int exitCode, String printed) {}

    private static Path tree(Path root) throws IOException {
        Files.createDirectories(root.resolve("src/main"));
        Files.createDirectories(root.resolve("target/launcher"));
        Files.copy(PROJECT.resolve("bandpass"), root.resolve("bandpass"));
        assertThat(root.resolve("bandpass").toFile().setExecutable(true)).isTrue();
        Files.createFile(root.resolve("pom.xml"));
        Files.createSymbolicLink(root.resolve("target/classes"), PROJECT.resolve("target/classes"));
        String jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
        Files.writeString(root.resolve("target/launcher/classpath"), jars);
        Files.createFile(root.resolve("target/launcher/built"));
        return root.resolve("bandpass");
    }

    private Result run(Path program, String... arguments) throws Exception {
        Path printed = folder.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(printed));
    }

    @Test
    void itLiesInAFolderOfAnyName() throws Exception {
        for (String name : List.of("two words", "it's \"quoted\"", "*[a-z]? $HOME `id`;#%20!", "-n back\\slash")) {
            Path program = tree(folder.resolve(name));
            assertThat(run(program, "--version")).as(name).isEqualTo(new Result(0, "bandpass 0.1.0\n"));
        }
    }

    @Test
    void aColonInTheNameHasASentence() throws Exception {
        Path root = folder.resolve("a:b");
        Path program = tree(root);
        Result refused = run(program, "--version");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.printed()).contains(root.toString(), "colon").hasLineCount(1);

        Path link = Files.createSymbolicLink(folder.resolve("ab"), root);
        assertThat(run(link.resolve("bandpass"), "--version")).isEqualTo(new Result(0, "bandpass 0.1.0\n"));
    }
}
