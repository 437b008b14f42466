package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.config.OptimizerConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch and timm: {@code optim/README.md} among the resources says how those numbers were made. */
final class OptimizersTest {
    private static final List<String> NAMES = List.of("layer.weight", "zero.weight", "layer.bias");

    private final JsonNode steps = read();

    private static JsonNode read() {
        try (InputStream stream =
                Objects.requireNonNull(OptimizersTest.class.getResourceAsStream("/optim/steps.json"))) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    private List<Parameter> start() {
        return NAMES.stream()
                .map(name -> {
                    JsonNode shape = steps.get("shapes").get(name);
                    long[] sizes = new long[shape.size()];
                    for (int i = 0; i < sizes.length; i++) {
                        sizes[i] = shape.get(i).asLong();
                    }
                    float[] values = floats(steps.get("start").get(name));
                    return Gradients.parameter(name, name.endsWith("weight"), 0, values, sizes);
                })
                .toList();
    }

    private double step(Optimizer optimizer, List<Parameter> parameters, int step, double rate) {
        JsonNode gradients = steps.get("gradients").get(step);
        Gradients.set(
                optimizer,
                parameters,
                NAMES.stream().map(name -> floats(gradients.get(name))).toList());
        double norm = optimizer.clipGradients();
        optimizer.step(scale -> rate * scale);
        return norm;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            adamw         | adamw | 0.01 | 0.05 | 1 | betas=[0.9,0.95]
            sgd           | sgd   | 0.1  | 0.05 | 0 | nesterov=false
            sgd-nesterov  | sgd   | 0.1  | 0.05 | 0 | nesterov=true
            sgd-plain     | sgd   | 0.1  | 0.05 | 0 | momentum=0
            lamb          | lamb  | 0.02 | 0.02 | 1 | betas=[0.9,0.999]
            lamb-no-decay | lamb  | 0.02 | 0    | 1 | betas=[0.9,0.999]
            lars          | lars  | 0.5  | 0    | 0 | momentum=0.9
            """)
    void fiveStepsAreThoseOfPyTorchAndTimm(
            String run, String type, double rate, String decay, String clip, String other) {
        OptimizerConfig config = Gradients.config(
                "optimizer.type=" + type,
                "optimizer.weight-decay=" + decay,
                "optimizer.clip=" + clip,
                "optimizer.epsilon=" + (type.equals("lamb") ? "1e-6" : "1e-8"),
                "optimizer." + other);
        JsonNode after = steps.get("parameters_after").get(run);
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = start();
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                for (int i = 0; i < after.size(); i++) {
                    step(optimizer, parameters, i, rate);
                    for (Parameter parameter : parameters) {
                        float[] expected = floats(after.get(i).get(parameter.name()));
                        assertThat(Tensors.toFloats(parameter.tensor()))
                                .as("%s after step %d", parameter.name(), i)
                                .containsExactly(expected, within(2e-6f));
                    }
                }
            }
        }
        assertThat(after).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "sgd", "lamb", "lars"})
    void whatIsSavedAndLoadedGoesOnToTheBit(String type, @TempDir Path folder) throws IOException {
        OptimizerConfig config = Gradients.config("optimizer.type=" + type);
        Path file = folder.resolve("optimizer.safetensors");
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = start();
            List<Parameter> resumed;
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                step(optimizer, parameters, 0, 0.1);
                step(optimizer, parameters, 1, 0.1);
                Safetensors.write(file, NamedTensor.byName(optimizer.state()), Map.of());
                resumed = parameters.stream()
                        .map(p -> Gradients.parameter(
                                p.name(),
                                p.decay(),
                                p.depth(),
                                Tensors.toFloats(p.tensor()),
                                Tensors.shape(p.tensor())))
                        .toList();
                step(optimizer, parameters, 2, 0.1);
                step(optimizer, parameters, 3, 0.1);
            }
            try (Optimizer optimizer = Optimizers.create(resumed, config);
                    TensorFile saved = Safetensors.read(file)) {
                WeightsLoader.loadAll(NamedTensor.byName(optimizer.state()), saved);
                step(optimizer, resumed, 2, 0.1);
                step(optimizer, resumed, 3, 0.1);
            }
            for (int i = 0; i < parameters.size(); i++) {
                assertThat(Tensors.toFloats(resumed.get(i).tensor()))
                        .isEqualTo(Tensors.toFloats(parameters.get(i).tensor()))
                        .isNotEqualTo(floats(steps.get("start").get(NAMES.get(i))));
            }
        }
    }

    /** Three steps on a convolution's weight and a bias, with the same gradients whatever the layout. */
    private static List<float[]> stepsOnAConvolution(OptimizerConfig config, boolean channelsLast) {
        float[] start = new float[3 * 4 * 2 * 2];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) Math.sin(i + 1);
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor weight = Tensors.ofFloats(start, 3, 4, 2, 2);
            if (channelsLast) {
                weight = Tensors.channelsLast(weight);
            }
            weight.set_requires_grad(true);
            Parameter convolution = new Parameter("conv.weight", weight, true, 0);
            Parameter bias = Gradients.parameter("conv.bias", false, 0, new float[] {1, -2, 0.5f}, 3);
            try (Optimizer optimizer = Optimizers.create(List.of(convolution, bias), config)) {
                for (int step = 1; step <= 3; step++) {
                    float[] gradient = new float[start.length];
                    for (int i = 0; i < start.length; i++) {
                        gradient[i] = (float) Math.cos(step * (i + 1));
                    }
                    Gradients.set(
                            optimizer, List.of(convolution, bias), List.of(gradient, new float[] {step, 1, -step}));
                    assertThat(weight.grad().is_contiguous()).isEqualTo(!channelsLast);
                    optimizer.clipGradients();
                    optimizer.step(scale -> 0.1);
                }
            }
            return List.of(Tensors.toFloats(weight), Tensors.toFloats(bias.tensor()), start);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "sgd", "lamb", "lars"})
    void aWeightWithItsChannelsLastInMemoryIsUpdatedLikeAnyOther(String type) {
        OptimizerConfig config =
                Gradients.config("optimizer.type=" + type, "optimizer.weight-decay=0.1", "optimizer.momentum=0.9");
        List<float[]> expected = stepsOnAConvolution(config, false);
        List<float[]> found = stepsOnAConvolution(config, true);
        assertThat(found.get(0)).containsExactly(expected.get(0), within(1e-6f));
        assertThat(found.get(1)).containsExactly(expected.get(1), within(1e-6f));
        assertThat(expected.get(0)).isNotEqualTo(expected.get(2));
    }

    @Test
    void eachGroupIsUpdatedWithItsOwnRate() {
        OptimizerConfig config = Gradients.config(
                "optimizer.type=sgd", "optimizer.momentum=0", "optimizer.weight-decay=0", "optimizer.layer-decay=0.5");
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = new ArrayList<>();
            for (int depth = 0; depth < 3; depth++) {
                parameters.add(Gradients.parameter("w" + depth, depth > 0, depth, new float[] {1}, 1, 1));
            }
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                Gradients.set(optimizer, parameters, List.of(new float[] {1}, new float[] {1}, new float[] {1}));
                optimizer.step(scale -> 0.25 * scale);
            }
            assertThat(parameters.stream().map(p -> p.tensor().item_double()))
                    .containsExactly(1 - 0.25 / 4, 1 - 0.25 / 2, 1 - 0.25);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "sgd", "lamb", "lars"})
    void clippingBoundsTheNormOfAllGradientsAndGivesTheNormBefore(String type) {
        OptimizerConfig config = Gradients.config("optimizer.type=" + type, "optimizer.clip=2.5");
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = List.of(
                    Gradients.parameter("a", true, 0, new float[] {1, 1}, 1, 2),
                    Gradients.parameter("b", false, 0, new float[] {1}, 1));
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                Gradients.set(optimizer, parameters, List.of(new float[] {3, 0}, new float[] {4}));
                assertThat(optimizer.clipGradients()).isEqualTo(5);
                assertThat(Tensors.toDoubles(parameters.get(0).tensor().grad())[0])
                        .isCloseTo(1.5, within(1e-5));
                assertThat(Tensors.toDoubles(parameters.get(1).tensor().grad())[0])
                        .isCloseTo(2, within(1e-5));
                assertThat(optimizer.clipGradients()).isCloseTo(2.5, within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "sgd", "lamb", "lars"})
    void aParameterWithoutAGradientIsNamed(String type) {
        OptimizerConfig config = Gradients.config("optimizer.type=" + type);
        try (PointerScope scope = new PointerScope()) {
            List<Parameter> parameters = List.of(Gradients.parameter("head.bias", true, 0, new float[] {1}, 1));
            try (Optimizer optimizer = Optimizers.create(parameters, config)) {
                assertThatThrownBy(() -> optimizer.step(scale -> scale))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("parameter head.bias has no gradient");
            }
        }
    }
}
