package io.bandpass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of packages in ARCHITECTURE.md, held as data: a new edge is made there and here. */
final class ArchitectureTest {
    private static final String ROOT = "io.bandpass";

    /** A package, and those that it uses, from the lowest up; the root package, with the empty name, is open to all. */
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            Map.entry("", Set.of()),
            Map.entry("text", Set.of()),
            Map.entry("torch", Set.of()),
            Map.entry("config", Set.of("text")),
            Map.entry("distributed", Set.of("torch")),
            Map.entry("format", Set.of("torch")),
            Map.entry("nn", Set.of("torch")),
            Map.entry("store", Set.of("text")),
            Map.entry("checkpoint", Set.of("format", "text")),
            Map.entry("encoder", Set.of("config", "nn", "torch")),
            Map.entry("frequency", Set.of("config", "torch")),
            Map.entry("image", Set.of("config", "torch")),
            Map.entry("optim", Set.of("config", "nn", "torch")),
            Map.entry("task", Set.of("nn", "torch")),
            Map.entry("attack", Set.of("config", "encoder", "nn", "task", "text", "torch")),
            Map.entry("classify", Set.of("config", "encoder", "nn", "task", "torch")),
            Map.entry("corrupt", Set.of("config", "image", "text", "torch")),
            Map.entry("data", Set.of("config", "format", "image", "store", "task", "text", "torch")),
            Map.entry("metrics", Set.of("checkpoint", "format", "text")),
            Map.entry("pretext", Set.of("config", "encoder", "frequency", "nn", "task", "torch")),
            Map.entry("segment", Set.of("config", "encoder", "nn", "task", "torch")),
            Map.entry("dataset", Set.of("checkpoint", "config", "data", "format", "image", "text", "torch")),
            Map.entry(
                    "eval",
                    Set.of(
                            "classify",
                            "config",
                            "data",
                            "distributed",
                            "encoder",
                            "image",
                            "labelmap",
                            "metrics",
                            "nn",
                            "optim",
                            "pretext",
                            "segment",
                            "task",
                            "text",
                            "torch")),
            Map.entry("labelmap", Set.of("config", "data", "format", "image", "text", "torch")),
            Map.entry("machine", Set.of("config", "data", "text", "torch")),
            Map.entry(
                    "train",
                    Set.of(
                            "checkpoint",
                            "config",
                            "data",
                            "distributed",
                            "format",
                            "metrics",
                            "nn",
                            "optim",
                            "task",
                            "text",
                            "torch")),
            Map.entry("report", Set.of("config", "eval", "image", "metrics", "robust", "text")),
            Map.entry("robust", Set.of("attack", "config", "data", "frequency", "pretext", "task", "text", "torch")),
            Map.entry(
                    "weights",
                    Set.of(
                            "checkpoint",
                            "config",
                            "encoder",
                            "format",
                            "machine",
                            "nn",
                            "optim",
                            "pretext",
                            "segment",
                            "task",
                            "text",
                            "torch")),
            Map.entry(
                    "interop",
                    Set.of(
                            "config",
                            "encoder",
                            "format",
                            "labelmap",
                            "nn",
                            "optim",
                            "pretext",
                            "segment",
                            "task",
                            "torch",
                            "weights")),
            Map.entry("onnx", Set.of("config", "encoder", "format", "machine", "nn", "text", "torch", "weights")),
            Map.entry("split", Set.of("checkpoint", "config", "data", "format", "machine", "text", "torch", "weights")),
            Map.entry(
                    "inference",
                    Set.of(
                            "config",
                            "data",
                            "dataset",
                            "distributed",
                            "encoder",
                            "eval",
                            "format",
                            "image",
                            "labelmap",
                            "machine",
                            "metrics",
                            "nn",
                            "pretext",
                            "report",
                            "segment",
                            "split",
                            "task",
                            "text",
                            "torch",
                            "weights")),
            Map.entry(
                    "run",
                    Set.of(
                            "checkpoint",
                            "classify",
                            "config",
                            "data",
                            "distributed",
                            "encoder",
                            "eval",
                            "format",
                            "image",
                            "labelmap",
                            "machine",
                            "metrics",
                            "nn",
                            "optim",
                            "pretext",
                            "report",
                            "segment",
                            "split",
                            "task",
                            "text",
                            "torch",
                            "train",
                            "weights")),
            Map.entry(
                    "gallery",
                    Set.of(
                            "attack",
                            "classify",
                            "config",
                            "corrupt",
                            "data",
                            "encoder",
                            "format",
                            "frequency",
                            "image",
                            "machine",
                            "nn",
                            "pretext",
                            "report",
                            "robust",
                            "run",
                            "text",
                            "torch",
                            "weights")),
            Map.entry(
                    "robustness",
                    Set.of(
                            "attack",
                            "config",
                            "corrupt",
                            "data",
                            "encoder",
                            "format",
                            "frequency",
                            "image",
                            "machine",
                            "nn",
                            "report",
                            "robust",
                            "split",
                            "task",
                            "text",
                            "torch",
                            "weights")),
            Map.entry(
                    "replay",
                    Set.of(
                            "config", "format", "interop", "machine", "nn", "optim", "pretext", "run", "task", "text",
                            "torch", "train")),
            Map.entry(
                    "bench",
                    Set.of(
                            "attack",
                            "checkpoint",
                            "config",
                            "corrupt",
                            "data",
                            "encoder",
                            "format",
                            "image",
                            "machine",
                            "nn",
                            "run",
                            "task",
                            "text",
                            "torch",
                            "train",
                            "weights")),
            Map.entry(
                    "compare",
                    Set.of(
                            "attack",
                            "checkpoint",
                            "config",
                            "data",
                            "eval",
                            "format",
                            "machine",
                            "metrics",
                            "report",
                            "robust",
                            "robustness",
                            "run",
                            "task",
                            "text",
                            "torch",
                            "train")),
            Map.entry(
                    "cli",
                    Set.of(
                            "bench",
                            "compare",
                            "config",
                            "dataset",
                            "distributed",
                            "gallery",
                            "inference",
                            "interop",
                            "labelmap",
                            "machine",
                            "metrics",
                            "onnx",
                            "replay",
                            "robust",
                            "robustness",
                            "run",
                            "text",
                            "torch")));

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?io\\.bandpass\\.([a-z]+)\\.", Pattern.MULTILINE);

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Set<String> packages() {
        return PACKAGES.keySet();
    }

    private static String nameOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static boolean ours(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    @Test
    void everyPackageIsInTheTable() {
        assertThat(PROGRAM.stream().map(ArchitectureTest::nameOf).collect(Collectors.toSet()))
                .isEqualTo(packages());
    }

    @ParameterizedTest(name = "package \"{0}\"")
    @MethodSource("packages")
    void aPackageUsesThoseThatAreNamedForIt(String name) throws IOException {
        Set<String> used = imported(name);
        PROGRAM.stream()
                .filter(type -> nameOf(type).equals(name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .filter(ArchitectureTest::ours)
                .map(ArchitectureTest::nameOf)
                .forEach(used::add);
        used.remove(name);
        used.remove("");
        assertThat(used).isEqualTo(new TreeSet<>(Objects.requireNonNull(PACKAGES.get(name))));
    }

    /** Packages whose constants alone are used are no longer in the byte code. */
    private static Set<String> imported(String name) throws IOException {
        Set<String> imported = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/bandpass", name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                IMPORT.matcher(Files.readString(file)).results().forEach(found -> imported.add(found.group(1)));
            }
        }
        return imported;
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(PROGRAM);
    }

    @Test
    void onlyTheCommandLinePrintsAndExits() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(PROGRAM);
    }

    @Test
    void onlyDownloadsProcessesAndStoresUseTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".dataset", ROOT + ".distributed", ROOT + ".store")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(?!URI).*|java\\.nio\\.channels\\.(Async)?.*Socket.*|javax\\.net\\..*")
                .check(PROGRAM);
    }

    @Test
    void openCvIsOnlyBehindFiveClassesOfTheImagePackage() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        "io\\.bandpass\\.image\\.(ImageDecoder|JpegCodec|EdgeRelief|PictureScaling|OpenCv)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.opencv..")
                .check(PROGRAM);
    }

    @Test
    void processGroupsAreInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".distributed")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.bytedeco\\.pytorch\\.(ProcessGroup.*|Reducer|.*Store|Work)")
                .check(PROGRAM);
    }

    @Test
    void theNativeSeamIsInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".torch")
                .and()
                .haveNameNotMatching("io\\.bandpass\\.image\\.(RgbImage|JpegCodec)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.bytedeco\\.javacpp\\.(Loader|(Byte|Short|Int|Long|Float|Double)Pointer)")
                .check(PROGRAM);
    }
}
