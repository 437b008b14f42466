package io.bandpass.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {
    private record Measured(double loss, float norm, Double boxed, double[] all, List<Double> list) {}

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @Test
    void whatIsNotFiniteIsNullInRecordsArraysAndLists() throws IOException {
        Measured measured = new Measured(
                Double.NaN,
                Float.NEGATIVE_INFINITY,
                INFINITE,
                new double[] {1.5, Double.NaN},
                List.of(Double.NaN, 2.0, -INFINITE));
        assertThat(Json.line(measured))
                .isEqualTo("{\"loss\":null,\"norm\":null,\"boxed\":null,\"all\":[1.5,null],\"list\":[null,2.0,null]}");
    }

    @Test
    void whatIsNotFiniteIsNullInTreesAndMaps() throws IOException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("a", Double.NaN).put("b", Float.POSITIVE_INFINITY).put("c", 0.1);
        tree.putArray("d").add(INFINITE);
        assertThat(Json.line(tree)).isEqualTo("{\"a\":null,\"b\":null,\"c\":0.1,\"d\":[null]}");

        Map<String, Object> map = new LinkedHashMap<>();
        map.put("inner", Map.of("x", Double.NaN));
        map.put("text", "NaN");
        assertThat(new ObjectMapper().readTree(Json.pretty(map)))
                .isEqualTo(new ObjectMapper().readTree("{\"inner\":{\"x\":null},\"text\":\"NaN\"}"));
        assertThat(Json.pretty(map)).endsWith("}\n");
    }

    @Test
    void nullAndTheTextsOfOlderFilesAreNoNumbers() throws IOException {
        ObjectNode row = (ObjectNode) new ObjectMapper()
                .readTree("{\"a\":null,\"b\":\"NaN\",\"c\":\"-Infinity\",\"d\":\"x\",\"e\":0,\"f\":-2.5}");
        for (String name : List.of("a", "b", "c", "d", "not there")) {
            assertThat(Json.finite(row.path(name))).as(name).isEmpty();
        }
        assertThat(Json.finite(row.path("e"))).hasValue(0);
        assertThat(Json.finite(row.path("f"))).hasValue(-2.5);
    }
}
