package io.bandpass.interop;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.EncoderWeights;
import io.bandpass.weights.ModelWeights;
import io.bandpass.weights.PlausibleSize;
import io.bandpass.weights.PositionTables;
import io.bandpass.weights.WeightsMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Imports weights of other programs: PyTorch files and safetensors of the method's authors, timm, torchvision, MAE,
 * SimMIM and mmsegmentation. Renaming and the inference of the geometry are described in docs/weights.md.
 */
public final class WeightsImport {
    /**
     * Imported weights.
     *
     * @param files weights files that every command accepts
     * @param lines human-readable geometry, assumptions, and table of loaded tensors
     */
    public record Imported(List<Path> files, List<String> lines) {}

    private static final String NORM = "norm.";
    private static final String DECODER_POSITIONS = "decoder.pos_embed";

    private final Path file;
    private final ImportFolder folder;
    private final List<String> settings = new ArrayList<>();
    private OptionalInt imageSize = OptionalInt.empty();
    private OptionalInt heads = OptionalInt.empty();
    private boolean partial;
    private boolean overwrite;

    private WeightsImport(Path file, Path out) {
        this.file = file;
        folder = new ImportFolder(out);
    }

    /** Creates an import of a file into a folder. */
    public static WeightsImport of(Path file, Path out) {
        return new WeightsImport(file, out);
    }

    /** Sets the image size in pixels of the encoder; positions are interpolated if it differs from the file's. */
    public WeightsImport imageSize(int pixels) {
        imageSize = OptionalInt.of(pixels);
        return this;
    }

    /** Sets the attention heads of a ViT, which no tensor shows. */
    public WeightsImport heads(int count) {
        heads = OptionalInt.of(count);
        return this;
    }

    /** Sets any key of the configuration, {@code section.key=value}. */
    public WeightsImport set(String setting) {
        settings.add(setting);
        return this;
    }

    /** Allows missing tensors, which keep their initial values, and skips unexpected ones. */
    public WeightsImport partial(boolean allowed) {
        partial = allowed;
        return this;
    }

    /** Allows a folder that is not empty, whose weights are overwritten. */
    public WeightsImport overwrite(boolean allowed) {
        overwrite = allowed;
        return this;
    }

    /**
     * Reads, checks and writes the weights.
     *
     * @throws BandpassException if the file is invalid, of no known kind, or inconsistent
     */
    public Imported run() throws IOException {
        checkPositive("`image-size`", imageSize);
        checkPositive("`heads`", heads);
        folder.check(overwrite);
        Engine.start(Engine.physicalCores());
        try (PointerScope scope = new PointerScope();
                CheckpointWeights checkpoint = CheckpointWeights.read(file)) {
            return take(checkpoint);
        }
    }

    private static void checkPositive(String flag, OptionalInt value) {
        if (value.isPresent() && value.getAsInt() < 1) {
            throw new ConfigException(flag + " is " + value.getAsInt() + ", but must be a whole number above 0");
        }
    }

    private ImportFlags flags() {
        return new ImportFlags(imageSize, heads, List.copyOf(settings), partial);
    }

