package io.bandpass.robustness;

import io.bandpass.corrupt.CorruptionScale;
import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.data.Workers;
import io.bandpass.image.RgbBytes;
import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Accuracy on corrupted images, which are corrupted in memory after the preprocessing of the model.
 *
 * @param level severity, 1 to 5
 * @param frost what the pictures of frost are, for the reuse of kept parts
 */
record CorruptionPart(ImageLoop loop, NamedCorruption corruption, int level, long seed, String frost) implements Part {
    @Override
    public String name() {
        return corruption.name() + " " + level;
    }

    @Override
    public String key() {
        return seed + " " + (corruption.name().equals("frost") ? frost : "");
    }

    @Override
    public EvaluatedImages images() {
        return loop.images();
    }

    @Override
    public double passes() {
        return 1;
    }

    @Override
    public List<Measurement> measure(EvaluatedClassifier model, Watch watch) throws IOException {
        try (Workers workers = new Workers(OptionalInt.empty(), () -> {})) {
            return List.of(loop.measure(
                    model,
                    new Condition.Corruption(corruption.name(), level, benchmark(model)),
                    false,
                    watch,
                    (bytes, labels, keys) -> model.unit(corrupted(bytes, keys, workers))));
        }
    }

    private static String benchmark(EvaluatedClassifier model) {
        return CorruptionScale.of(model.imageSize(), model.imageSize()).benchmark();
    }

    private Tensor corrupted(Tensor bytes, int[] keys, Workers workers) {
        List<RgbBytes> images = IntStream.range(0, keys.length)
                .mapToObj(i -> {
                    try (PointerScope scope = new PointerScope()) {
                        return RgbBytes.of(bytes.select(0, i));
                    }
                })
                .toList();
        List<Integer> positions = IntStream.range(0, keys.length).boxed().toList();
        List<RgbBytes> changed = workers.map(positions, i -> corruption.apply(images.get(i), level, seed, keys[i]));
        return Tensors.scoped(() -> {
            TensorVector rows = new TensorVector();
            changed.forEach(image -> rows.push_back(image.tensor()));
            return torch.stack(rows).contiguous();
        });
    }
}
