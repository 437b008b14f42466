package io.bandpass.testing;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The files of {@code replay} for the golden vit_tiny A and its one batch, again and again. */
public final class GoldenSteps {
    /** Everything but schedule and length. */
    public static final String RECIPE = """
            encoder: {type: vit, image-size: 32, patch-size: 4, width: 64, depth: 2, heads: 4}
            mask: {radius: 4}
            optimizer: {learning-rate: 1.2e-3}
            """;

    private GoldenSteps() {}

    /** The state that the authors' golden steps begin with, under their names. */
    public static Map<String, Tensor> state(TensorFile vitTiny) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        vitTiny.names().stream()
                .filter(name -> name.startsWith("a_state."))
                .forEach(name -> state.put(name.substring("a_state.".length()), vitTiny.get(name)));
        return state;
    }

    /** The golden batch for each step: the first image low-pass, the second high-pass. */
    public static Path batches(Path file, int steps) throws IOException {
        return batches(file, steps, "is_low", 1, 0);
    }

    /**
     * The golden images for each step, of epoch 0.
     *
     * @param name of what says how they are corrupted
     * @param numbers one for each image
     */
    public static Path batches(Path file, int steps, String name, long... numbers) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            TensorVector images = new TensorVector();
            TensorVector rows = new TensorVector();
            Tensor each = Tensors.ofLongs(numbers, numbers.length).to(ScalarType.Byte);
            for (int i = 0; i < steps; i++) {
                images.push_back(golden.get("img_u8"));
                rows.push_back(each);
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("images_u8", torch.stack(images));
            tensors.put(name, torch.stack(rows));
            tensors.put("epoch", Tensors.ofLongs(new long[steps], steps));
            Safetensors.write(file, tensors, Map.of());
        }
        return file;
    }
}
