package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as a user unpacks it, on a PATH without Maven. */
public final class DistributionIT {
    @TempDir
    static Path temporary;

    private static Path home;

    private record Result(int exitCode, String printed) {}

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = Path.of(System.getProperty("bandpass.distribution"));
        String name = String.valueOf(archive.getFileName()).replace(".tar.gz", "");
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", temporary.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        home = temporary.resolve(name);
    }

    private static Result bandpass(Path program, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        Path printed = Files.createTempFile(temporary, "printed", ".txt");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not end; it printed:\n" + Files.readString(printed));
        }
        return new Result(process.exitValue(), Files.readString(printed));
    }

    private static Result bandpass(String... arguments) throws IOException, InterruptedException {
        return bandpass(home.resolve("bin/bandpass"), Map.of(), List.of(arguments));
    }

    @Test
    void tellsItsVersion() throws Exception {
        assertThat(bandpass("--version")).isEqualTo(new Result(0, "bandpass 0.1.0\n"));
    }

    @Test
    void holdsWhatItPromises() {
        assertThat(List.of("bin/bandpass", "recipes/quick.yaml", "samples/photos/coffee.jpg", "LICENSE", "NOTICE"))
                .allSatisfy(name -> assertThat(home.resolve(name)).isRegularFile());
        assertThat(home.resolve("lib")).isDirectoryNotContaining("glob:**junit*");
    }

    @Test
    void runsThroughALinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(
                temporary.resolve("linked bandpass"), Path.of(home.getFileName() + "/bin/bandpass"));
        Result result = bandpass(link, Map.of(), List.of("list", "recipes"));
        assertThat(result.exitCode()).isZero();
        assertThat(result.printed()).contains("vit-small");
    }

    @Test
    void trainsTheBundledImagesAndDrawsAndVotes() throws Exception {
        Result run = bandpass(
                "pretrain",
                "--epochs",
                "1",
                "--out",
                "run",
                "--set",
                "evaluate.knn-images=500",
                "--set",
                "evaluate.samples-every-steps=0");
        assertThat(run.exitCode()).as(run.printed()).isZero();
        assertThat(run.printed()).contains("10000 to train on, 2000 held out, 10 classes");
        assertThat(temporary.resolve("run/report.html")).isRegularFile();

        Result pictures = bandpass(
                "reconstruct",
                "--run",
                "run",
                "--images",
                home.resolve("samples/photos").toString(),
                "--out",
                "pictures");
        assertThat(pictures.exitCode()).as(pictures.printed()).isZero();
        assertThat(temporary.resolve("pictures")).isDirectoryContaining("glob:**coffee*.png");

        Result finished = bandpass("pretrain", "--resume", "run");
        assertThat(finished.exitCode()).as(finished.printed()).isZero();
        assertThat(finished.printed()).contains("has ended already");
    }

    @Test
    void trainsOwnImagesAndClassifiesThem() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("own"), 40);
        Path recipe = temporary.resolve("tiny.yaml");
        Files.writeString(recipe, TinyRuns.recipe());
        Result run = bandpass("pretrain", "--data", data.toString(), "--recipe", recipe.toString());
        assertThat(run.exitCode()).as(run.printed()).isZero();
        Result knn = bandpass("knn", "--run", "runs/tiny-1");
        assertThat(knn.exitCode()).as(knn.printed()).isZero();
        assertThat(knn.printed()).contains("kNN top-1");
    }

    @Test
    void measuresHowLongItselfTakesToStart() throws Exception {
        Path data = TinyRuns.images(temporary.resolve("to start with"), 16);
        Path recipe = temporary.resolve("start.yaml");
        Files.writeString(recipe, TinyRuns.recipe());
        Result start = bandpass(
                "bench",
                "start",
                "--recipe",
                recipe.toString(),
                "--data",
                data.toString(),
                "--rounds",
                "1",
                "--json",
                "start.json");
        assertThat(start.exitCode()).as(start.printed()).isZero();
        assertThat(start.printed()).contains("s to the first step");
        assertThat(temporary.resolve("start.json")).content().contains("seconds_to_first_step_rounds");
    }

    @Test
    void looksForCudaOnlyWhereItsBuildIsThere() throws Exception {
        Path echo = Files.createDirectories(temporary.resolve("jdk-echo/bin")).resolve("java");
        Files.writeString(echo, """
                #!/bin/sh
                if [ "$1" = -version ]; then echo 'openjdk version "17.0.2"' >&2; else echo "$@"; fi
                """);
        assertThat(echo.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment =
                Map.of("JAVA_HOME", temporary.resolve("jdk-echo").toString());
        Path program = home.resolve("bin/bandpass");
        String option = "-Dorg.bytedeco.javacpp.platform.extension= ";
        assertThat(bandpass(program, environment, List.of("doctor")).printed()).contains(option);

        Path cuda = Files.createFile(home.resolve("lib/pytorch-linux-x86_64-gpu.jar"));
        try {
            assertThat(bandpass(program, environment, List.of("doctor")).printed())
                    .contains("io.bandpass.cli.Main doctor")
                    .doesNotContain(option);
        } finally {
            Files.delete(cuda);
        }
    }

    @Test
    void saysWhenThereIsNoJava() throws Exception {
        Result none = bandpass(home.resolve("bin/bandpass"), Map.of("JAVA_HOME", "/nowhere"), List.of("--version"));
        assertThat(none.exitCode()).isEqualTo(4);
        assertThat(none.printed()).contains("JAVA_HOME is /nowhere").hasLineCount(1);
    }

    @Test
    void saysWhenJavaIsTooOld() throws Exception {
        Path old = Files.createDirectories(temporary.resolve("jdk-11/bin")).resolve("java");
        Files.writeString(old, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        Result result = bandpass(
                home.resolve("bin/bandpass"),
                Map.of("JAVA_HOME", temporary.resolve("jdk-11").toString()),
                List.of("--version"));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.printed()).contains("is Java 11; a JDK 17 or newer is needed");
    }
}
