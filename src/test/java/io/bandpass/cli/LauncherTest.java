package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<String, String> environment = new HashMap<>();

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
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(printed));
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A tree whose build is missing, and a Maven that notes each call and is done after a moment. */
    private Path unbuilt(Path root) throws IOException {
        Path program = tree(root);
        Files.delete(root.resolve("target/launcher/built"));
        Path calls = folder.resolve("calls.txt");
        script(folder.resolve("bin/mvn"), "echo call >> '" + calls + "'", "sleep 2");
        environment.put("PATH", folder.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        return program;
    }

    @Test
    void twoFirstStartsBuildOnce() throws Exception {
        Path program = unbuilt(folder.resolve("tree"));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ProcessBuilder builder = new ProcessBuilder(program.toString(), "--version");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().putAll(environment);
            processes.add(builder.redirectErrorStream(true)
                    .redirectOutput(folder.resolve(i + ".txt").toFile())
                    .start());
        }
        for (Process process : processes) {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(folder.resolve("calls.txt")).hasContent("call");
        assertThat(folder.resolve("tree/target/launcher/lock")).doesNotExist();
        assertThat(Files.readString(folder.resolve("0.txt")) + Files.readString(folder.resolve("1.txt")))
                .containsOnlyOnce("another start is building; waiting for it");
    }

    /** As kill -9 leaves it: the process that is named has ended. */
    @Test
    void anAbandonedLockIsTakenOver() throws Exception {
        Path program = unbuilt(folder.resolve("tree"));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path lock = Files.createDirectories(folder.resolve("tree/target/launcher/lock"));
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
        assertThat(run(program, "--version").exitCode()).isZero();
        assertThat(folder.resolve("calls.txt")).hasContent("call");
        assertThat(lock).doesNotExist();
    }

    @Test
    void aBuildThatFailsLeavesNoLock() throws Exception {
        Path program = unbuilt(folder.resolve("tree"));
        script(folder.resolve("bin/mvn"), "exit 1");
        assertThat(run(program, "--version").exitCode()).isEqualTo(1);
        try (Stream<Path> left = Files.list(folder.resolve("tree/target/launcher"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("build.log", "classpath");
        }
    }

    @Test
    void anOldJavaIsCalledByItsName() throws Exception {
        Path program = tree(folder.resolve("tree"));
        script(folder.resolve("jdk/bin/java"), "echo 'openjdk version \"1.8.0_392\"' >&2");
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        Result refused = run(program, "--version");
        assertThat(refused.exitCode()).isEqualTo(4);
        assertThat(refused.printed()).contains("is Java 8; a JDK 17 or newer is needed");
    }

    @Test
    void aSearchPathOfFoldersChangesNothing() throws Exception {
        tree(folder.resolve("tree"));
        script(folder.resolve("start"), "cd '" + folder + "' && exec tree/bandpass --version");
        Files.createDirectories(folder.resolve("elsewhere/tree"));
        environment.put("CDPATH", folder.resolve("elsewhere").toString());
        assertThat(run(folder.resolve("start"))).isEqualTo(new Result(0, "bandpass 0.1.0\n"));
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
