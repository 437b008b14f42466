package io.bandpass.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointsTest {
    private static final String ADVICE = " to resume from the checkpoint before it, or from the start";

    @TempDir
    private Path temporary;

    private final PointerScope scope = new PointerScope();
    private Path folder;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        folder = temporary.resolve("checkpoints");
        checkpoints = new Checkpoints(folder, 3);
    }

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @Test
    void aFolderWithoutCheckpointsHasNoNewest() throws IOException {
        assertThat(checkpoints.newest()).isEmpty();
        Files.createDirectories(folder);
        assertThat(checkpoints.newest()).isEmpty();
    }

    @Test
    void whatIsSavedComesBack() throws IOException {
        TrainingState state = new TrainingState(
                7,
                5,
                2,
                1,
                0.1 + 0.2,
                3,
                OptionalDouble.of(1.5),
                OptionalDouble.empty(),
                Map.of("top1", 0.0, "top1_best", 1 / 3.0),
                1e-9,
                100,
                Map.of("a \"b\"\n.jpg", "it is <empty>", "ü", ""));
        checkpoints.save(state, tensors(1), tensors(2), "train: {}\n", false);

        Checkpoints.Saved saved = checkpoints.newest().orElseThrow();
        assertThat(saved.state()).isEqualTo(state);
        assertThat(saved.folder()).isEqualTo(folder.resolve("step-7"));
        assertThat(saved.folder().resolve("config.resolved.yaml")).hasContent("train: {}");
        try (TensorFile model = saved.model();
                TensorFile optimizer = saved.optimizer()) {
            assertThat(Tensors.toFloats(model.get("t"))).containsExactly(1);
            assertThat(Tensors.toFloats(optimizer.get("t"))).containsExactly(2);
        }
    }

    @Test
    void theNewestHasTheHighestNumberNotTheLastName() throws IOException {
        for (long step : new long[] {9, 10, 8}) {
            save(step, false);
        }
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(10);
    }

    @Test
    void theNewestFewAndTheBestStay() throws IOException {
        for (long step = 1; step <= 12; step++) {
            save(step, step == 2 || step == 5);
        }
        assertThat(names()).containsExactly("best", "last", "step-10", "step-11", "step-12", "step-5");
        assertThat(folder.resolve("last").toRealPath())
                .isEqualTo(folder.resolve("step-12").toRealPath());
        assertThat(folder.resolve("best").toRealPath())
                .isEqualTo(folder.resolve("step-5").toRealPath());
    }

    @Test
    void theLinksHoldWhenTheRunFolderIsMoved() throws IOException {
        save(3, true);
        Files.move(folder, temporary.resolve("moved"));
        assertThat(temporary.resolve("moved/best/state.json")).isRegularFile();
        assertThat(temporary.resolve("moved/last/state.json")).isRegularFile();
    }

    /** A process was killed between the rename of the folder and that of the links. */
    @Test
    void theLinksAreMadeAgainFromWhatTheFoldersSay() throws IOException {
        save(5, true);
        save(6, true);
        save(7, false);
        for (String[] links : new String[][] {
            {"step-5", "step-6"}, {"step-5", "step-5"}, {"step-4", "step-4"}, {"step-6", "step-7"}, {"", ""}
        }) {
            link("best", links[0]);
            link("last", links[1]);
            Files.writeString(folder.resolve(".writing-best"), "step-7");
            assertThat(checkpoints.best().orElseThrow().state().step()).isEqualTo(6);
            assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(7);
            assertThat(names()).containsExactly("best", "last", "step-5", "step-6", "step-7");
            assertThat(folder.resolve("best").toRealPath()).hasFileName("step-6");
            assertThat(folder.resolve("last").toRealPath()).hasFileName("step-7");
        }
    }

    @Test
    void theBestIsNotPrunedThoughItsLinkWasNeverMade() throws IOException {
        save(1, true);
        save(2, true);
        link("best", "step-1");
        Checkpoints resumed = new Checkpoints(folder, 1);
        assertThat(resumed.newest()).isPresent();
        for (long step = 3; step <= 5; step++) {
            resumed.save(state(step), tensors(1), tensors(2), "config", false);
        }
        assertThat(names()).containsExactly("best", "last", "step-2", "step-5");
        assertThat(resumed.best().orElseThrow().state().step()).isEqualTo(2);
    }

    /** Its states do not say whether they were the best. */
    @Test
    void theLinkOfVersion010Stands() throws IOException {
        for (long step = 1; step <= 3; step++) {
            save(step, step == 2);
            Path state = folder.resolve("step-" + step).resolve("state.json");
            ObjectNode row = (ObjectNode) new ObjectMapper().readTree(state.toFile());
            assertThat(row.remove("best")).isNotNull();
            new ObjectMapper().writeValue(state.toFile(), row);
            if (step >= 2) {
                link("best", "step-2");
            }
        }
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(3);
        assertThat(checkpoints.best().orElseThrow().state().step()).isEqualTo(2);
        save(4, false);
        save(5, false);
        save(6, false);
        assertThat(names()).contains("step-2").doesNotContain("step-1");
        link("best", "step-9");
        assertThat(checkpoints.newest()).isPresent();
        assertThat(checkpoints.best()).isEmpty();
        assertThat(names()).doesNotContain("best");
    }

    private void link(String name, String target) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        if (!target.isEmpty()) {
            Files.createSymbolicLink(folder.resolve(name), Path.of(target));
        }
    }

    @Test
    void whereThereAreNoLinksAFileNamesTheBest() throws IOException {
        save(1, false);
        Files.writeString(folder.resolve("best"), "step-1");
        for (long step = 2; step <= 5; step++) {
            save(step, false);
        }
        assertThat(names()).containsExactly("best", "last", "step-1", "step-3", "step-4", "step-5");
    }

    @Test
    void aStepThatHasACheckpointIsNotSavedAgainButMayBecomeTheBest() throws IOException {
        save(4, false);
        checkpoints.save(state(4), tensors(9), tensors(9), "other", true);
        assertThat(folder.resolve("step-4/config.resolved.yaml")).hasContent("config");
        assertThat(folder.resolve("best").toRealPath())
                .isEqualTo(folder.resolve("step-4").toRealPath());
    }

    @Test
    void aSaveThatFailsInTheMiddleLeavesTheOlderOnesAndNothingHalf() throws IOException {
        save(1, true);
        Map<String, Tensor> full = new AbstractMap<>() {
            @Override
            public Set<Entry<String, Tensor>> entrySet() {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        };
        assertThatThrownBy(() -> checkpoints.save(state(2), tensors(1), full, "config", true))
                .hasMessageContaining("No space left on device");
        assertThat(names()).containsExactly("best", "last", "step-1");
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(1);

        save(2, false);
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(2);
    }

    @Test
    void whatAKilledSaveLeftIsClearedAndNotTakenForACheckpoint() throws IOException {
        save(1, false);
        Files.createDirectories(folder.resolve(".writing-step-2"));
        Files.writeString(folder.resolve(".writing-step-2/model.safetensors"), "half");
        Files.writeString(folder.resolve(".writing-last"), "step-2");
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(1);
        assertThat(names()).containsExactly("last", "step-1");
    }

    @Test
    void whatOnlyLooksLikeACheckpointIsLeftAlone() throws IOException {
        save(1, false);
        Files.createDirectories(folder.resolve("step-2.bak"));
        Files.createDirectories(folder.resolve("step-"));
        Files.createDirectories(folder.resolve("step--3"));
        Files.createDirectories(folder.resolve("step-" + "9".repeat(30)));
        Files.writeString(folder.resolve("step-5"), "a file");
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(1);
        for (long step = 6; step <= 9; step++) {
            save(step, false);
        }
        assertThat(names()).contains("step-2.bak", "step-", "step--3", "step-5").doesNotContain("step-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"step\":2}", "\u0000\u0000\u0000", "{\"step\":\"x\"}"})
    void aDamagedStateIsRefusedWithAdviceAndNoOlderOneIsTakenUnseen(String text) throws IOException {
        save(1, false);
        save(2, false);
        Path state = folder.resolve("step-2/state.json");
        Files.writeString(state, text);
        assertThatThrownBy(checkpoints::newest)
                .isInstanceOf(WeightsException.class)
                .message()
                .startsWith(state + " is ")
                .endsWith("; remove " + folder.resolve("step-2") + ADVICE);

        AtomicFiles.removeFolder(folder.resolve("step-2"));
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(1);
    }

    @Test
    void aStateWithoutAFieldIsDamaged() throws IOException {
        save(2, false);
        Path state = folder.resolve("step-2/state.json");
        ObjectMapper json = new ObjectMapper();
        for (String field : List.of("skippedSteps", "epochLossSum", "images", "badImages", "scores")) {
            ObjectNode row = (ObjectNode) json.readTree(state.toFile());
            JsonNode value = row.remove(field);
            json.writeValue(state.toFile(), row);
            assertThatThrownBy(checkpoints::newest).as(field).hasMessageStartingWith(state + " is damaged; remove ");

            json.writeValue(state.toFile(), row.set(field, value));
            assertThat(checkpoints.newest()).as(field).isPresent();
        }
    }

    @Test
    void aStateOfAnotherStepIsRefused() throws IOException {
        save(1, false);
        Files.move(folder.resolve("step-1"), folder.resolve("step-3"));
        assertThatThrownBy(checkpoints::newest)
                .hasMessage(folder.resolve("step-3/state.json") + " is not of this step; remove "
                        + folder.resolve("step-3") + ADVICE);
    }

    @Test
    void aMissingStateIsRefused() throws IOException {
        save(1, false);
        Files.delete(folder.resolve("step-1/state.json"));
        assertThatThrownBy(checkpoints::newest)
                .isInstanceOf(WeightsException.class)
                .hasMessage(folder.resolve("step-1/state.json") + " is not there; remove " + folder.resolve("step-1")
                        + ADVICE);
    }

    @Test
    void damagedTensorsAreRefusedWithAdvice() throws IOException {
        save(1, false);
        Checkpoints.Saved saved = checkpoints.newest().orElseThrow();
        Files.writeString(saved.folder().resolve("model.safetensors"), "half");
        Files.delete(saved.folder().resolve("optimizer.safetensors"));
        assertThatThrownBy(saved::model)
                .isInstanceOf(WeightsException.class)
                .message()
                .startsWith(saved.folder().resolve("model.safetensors") + " is no safetensors file: it has 4 bytes")
                .endsWith("; remove " + saved.folder() + ADVICE);
        assertThatThrownBy(saved::optimizer)
                .isInstanceOf(WeightsException.class)
                .hasMessage("there is no weights file " + saved.folder().resolve("optimizer.safetensors") + "; remove "
                        + saved.folder() + ADVICE);
    }

    private void save(long step, boolean best) throws IOException {
        checkpoints.save(state(step), tensors(1), tensors(2), "config", best);
    }

    private static TrainingState state(long step) {
        OptionalDouble none = OptionalDouble.empty();
        return new TrainingState(step, step - 1, 0, 0, 0, 0, none, none, Map.of(), 0, 10, Map.of());
    }

    private static Map<String, Tensor> tensors(float value) {
        return Map.of("t", Tensors.ofFloats(new float[] {value}, 1));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Earlier builds did not write it. */
    @Test
    void aStateThatDoesNotSaySoIsSettledAtTheStepBefore() throws IOException {
        checkpoints.save(state(4), tensors(1), tensors(2), "", false);
        Path file = folder.resolve("step-4/state.json");
        String text = Files.readString(file);
        assertThat(text).contains("\"settledStep\" : 3,");
        Files.writeString(file, text.replace("\"settledStep\" : 3,", ""));
        assertThat(checkpoints.newest().orElseThrow().state()).isEqualTo(state(4));
    }
}
