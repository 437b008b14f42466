package io.bandpass.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What a run left, without what differs from one run to the next: times. */
public final class RunFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunFiles() {}

    /** The rows of metrics.jsonl, without rates and waiting. */
    public static List<JsonNode> metrics(Path run) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            ObjectNode row = (ObjectNode) JSON.readTree(line);
            row.remove(List.of("images_per_second", "data_wait"));
            rows.add(row);
        }
        return rows;
    }

    /** By what two runs that should be alike may differ: their BLAS, and the first row of their metrics that differs. */
    public static String difference(Path one, Path other) throws IOException {
        List<JsonNode> rows = metrics(one);
        List<JsonNode> others = metrics(other);
        int row = 0;
        while (row < Math.min(rows.size(), others.size()) && rows.get(row).equals(others.get(row))) {
            row++;
        }
        return "BLAS " + blas(one) + " and " + blas(other) + "; first row that differs: " + at(rows, row) + " and "
                + at(others, row);
    }

    private static String blas(Path run) throws IOException {
        return JSON.readTree(Files.readString(run.resolve("environment.json")))
                .path("blas")
                .asText();
    }

    private static String at(List<JsonNode> rows, int row) {
        return row < rows.size() ? rows.get(row).toString() : "none";
    }

    /** Every weight of the model by its name. */
    public static Map<String, List<Double>> weights(Path run) throws IOException {
        Map<String, List<Double>> weights = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                TensorFile file = Safetensors.read(run.resolve("weights/full.safetensors"))) {
            for (String name : file.names()) {
                double[] values = Tensors.toDoubles(file.get(name).to(ScalarType.Double));
                weights.put(name, Arrays.stream(values).boxed().toList());
            }
        }
        return weights;
    }
}
