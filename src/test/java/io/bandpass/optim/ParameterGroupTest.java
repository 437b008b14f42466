package io.bandpass.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.ScheduleConfig;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Golden;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Layer decay as in the authors' fine-tuning of a ViT of depth 4. */
final class ParameterGroupTest {
    private static final JsonNode GOLDEN = Golden.json("schedule").get("finetune_layer_decay");

    /** The encoder without the final norm that fine-tuning drops, and a classifier behind it. */
    private static List<Parameter> classifier(Encoder encoder) {
        List<Parameter> parameters = new ArrayList<>(encoder.parameters());
        parameters.removeIf(parameter -> parameter.name().startsWith("norm."));
        for (String name : List.of("fc_norm.weight", "fc_norm.bias", "head.weight", "head.bias")) {
            long[] shape = name.equals("head.weight") ? new long[] {1, 1} : new long[] {1};
            parameters.add(Gradients.parameter(name, shape.length > 1, encoder.depth(), new float[] {0}, shape));
        }
        return parameters;
    }

    private static Encoder encoder() {
        return Encoders.create(
                new VisionTransformerConfig(32, 4, 64, 4, 4, 4, VisionTransformerConfig.Positions.LEARNED, true, 0, 0),
                1);
    }

    /** In our names, where one bias stands for those of q and v. */
    private static Set<String> names(JsonNode group) {
        Set<String> names = new LinkedHashSet<>();
        group.get("params").forEach(name -> names.add(name.asText().replaceAll("[qv]_bias", "qkv.bias")));
        return names;
    }

    @Test
    void groupsAndTheirScalesAreTheAuthors() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder()) {
            List<ParameterGroup> groups = ParameterGroup.of(classifier(encoder), 0.8);
            JsonNode expected = GOLDEN.get("groups");
            assertThat(groups).hasSize(12).hasSameSizeAs(expected);
            for (int i = 0; i < groups.size(); i++) {
                ParameterGroup group = groups.get(i);
                JsonNode theirs = expected.get(i);
                assertThat(group.parameters().stream().map(Parameter::name))
                        .as("group %d", i)
                        .containsExactlyInAnyOrderElementsOf(names(theirs));
                assertThat(group.scale()).isEqualTo(theirs.get("lr_scale").asDouble());
                assertThat(group.decay()).isEqualTo(theirs.get("weight_decay").asDouble() > 0);
            }
        }
    }

    @Test
    void theScaleOfEachParameterIsTheAuthors() {
        TreeMap<String, Double> expected = new TreeMap<>();
        GOLDEN.get("scale_by_param")
                .properties()
                .forEach(entry -> expected.put(
                        entry.getKey().replaceAll("[qv]_bias", "qkv.bias"),
                        entry.getValue().asDouble()));
        TreeMap<String, Double> found = new TreeMap<>();
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder()) {
            for (ParameterGroup group : ParameterGroup.of(classifier(encoder), 0.8)) {
                group.parameters().forEach(parameter -> found.put(parameter.name(), group.scale()));
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void theRatesOfEachGroupAtEachStepAreTheAuthorsToTheBit() {
        JsonNode config = GOLDEN.get("config");
        LearningRateSchedule schedule = new LearningRateSchedule(
                new ScheduleConfig(
                        ScheduleConfig.Type.COSINE,
                        10,
                        config.get("scaled_warmup").asDouble(),
                        config.get("scaled_min").asDouble(),
                        1,
                        List.of(),
                        0.1),
                config.get("scaled_base").asDouble(),
                1,
                50);
        JsonNode rates = GOLDEN.get("lr_used_at_step_per_group");
        assertThat(rates).hasSize(50);
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder()) {
            List<ParameterGroup> groups = ParameterGroup.of(classifier(encoder), 0.8);
            for (int step = 0; step < rates.size(); step++) {
                for (int i = 0; i < groups.size(); i++) {
                    assertThat(schedule.at(step).applyAsDouble(groups.get(i).scale()))
                            .as("step %d, group %d", step, i)
                            .isEqualTo(rates.get(step).get(i).asDouble());
                }
            }
        }
    }

    /** Segmentation after BEiT: layer 0 has positions and patches, then come the blocks, then pyramid and heads. */
    @Test
    void scalesOfTwelveAndTwentyFourBlocksAreThoseOfSegmentation() {
        JsonNode golden = Golden.json("segmentation_training").get("layer_decay");
        assertThat(golden.size()).isEqualTo(6);
        try (PointerScope scope = new PointerScope()) {
            golden.properties().forEach(entry -> {
                String[] words = entry.getKey().split("depth|_decay", -1);
                int top = Integer.parseInt(words[1]) + 1;
                List<Parameter> parameters = IntStream.rangeClosed(0, top)
                        .mapToObj(layer ->
                                Gradients.parameter("layer" + layer, true, layer, new float[] {0}, new long[] {1, 1}))
                        .toList();
                List<Double> scales = ParameterGroup.of(parameters, Double.parseDouble(words[2])).stream()
                        .map(ParameterGroup::scale)
                        .toList();
                assertThat(scales).as(entry.getKey()).hasSize(top + 1).hasSameSizeAs(entry.getValue());
                for (int layer = 0; layer <= top; layer++) {
                    assertThat(scales.get(layer))
                            .isCloseTo(entry.getValue().get(layer).asDouble(), within(1e-15));
                }
            });
        }
    }

    @Test
    void withoutLayerDecayThereAreTwoGroupsAtTheBaseRate() {
        try (PointerScope scope = new PointerScope();
                Encoder encoder = encoder()) {
            List<Parameter> parameters = classifier(encoder);
            List<ParameterGroup> groups = ParameterGroup.of(parameters, 1);
            assertThat(groups).extracting(ParameterGroup::decay).containsExactlyInAnyOrder(true, false);
            assertThat(groups).extracting(ParameterGroup::scale).containsOnly(1.0);
            assertThat(groups.stream()
                            .mapToInt(group -> group.parameters().size())
                            .sum())
                    .isEqualTo(parameters.size());
        }
    }
}