    private Imported take(CheckpointWeights checkpoint) throws IOException {
        String source = file.toString();
        if (WeightsMetadata.isOurs(checkpoint.tensors().metadata())) {
            throw new WeightsException(source + " is a weights file of Bandpass already; name it with `weights`");
        }
        Optional<SegmenterParts> segmenter = SegmenterParts.of(checkpoint.tensors());
        if (segmenter.isPresent()) {
            return new SegmenterImport(file, folder, flags()).take(checkpoint, segmenter.get());
        }
        CheckpointNaming.Parts parts = CheckpointNaming.map(checkpoint.tensors());
        CheckpointGeometry geometry = CheckpointGeometry.of(
                source,
                parts,
                checkpoint.settings(),
                flags().asked(CheckpointGeometry.USUAL_IMAGE_SIZE),
                PositionTables::areSinCos);
        List<String> notices = new ArrayList<>(parts.notices());
        notices.addAll(geometry.notices());
        notices.addAll(checkpoint.passedOverLines());
        if (mayRotate(checkpoint, geometry)) {
            notices.add("q and v have biases of their own and there are no relative positions, as in EVA: whether its"
                    + " queries and keys are rotated (RoPE) no tensor shows, and that they are not is assumed");
        }
        CheckpointRecipe recipe = new CheckpointRecipe(source, parts, geometry, checkpoint.settings(), notices);
        PretrainingConfig config = build(recipe, geometry);
        PlausibleSize.check(file, Files.size(file), config.encoder());
        if (parts.decoder().isEmpty() || !recipe.decoderFits()) {
            return writeEncoder(checkpoint, parts, geometry, config, notices);
        }
        PlausibleSize.check(file, Files.size(file), config);
        try (PretextTask model = PretextTasks.create(config, Compute.cpu())) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            fitted(parts, geometry, model.encoder(), notices)
                    .forEach((name, tensor) -> values.put("encoder." + name, tensor));
            values.putAll(parts.decoder());
            // Fixed, and computed for the model's image size.
            values.computeIfPresent(DECODER_POSITIONS, (name, stored) -> positions(model, stored));
            // No known model has a head beside a decoder: it counts as unexpected.
            values.putAll(parts.head());
            Map<String, Tensor> state = NamedTensor.byName(model.state());
            if (partial) {
                TreeSet<String> unexpected = new TreeSet<>(parts.encoder().keySet());
                unexpected.removeAll(NamedTensor.byName(model.encoder().state()).keySet());
                CheckpointSigns.refuseInside(source, parts.family(), unexpected);
            }
            WeightsLoader.Report report = WeightsLoader.load(source, state, values, partial);
            EncoderWeights.writeImported(
                    folder.encoder(),
                    NamedTensor.byName(model.encoder().state()),
                    Map.of(),
                    HeadNorm.AFTER_MEAN,
                    config);
            folder.removeAllBut(folder.encoder());
            ModelWeights.writeImported(folder.full(), state, config);
            return new Imported(
                    List.of(folder.encoder(), folder.full()),
                    lines(checkpoint, parts.head(), parts.ignored(), config, notices, report));
        }
    }

    /** Builds the configuration. Without any flags, an invalid one is the file's fault. */
    private PretrainingConfig build(CheckpointRecipe recipe, CheckpointGeometry geometry) {
        try {
            return recipe.build(imageSize.orElse(geometry.imageSize()), settings);
        } catch (ConfigException e) {
            if (flags().areEmpty() && !String.valueOf(e.getMessage()).contains("`")) {
                throw new WeightsException(file + " holds no encoder that can be made: " + e.getMessage());
            }
            throw e;
        }
    }

    private static boolean mayRotate(CheckpointWeights checkpoint, CheckpointGeometry geometry) {
        return checkpoint.settings().isEmpty()
                && "vit".equals(geometry.settings().get("type"))
                && !geometry.settings().containsKey("relative-position")
                && checkpoint.tensors().names().stream().anyMatch(name -> name.endsWith(".attn.q_bias"));
    }

    private Imported writeEncoder(
            CheckpointWeights checkpoint,
            CheckpointNaming.Parts parts,
            CheckpointGeometry geometry,
            PretrainingConfig config,
            List<String> notices)
            throws IOException {
        try (Encoder encoder = Encoders.create(config.encoder(), config.train().seed())) {
            CheckpointHead head = CheckpointHead.of(parts, encoder.width());
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (NamedTensor entry : encoder.state()) {
                // A ViT that was fine-tuned on the mean of its patches has a norm after the mean and no final one.
                if (!head.poolsBeforeNorm() || !entry.name().startsWith(NORM)) {
                    state.put(entry.name(), entry.tensor());
                }
            }
            Map<String, Tensor> values = new LinkedHashMap<>(fitted(parts, geometry, encoder, notices));
            values.putAll(head.leftOver());
            refuseUnlessPartial(parts, state, values);
            WeightsLoader.checkNumbers(file.toString(), head.taken());
            WeightsLoader.Report report = WeightsLoader.load(file.toString(), state, values, partial);
            EncoderWeights.writeImported(
                    folder.encoder(),
                    state,
                    PositionTables.floats(head.taken()),
                    parts.normBeforeMean() ? HeadNorm.BEFORE_MEAN : HeadNorm.AFTER_MEAN,
                    config);
            folder.removeAllBut(folder.encoder());
            Map<String, String> leftOut = new TreeMap<>(parts.ignored());
            parts.decoder().keySet().forEach(name -> leftOut.put(name, "a decoder that is none of ours"));
            return new Imported(
                    List.of(folder.encoder()), lines(checkpoint, head.taken(), leftOut, config, notices, report));
        }
    }

    /** Rejects unexpected tensors: a projection head may be skipped, but never a part of another encoder. */
    private void refuseUnlessPartial(
            CheckpointNaming.Parts parts, Map<String, Tensor> state, Map<String, Tensor> values) {
        TreeSet<String> unexpected = new TreeSet<>(values.keySet());
        unexpected.removeAll(state.keySet());
        if (partial) {
            CheckpointSigns.refuseInside(file.toString(), parts.family(), unexpected);
        } else if (!unexpected.isEmpty() && values.keySet().containsAll(state.keySet())) {
            CheckpointSigns.refuseInside(file.toString(), parts.family(), unexpected);
            boolean one = unexpected.size() == 1;
            throw new WeightsException(String.format(
                    Locale.ROOT,
                    "%s holds all of its encoder and %d %s more that %s no linear classifier of it, first %s: `partial` takes the encoder and leaves %s out",
                    file,
                    unexpected.size(),
                    one ? "tensor" : "tensors",
                    one ? "makes" : "make",
                    WeightsLoader.shown(unexpected.first()),
                    one ? "it" : "them"));
        }
    }

    private static Tensor positions(PretextTask model, Tensor stored) {
        return model.buffers().stream()
                .filter(buffer -> buffer.name().equals(DECODER_POSITIONS))
                .map(NamedTensor::tensor)
                .findFirst()
                .orElse(stored);
    }

    /** Returns the encoder's tensors, with positions for the requested image size. */
    static Map<String, Tensor> fitted(
            CheckpointNaming.Parts parts, CheckpointGeometry geometry, Encoder encoder, List<String> notices) {
        int size = encoder.config().imageSize();
        if (size == geometry.imageSize()) {
            return parts.encoder();
        }
        Map<String, Tensor> resized = PositionTables.resized(parts.encoder(), encoder);
        long count = parts.encoder().entrySet().stream()
                .filter(entry -> !Arrays.equals(
                        Tensors.shape(entry.getValue()),
                        Tensors.shape(resized.getOrDefault(entry.getKey(), entry.getValue()))))
                .count();
        notices.add("made for images of " + size + " px instead of " + geometry.imageSize() + ": " + count
                + " tables of positions were interpolated");
        return resized;
    }

    private static List<String> lines(
            CheckpointWeights checkpoint,
            Map<String, Tensor> head,
            Map<String, String> leftOut,
            PretrainingConfig config,
            List<String> notices,
            WeightsLoader.Report report) {
        List<String> lines = ImportLines.of(checkpoint, config.encoder(), notices, report, leftOut);
        if (!head.isEmpty()) {
            lines.add("  of the classifier: " + String.join(", ", new TreeSet<>(head.keySet())));
        }
        return lines;
    }
}
