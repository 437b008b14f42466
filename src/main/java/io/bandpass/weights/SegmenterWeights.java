package io.bandpass.weights;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.SegmenterDescription;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.segment.Segmenter;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A segmentation model loaded from a file.
 *
 * @param data how its training images were read and normalised
 */
public record SegmenterWeights(Path file, DataConfig data, Segmenter segmenter, SegmenterDescription description)
        implements AutoCloseable {
    private static final String CLASSIFYING = "decode_head.conv_seg.weight";

    private static final String WIDEST = "decode_head.fpn_bottleneck.conv.weight";
    private static final String AUXILIARY = "auxiliary_head.convs.0.conv.weight";

    /**
     * Writes the model of a run.
     *
     * @param state its tensors: the encoder by timm's names, neck and heads by mmsegmentation's
     * @param trained metadata of the images that it was trained on
     */
    public static void write(
            Path file,
            Map<String, Tensor> state,
            SegmentationConfig config,
            LabelClasses classes,
            String recipe,
            long step,
            Map<String, String> trained)
            throws IOException {
        Map<String, String> metadata = WeightsMetadata.ofRun(WeightsMetadata.SEGMENTER, config, recipe, step);
        metadata.putAll(trained);
        describe(
                metadata,
                new SegmenterDescription(
                        config.head(), classes, config.validate().cropping(config.imageSize())));
        Safetensors.writeWhole(file, state, metadata);
    }

    /**
     * Writes an imported model.
     *
     * @param names how the other program names its tensors, for an export to it
     */
    public static void writeImported(
            Path file,
            Map<String, Tensor> state,
            EncoderConfig encoder,
            WeightsOrigin origin,
            SegmenterDescription description,
            String names)
            throws IOException {
        Map<String, String> metadata =
                WeightsMetadata.of(WeightsMetadata.SEGMENTER, encoder, origin, WeightsMetadata.IMPORT);
        describe(metadata, description);
        metadata.put(WeightsMetadata.NAMES, names);
        Safetensors.writeWhole(file, state, metadata);
    }

    private static void describe(Map<String, String> metadata, SegmenterDescription description) {
        metadata.put(WeightsMetadata.HEAD, ConfigBuilder.toYaml(description.head()));
        metadata.put(WeightsMetadata.LABEL_CLASSES, ConfigBuilder.toYaml(description.classes()));
        metadata.put(WeightsMetadata.VALIDATE, ConfigBuilder.toYaml(description.validate()));
    }

    /**
     * Opens a segmentation model on the CPU, in evaluation mode.
     *
     * @param weights a file or its folder
     */
    public static SegmenterWeights open(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.ofSegmenter(weights)) {
            EncoderConfig encoder = file.description().encoder();
            if (!file.isSegmenter()) {
                throw new WeightsException(
                        file.path() + " holds no segmentation model; make one of it with bandpass segment");
            }
            SegmenterDescription description = file.segmenter();
            try (TensorFile tensors = file.read()) {
                checkHeads(tensors, encoder, description);
                Segmenter segmenter = file.described(() -> new Segmenter(
                        encoder, description.head(), description.classes().size(), 0));
                try {
                    WeightsLoader.loadAll(NamedTensor.byName(segmenter.state()), tensors);
                    segmenter.setTraining(false);
                    return new SegmenterWeights(file.path(), file.origin().data(), segmenter, description);
                } catch (IOException | RuntimeException e) {
                    segmenter.close();
                    throw e;
                }
            }
        }
    }

    /**
     * Returns the number of classes of a segmentation model's head.
     *
     * @throws WeightsException if there is no such head
     */
    public static int classes(TensorFile tensors) {
        long[] shape = Tensors.shape(tensors.get(CLASSIFYING));
        if (shape.length != 4 || shape[0] < 1 || shape[0] > LabelClasses.MOST) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: its head %s has the shape %s, where (classes, width, 1, 1) is expected with at most %d classes",
                    tensors.source(),
                    CLASSIFYING,
                    Arrays.toString(shape),
                    LabelClasses.MOST));
        }
        return (int) shape[0];
    }

    /**
     * Checks the shapes of the largest tensors before the heads are created, so that a file cannot make us allocate
     * more memory than it has bytes for.
     */
    private static void checkHeads(TensorFile tensors, EncoderConfig encoder, SegmenterDescription description) {
        long width = description.head().widthFor(encoder);
        check(tensors, CLASSIFYING, description.classes().size(), width, 1, 1);
        check(tensors, WIDEST, width, 4 * width, 3, 3);
        if (description.head().hasAuxiliary()) {
            long[] shape = Tensors.shape(tensors.get(AUXILIARY));
            long inputs = shape.length > 1 ? shape[1] : 0;
            check(tensors, AUXILIARY, description.head().auxiliaryWidth(), inputs, 3, 3);
        }
    }

    private static void check(TensorFile tensors, String name, long... expected) {
        long[] shape = Tensors.shape(tensors.get(name));
        if (!Arrays.equals(shape, expected)) {
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s: by its metadata the tensor %s has the shape %s, but it has %s",
                    tensors.source(),
                    name,
                    Arrays.toString(expected),
                    Arrays.toString(shape)));
        }
    }

    /**
     * Loads weights of any kind into a segmentation model that is to be trained: the encoder, with position tables
     * interpolated if the image size differs, and neck and heads if the weights have them.
     *
     * @param keepClasses whether to load the classifying convolutions of a segmentation model
     * @return a report of the loaded tensors
     */
    public static WeightsLoader.Report load(Segmenter segmenter, WeightsFile file, boolean keepClasses)
            throws IOException {
        String source = file.path().toString();
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = file.read()) {
            Map<String, Tensor> values = file.withoutPrefix(tensors);
            if (!file.isSegmenter()) {
                values.keySet().removeIf(file::isHead);
            }
            Map<String, Tensor> encoder = NamedTensor.byName(segmenter.encoder().state());
            Map<String, Tensor> encoderValues = new LinkedHashMap<>(values);
            encoderValues.keySet().retainAll(encoder.keySet());
            WeightsLoader.load(source, encoder, PositionTables.resized(encoderValues, segmenter.encoder()), false);
            Map<String, Tensor> heads = NamedTensor.byName(segmenter.state());
            heads.keySet().removeAll(encoder.keySet());
            Map<String, Tensor> fitting = new LinkedHashMap<>(values);
            fitting.keySet().retainAll(heads.keySet());
            if (!keepClasses) {
                fitting.keySet().removeIf(name -> name.contains(".conv_seg."));
            }
            WeightsLoader.Report loaded = WeightsLoader.load(source, heads, fitting, true);
            List<String> unused = new ArrayList<>(values.keySet());
            unused.removeAll(encoder.keySet());
            unused.removeAll(heads.keySet());
            return new WeightsLoader.Report(source, encoder.size() + loaded.loaded(), loaded.missing(), unused);
        }
    }

    @Override
    public void close() {
        segmenter.close();
    }
}
