package io.bandpass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of rooms in ARCHITECTURE.md, held as data: a new edge is made there and here. */
final class ArchitectureTest {
    private static final String ROOT = "io.bandpass";

    private static final Set<String> BELOW_EVAL =
            Set.of("config", "torch", "data", "frequency", "nn", "encoder", "pretext", "checkpoint", "metrics");

    /** A room, and the rooms that it may use; the root package has the empty name. */
    private static final Map<String, Set<String>> ROOMS = Map.ofEntries(
            Map.entry("config", Set.of()),
            Map.entry("torch", Set.of()),
            Map.entry("data", Set.of("config", "torch")),
            Map.entry("frequency", Set.of("config", "torch")),
            Map.entry("nn", Set.of("torch")),
            Map.entry("encoder", Set.of("config", "torch", "nn")),
            Map.entry("pretext", Set.of("config", "torch", "frequency", "nn", "encoder")),
            Map.entry("classify", Set.of("config", "torch", "nn", "encoder")),
            Map.entry("optim", Set.of("config", "torch", "nn")),
            Map.entry("checkpoint", Set.of("config", "torch")),
            Map.entry("metrics", Set.of("config", "checkpoint")),
            Map.entry("download", Set.of("config", "data", "checkpoint")),
            Map.entry("eval", BELOW_EVAL),
            Map.entry("train", with(BELOW_EVAL, "classify", "optim", "eval")),
            Map.entry("report", Set.of("config", "metrics", "eval")),
            Map.entry("", with(BELOW_EVAL, "classify", "optim", "eval", "train", "report", "download")),
            Map.entry("cli", Set.of("", "config", "metrics")));

    private static Set<String> with(Set<String> rooms, String... more) {
        return Stream.concat(rooms.stream(), Stream.of(more)).collect(Collectors.toSet());
    }

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Set<String> rooms() {
        return ROOMS.keySet();
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static boolean ours(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    @Test
    void everyPackageIsARoomOfTheTable() {
        assertThat(PROGRAM.stream().map(ArchitectureTest::room).collect(Collectors.toSet()))
                .isEqualTo(rooms());
    }

    @ParameterizedTest(name = "room \"{0}\"")
    @MethodSource("rooms")
    void aRoomUsesOnlyTheRoomsNamedForIt(String room) {
        Stream<String> edges = PROGRAM.stream()
                .filter(type -> room(type).equals(room))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> ours(dependency.getTargetClass()))
                .filter(dependency -> !room(dependency.getTargetClass()).equals(room)
                        && !ROOMS.getOrDefault(room, Set.of()).contains(room(dependency.getTargetClass())))
                .map(Object::toString);
        assertThat(edges).isEmpty();
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
    void onlyTheDownloadUsesTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".download")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(?!URI).*|java\\.nio\\.channels\\.(Async)?.*Socket.*|javax\\.net\\..*")
                .check(PROGRAM);
    }

    @Test
    void openCvIsOnlyBehindTheImageDecoder() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ImageDecoder")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.opencv..")
                .check(PROGRAM);
    }

    @Test
    void theNativeSeamIsInOneRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".torch")
                .and()
                .doNotHaveSimpleName("RgbImage")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.bytedeco\\.javacpp\\.(Loader|(Byte|Short|Int|Long|Float|Double)Pointer)")
                .check(PROGRAM);
    }
}
