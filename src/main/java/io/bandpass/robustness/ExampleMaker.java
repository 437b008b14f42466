package io.bandpass.robustness;

import io.bandpass.image.JpegCodec;
import io.bandpass.image.PngCodec;
import io.bandpass.image.RgbBytes;
import io.bandpass.report.Pixels;
import io.bandpass.report.RobustnessExample;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes pictures of some images of a part: evenly spread over all, and so neither chosen by what becomes of them nor all
 * of one class. They are for the page only, so that large ones are JPEGs.
 */
final class ExampleMaker {
    /** JPEG spoils what is so small that it is shown enlarged. */
    private static final int LARGEST_PNG = 64;

    private static final int JPEG_QUALITY = 85;

    private final int count;
    private final List<RobustnessExample> examples = new ArrayList<>();

    /**
     * Begins a part.
     *
     * @param count number of examples
     */
    ExampleMaker(int count) {
        this.count = count;
    }

    /** Takes a batch. Batches come in the order of the images. */
    void saw(SeenBatch batch) {
        int[] indices = batch.indices();
        for (int row = 0; row < indices.length && examples.size() < count; row++) {
            // Images that cannot be read are passed over in favour of the next.
            if (indices[row] >= (long) examples.size() * batch.source().size() / count) {
                examples.add(example(batch, row));
            }
        }
    }

    List<RobustnessExample> examples() {
        return List.copyOf(examples);
    }

    private static RobustnessExample example(SeenBatch batch, int row) {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = Tensors.to(
                    Tensors.ofLongs(new long[] {row}, 1), batch.images().device());
            Tensor probabilities = batch.logits().apply(rows).softmax(1).squeeze(0); // (S)
            int predicted = Math.toIntExact(
                    probabilities.argmax(new LongOptional(0), false).item_long());
            int label = Math.toIntExact(Tensors.toLongs(batch.labels())[row]);
            Tensor image = batch.images().select(0, row); // (3, H, W)
            Optional<RobustnessExample.Perturbation> perturbation = Optional.empty();
            if (batch.perturbation().isPresent()) {
                perturbation = Optional.of(new RobustnessExample.Perturbation(
                        batch.perturbation().get().factors()[row],
                        picture(batch.perturbation().get().pictures().select(0, row))));
            }
            return new RobustnessExample(
                    batch.source().relativeName(batch.indices()[row]),
                    batch.classes().get(label),
                    batch.classes().get(predicted),
                    Tensors.toFloats(probabilities)[predicted],
                    (int) image.size(2),
                    picture(image),
                    perturbation);
        }
    }

    /** Data URI of an image (3, H, W) in [0, 1]. */
    private static String picture(Tensor image) {
        int height = (int) image.size(1);
        int width = (int) image.size(2);
        if (Math.max(height, width) <= LARGEST_PNG) {
            return uri("image/png", PngCodec.encode(Pixels.image(Tensors.toFloats(image), height, width)));
        }
        Tensor bytes = Tensors.multiply(image.detach().cpu(), 255).round().to(ScalarType.Byte);
        return uri("image/jpeg", JpegCodec.encode(RgbBytes.of(bytes), JPEG_QUALITY));
    }

    private static String uri(String type, byte[] file) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file);
    }
}
