package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WeightsLoaderTest {
    private final PointerScope scope = new PointerScope();

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    @Test
    void everyTensorIsCopiedAndCounted() {
        Map<String, Tensor> model = model("a", "b");
        WeightsLoader.Report report = WeightsLoader.loadAll(model, file("b", "a"));

        assertThat(report.lines()).containsExactly("2/2 tensors loaded from net.safetensors");
        assertThat(report.loaded()).isEqualTo(2);
        assertThat(values(model, "a")).containsExactly(1, 2);
        assertThat(values(model, "b")).containsExactly(1, 2);
    }

    @Test
    void aModelThatIsTrainedIsWrittenInPlaceWithoutAGradient() {
        Tensor parameter = Tensors.zeros(ScalarType.Float, 2).requires_grad_(true);
        WeightsLoader.loadAll(Map.of("a", parameter), file("a"));
        assertThat(Tensors.toFloats(parameter)).containsExactly(1, 2);
        assertThat(parameter.is_leaf()).isTrue();
        assertThat(parameter.requires_grad()).isTrue();
    }

    @Test
    void theModelKeepsItsType() {
        Tensor parameter = Tensors.zeros(ScalarType.Double, 2);
        WeightsLoader.loadAll(Map.of("a", parameter), file("a"));
        assertThat(parameter.scalar_type().intern()).isEqualTo(ScalarType.Double);
        assertThat(Tensors.toDoubles(parameter)).containsExactly(1, 2);
    }

    @Test
    void missingAndUnexpectedNamesAreListedAndNothingIsWritten() {
        Map<String, Tensor> model = model("a", "b", "c");
        assertThat(refusal(model, file("z", "b", "y"))).isEqualTo("""
                        net.safetensors is not of this model: 2 of its 3 tensors are missing, and 2 are unexpected
                          missing    a
                          missing    c
                          unexpected y
                          unexpected z""");
        assertThat(values(model, "b")).containsExactly(0, 0);
    }

    @Test
    void anotherShapeIsRefusedWithBothAndNothingIsWritten() {
        Map<String, Tensor> model = model("a");
        model.put("b", Tensors.zeros(ScalarType.Float, 1, 2));
        assertThat(refusal(model, file("a", "b")))
                .isEqualTo("net.safetensors: tensor b has the shape [2], where this model has [1, 2]");
        assertThat(values(model, "a")).containsExactly(0, 0);
    }

    @Test
    void longListsEndWithACount() {
        String[] strangers = IntStream.range(100, 200).mapToObj(i -> "x" + i).toArray(String[]::new);
        assertThat(refusal(model("a"), file(strangers)).lines())
                .hasSize(1 + 1 + 20 + 1)
                .endsWith("  unexpected x119", "  unexpected and 80 more");
    }

    @Test
    void namesOfAFileCannotSteerTheTerminal() {
        assertThat(refusal(model("a"), file("a", "\u001b[2J\nb"))).endsWith("\n  unexpected ?[2J?b");
    }

    @Test
    void ofAPartOnlyItsOwnNamesCount() {
        Map<String, Tensor> model = model("encoder.a");
        WeightsLoader.Report report =
                WeightsLoader.loadMatching(model, file("encoder.a", "decoder.b"), name -> name.startsWith("encoder."));
        assertThat(report).isEqualTo(new WeightsLoader.Report("net.safetensors", 1, List.of(), List.of()));
        assertThat(values(model, "encoder.a")).containsExactly(1, 2);

        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> WeightsLoader.loadMatching(
                        model, file("encoder.a", "encoder.b"), name -> name.startsWith("encoder.")))
                .withMessageEndingWith("  unexpected encoder.b");
    }

    private static Map<String, Tensor> model(String... names) {
        Map<String, Tensor> model = new LinkedHashMap<>();
        for (String name : names) {
            model.put(name, Tensors.zeros(ScalarType.Float, 2));
        }
        return model;
    }

    /** A file of tensors of 1 and 2. */
    private static TensorFile file(String... names) {
        Map<String, Tensor> tensors = IntStream.range(0, names.length)
                .boxed()
                .collect(Collectors.toMap(i -> names[i], i -> Tensors.ofFloats(new float[] {1, 2}, 2)));
        return new TensorFile("net.safetensors", tensors, Map.of());
    }

    private static float[] values(Map<String, Tensor> model, String name) {
        return Tensors.toFloats(Objects.requireNonNull(model.get(name)));
    }

    private static String refusal(Map<String, Tensor> model, TensorFile file) {
        String[] message = new String[1];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> WeightsLoader.loadAll(model, file))
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }
}
