package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.EncoderConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models with each encoder of the study, against the authors' program: features, images, loss and gradients. */
final class EncoderParityTest {
    private static final boolean[] LOW_THEN_HIGH = {true, false};
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] STD = {0.229, 0.224, 0.225};

    /**
     * A golden model.
     *
     * @param prefix of its tensors in the file
     * @param groups the entry of schedule.json that lists its parameters with and without weight decay; empty if there is none
     */
    private record Case(EncoderConfig encoder, double radius, String file, String prefix, String groups) {
        @Override
        public String toString() {
            return file + " " + prefix;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(Configs.vitTiny("per-block", true, 0.1), 4, "vit_tiny", "b_", "vit_b"),
                new Case(Configs.vitTiny("shared", false, 0), 4, "vit_tiny", "c_", "vit_c_shared_rpb"),
                new Case(Configs.swinA(), 8, "swin", "a_", ""),
                new Case(Configs.swinB(), 8, "swin", "b_", "swin_b"));
    }

    static Stream<Case> casesWithGroups() {
        return cases().filter(golden -> !golden.groups().isEmpty());
    }

    private static MaskedFrequencyModel model(Case golden) {
        return new MaskedFrequencyModel(Configs.run(golden.encoder(), golden.radius()), Compute.cpu());
    }

    /** The one place that knows how a task is asked for its loss. */
    private static Tensor loss(MaskedFrequencyModel model, Tensor images) {
        PretextTask.MicroBatch part = model.microBatch(images, LOW_THEN_HIGH);
        return part.loss(PretextTask.BatchTotals.of(List.of(part)), new StepTimer());
    }

    /** The one place that knows how a task is asked for its images: the prediction in [0, 1]. */
    private static Tensor prediction(MaskedFrequencyModel model, Tensor images) {
        PretextTask.MicroBatch part = model.microBatch(images, LOW_THEN_HIGH);
        return part.reconstruct(PretextTask.BatchTotals.of(List.of(part))).prediction();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void featuresAndImagesEqualTheAuthors(Case golden) {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors(golden.file());
                MaskedFrequencyModel model = model(golden);
                NoGradGuard guard = new NoGradGuard()) {
            GoldenState.load(model.state(), file, golden.prefix() + "state.");
            model.setTraining(false);
            Tensor features = model.encoder().forward(file.get(golden.prefix() + "encoder_input"));
            assertThat(Golden.largestDifference(features, file.get(golden.prefix() + "encoder_out")))
                    .isLessThan(5e-6);
            // The golden images are normalised; ours are in [0, 1], which only scales them.
            Tensor images = prediction(model, file.get("img_u8"));
            Tensor expected = file.get(golden.prefix() + "recon");
            for (int channel = 0; channel < 3; channel++) {
                Tensor unit = Tensors.add(Tensors.multiply(expected.select(1, channel), STD[channel]), MEAN[channel]);
                assertThat(Golden.largestDifference(images.select(1, channel), unit))
                        .isLessThan(5e-6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradientsEqualTheAuthors(Case golden) {
        try (PointerScope scope = new PointerScope();
                TensorFile file = Golden.tensors(golden.file());
                MaskedFrequencyModel model = model(golden)) {
            GoldenState.load(model.state(), file, golden.prefix() + "state.");
            Tensor loss = loss(model, file.get("img_u8"));
            double expected = file.get(golden.prefix() + "loss").item_double();
            assertThat(loss.item_double()).isCloseTo(expected, within(1e-5 * expected));
            loss.backward();
            Set<String> checked = new TreeSet<>();
            for (Parameter parameter : model.parameters()) {
                String name = golden.prefix() + "grad." + GoldenState.authorsName(parameter.name());
                Tensor gradient = file.find(name);
                if (gradient != null) {
                    assertThat(Golden.largestDifference(parameter.tensor().grad(), gradient))
                            .as(parameter.name())
                            .isLessThan(1e-5 * Golden.largest(gradient));
                    checked.add(name);
                }
            }
            assertThat(checked)
                    .containsExactlyElementsOf(file.names().stream()
                            .filter(name -> name.startsWith(golden.prefix() + "grad."))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** But for relative-position tables, which the authors decay by mistake (method.md section 9). */
    @ParameterizedTest
    @MethodSource("casesWithGroups")
    void weightDecayGroupsEqualTheAuthorsButForTables(Case golden) {
        JsonNode lists = Golden.json("schedule").get("no_decay_pretrain_" + golden.groups());
        try (MaskedFrequencyModel model = model(golden)) {
            Set<String> expected = names(lists.get("no_decay"));
            // The golden list is of a model with q_bias and v_bias, whatever the case.
            if (golden.encoder().equals(Configs.vitTiny("shared", false, 0))) {
                expected.removeIf(name -> name.endsWith("q_bias") || name.endsWith("v_bias"));
            }
            names(lists.get("decay")).stream()
                    .filter(name -> name.endsWith("relative_position_bias_table"))
                    .forEach(expected::add);
            List<String> free = new ArrayList<>();
            for (Parameter parameter : model.parameters()) {
                if (!parameter.decay()) {
                    free.add(GoldenState.authorsName(parameter.name()));
                }
            }
            assertThat(free).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new TreeSet<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }
}
