package io.bandpass.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Writes nothing. */
final class NoFeatures extends FeatureFile {
    NoFeatures() {
        super(Path.of(""));
    }

    @Override
    public void append(Tensor features, List<String> names) {}

    @Override
    public void finish(Map<String, String> metadata) {}

    @Override
    public void close() {}
}
