package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenSteps;
import io.bandpass.testing.VitOracle;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Twenty steps of the {@code replay} command against the same steps in float64: {@link VitOracle} for the model and its
 * loss, and clipping, AdamW and rates once more below, from the formulas.
 */
final class TrainingParityTest {
    private static final int STEPS = 20;
    private static final int WARM_UP = 4;
    private static final double BASE = 1.2e-3;
    private static final double WARM = 1e-5;
    private static final double LEAST = 1e-4;
    private static final double CLIP = 0.5;
    private static final double DECAY = 0.05;
    private static final double[] BETAS = {0.9, 0.95};

    /** Masks of the two images, step after step: both kinds, alike and not. */
    private static final boolean[][] LOW = {{true, false}, {false, true}, {true, true}, {false, false}};

    @TempDir
    Path folder;

    private record Step(double loss, double norm, double rate) {}

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(ints = {2, 1})
    void twentyStepsAreThoseOfTheFormulas(int imagesOfAPart) throws IOException {
        Path state = folder.resolve("state.safetensors");
        Path batches = folder.resolve("batches.safetensors");
        Path recipe = folder.resolve("recipe.yaml");
        Path out = folder.resolve("steps.json");
        Files.writeString(recipe, GoldenSteps.RECIPE + """
                schedule: {type: cosine, warmup-epochs: 1, warmup-learning-rate: 1.0e-5, min-learning-rate: 1.0e-4}
                train: {epochs: 5, precision: fp32, threads: 1}
                """);
        List<Step> expected;
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            Safetensors.write(state, GoldenSteps.state(golden), Map.of());
            List<Tensor> images = images(golden.get("img_u8"));
            write(batches, images);
            expected = steps(new VitOracle(GoldenSteps.state(golden), 4), images);
        }
        Said said = Said.by(
                "replay",
                "--state",
                state,
                "--batches",
                batches,
                "--recipe",
                recipe,
                "--steps-per-epoch",
                WARM_UP,
                "--set",
                "optimizer.clip=" + CLIP,
                "--set",
                "train.micro-batch-size=" + imagesOfAPart,
                "--out",
                out);
        assertThat(said.exitCode()).as(said.error()).isZero();
        JsonNode written = new ObjectMapper().readTree(out.toFile());
        assertThat(written).hasSize(STEPS);
        int clipped = 0;
        for (int i = 0; i < STEPS; i++) {
            Step step = expected.get(i);
            assertThat(written.get(i).get("loss").asDouble())
                    .as("loss of step %d", i)
                    .isCloseTo(step.loss(), within(1e-4 * step.loss()));
            assertThat(written.get(i).get("grad_norm").asDouble())
                    .as("norm of step %d", i)
                    .isCloseTo(step.norm(), within(1e-3 * step.norm()));
            assertThat(written.get(i).get("learning_rate").asDouble())
                    .as("rate of step %d", i)
                    .isCloseTo(step.rate(), within(1e-12));
            clipped += step.norm() > CLIP ? 1 : 0;
        }
        // Of use only where it trains, and where clipping acts on some steps and not on others.
        assertThat(expected.get(STEPS - 4).loss())
                .isLessThan(0.8 * expected.get(0).loss());
        assertThat(clipped).isBetween(1, STEPS - 1);
    }

    /** The golden images, shifted a little further each step. */
    private static List<Tensor> images(Tensor golden) {
        List<Tensor> images = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            images.add(torch.roll(golden, new long[] {i, 2L * i}, 2, 3));
        }
        return images;
    }

    private static void write(Path file, List<Tensor> images) throws IOException {
        TensorVector all = new TensorVector();
        TensorVector low = new TensorVector();
        for (int i = 0; i < STEPS; i++) {
            boolean[] masks = LOW[i % LOW.length];
            all.push_back(images.get(i));
            low.push_back(Tensors.ofLongs(new long[] {masks[0] ? 1 : 0, masks[1] ? 1 : 0}, 2)
                    .to(ScalarType.Byte));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("images_u8", torch.stack(all));
        tensors.put("is_low", torch.stack(low));
        Safetensors.write(file, tensors, Map.of());
    }

    private static List<Step> steps(VitOracle model, List<Tensor> images) {
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        model.parameters().forEach((name, parameter) -> {
            first.put(name, torch.zeros_like(parameter));
            second.put(name, torch.zeros_like(parameter));
        });
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            try (PointerScope scope = new PointerScope()) {
                Tensor unit = Tensors.multiply(images.get(i).to(ScalarType.Double), 1 / 255.0);
                Tensor loss = model.loss(unit, VitOracle.circles(32, 4, LOW[i % LOW.length]));
                loss.backward();
                try (NoGradGuard guard = new NoGradGuard()) {
                    double norm = norm(model.parameters());
                    double rate = rate(i);
                    double scale = Math.min(1, CLIP / (norm + 1e-6));
                    model.parameters()
                            .forEach((name, parameter) -> update(
                                    name,
                                    parameter,
                                    Objects.requireNonNull(first.get(name)),
                                    Objects.requireNonNull(second.get(name)),
                                    scale,
                                    rate,
                                    steps.size() + 1));
                    steps.add(new Step(loss.item_double(), norm, rate));
                }
            }
        }
        return steps;
    }

    private static double norm(Map<String, Tensor> parameters) {
        double sum = 0;
        for (Tensor parameter : parameters.values()) {
            for (double value : Tensors.toDoubles(parameter.grad())) {
                sum += value * value;
            }
        }
        return Math.sqrt(sum);
    }

    /** Loshchilov and Hutter, algorithm 2, the decay multiplied by the rate. */
    private static void update(
            String name, Tensor parameter, Tensor first, Tensor second, double scale, double rate, int count) {
        Tensor gradient = Tensors.multiply(parameter.grad(), scale);
        boolean decays = parameter.dim() > 1 && !name.endsWith("cls_token") && !name.endsWith("pos_embed");
        if (decays) {
            parameter.mul_(new Scalar(1 - rate * DECAY));
        }
        first.mul_(new Scalar(BETAS[0])).add_(Tensors.multiply(gradient, 1 - BETAS[0]));
        second.mul_(new Scalar(BETAS[1])).add_(Tensors.multiply(gradient.mul(gradient), 1 - BETAS[1]));
        Tensor mean = Tensors.multiply(first, 1 / (1 - Math.pow(BETAS[0], count)));
        Tensor square = Tensors.multiply(second, 1 / (1 - Math.pow(BETAS[1], count)));
        parameter.sub_(Tensors.multiply(mean.div(Tensors.add(square.sqrt(), 1e-8)), rate));
        parameter.mutable_grad().reset();
    }

    private static double rate(int step) {
        int t = Math.max(0, step - 1);
        return t < WARM_UP
                ? WARM + t * (BASE - WARM) / WARM_UP
                : LEAST + (BASE - LEAST) * (1 + Math.cos(Math.PI * t / STEPS)) / 2;
    }
}
