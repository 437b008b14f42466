package io.bandpass.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bandpass.checkpoint.Safetensors;
import io.bandpass.checkpoint.TensorFile;
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
