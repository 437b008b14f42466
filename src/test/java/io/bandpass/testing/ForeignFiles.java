package io.bandpass.testing;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** The small weights of src/test/resources/weights, and golden states as the files of another program. */
public final class ForeignFiles {
    private ForeignFiles() {}

    /** Where a stored file lies. */
    public static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(ForeignFiles.class.getResource("/weights/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What timm's models answer. */
    public static TensorFile expected() {
        try {
            return Safetensors.read(path("expected.safetensors"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the tensors of a golden file with this prefix, without it. */
    public static Path write(Path file, TensorFile golden, String prefix) throws IOException {
        Map<String, Tensor> state = new LinkedHashMap<>();
        golden.names().stream()
                .filter(name -> name.startsWith(prefix))
                .forEach(name -> state.put(name.substring(prefix.length()), golden.get(name)));
        Safetensors.write(file, state, Map.of());
        return file;
    }
}
