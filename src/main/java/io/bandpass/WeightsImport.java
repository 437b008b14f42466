package io.bandpass;

import io.bandpass.checkpoint.ForeignGeometry;
import io.bandpass.checkpoint.ForeignNames;
import io.bandpass.checkpoint.ForeignWeights;
import io.bandpass.checkpoint.WeightsException;
import io.bandpass.checkpoint.WeightsLoader;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RunConfig;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * Takes over weights of other programs: PyTorch files and safetensors of the method's authors, timm, torchvision, MAE
 * and SimMIM. What becomes of names and how the geometry is inferred is in docs/weights.md.
 */
public final class WeightsImport {
    /**
     * What was written.
     *
     * @param files weights with which every command works
     * @param lines the geometry, what was assumed, and the table of what was loaded, for people
     */
    public record Imported(List<Path> files, List<String> lines) {}

    private static final String RECIPE = "import";
    private static final String NORM = "norm.";
    private static final String DECODER_POSITIONS = "decoder.pos_embed";

    private final Path file;
    private final Path out;
    private final List<String> settings = new ArrayList<>();
    private OptionalInt imageSize = OptionalInt.empty();
    private OptionalInt heads = OptionalInt.empty();
    private boolean partial;
    private boolean overwrite;

    private WeightsImport(Path file, Path out) {
        this.file = file;
        this.out = out;
    }

    /** An import of a file into a folder. */
    public static WeightsImport of(Path file, Path out) {
        return new WeightsImport(file, out);
    }

    /** Edge in pixels of the images that the encoder shall take; positions are interpolated where it is another. */
    public WeightsImport imageSize(int pixels) {
        imageSize = OptionalInt.of(pixels);
        return this;
    }

    /** Attention heads of a ViT, which no tensor shows. */
    public WeightsImport heads(int count) {
        heads = OptionalInt.of(count);
        return this;
    }

    /** Any key of the configuration, {@code section.key=value}. */
    public WeightsImport set(String setting) {
        settings.add(setting);
        return this;
    }

    /** Lets tensors be missing, which then have their starting values, and others be left out. */
    public WeightsImport partial(boolean allowed) {
        partial = allowed;
        return this;
    }

    /** Writes into a folder that is not empty, over the weights that are in it. */
    public WeightsImport overwrite(boolean allowed) {
        overwrite = allowed;
        return this;
    }

    /**
     * Reads, checks and writes.
     *
     * @throws BandpassException if the file is not sound, of no known kind, or does not fit together
     */
    public Imported run() {
        return BandpassException.translating(() -> {
            checkAsked("--image-size", imageSize);
            checkAsked("--heads", heads);
            checkFolder();
            Engine.start(Engine.physicalCores());
            try (PointerScope scope = new PointerScope();
                    ForeignWeights foreign = ForeignWeights.read(file)) {
                return take(foreign);
            }
        });
    }

    private static void checkAsked(String flag, OptionalInt value) {
        if (value.isPresent() && value.getAsInt() < 1) {
            throw new ConfigException(flag + " is " + value.getAsInt() + ", but must be a whole number above 0");
        }
    }

    private void checkFolder() throws IOException {
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new ConfigException("--out " + out + " is a file, but must be a folder");
        }
        if (!overwrite && Files.isDirectory(out)) {
            try (Stream<Path> content = Files.list(out)) {
                if (content.findAny().isPresent()) {
                    throw new ConfigException(out + " is not empty: use --overwrite, or another --out");
                }
            }
        }
    }

    private Imported take(ForeignWeights foreign) throws IOException {
        String source = file.toString();
        if (foreign.tensors().metadata().containsKey("config")) {
            throw new WeightsException(source + " is a weights file of Bandpass already; name it with --weights");
        }
        ForeignNames.Parts parts = ForeignNames.map(foreign.tensors());
        ForeignGeometry geometry = ForeignGeometry.of(
                source,
                parts,
                foreign.settings(),
                new ForeignGeometry.Asked(imageSize, heads),
                PositionTables::areSinCos);
        List<String> notices = new ArrayList<>(parts.notices());
        notices.addAll(geometry.notices());
        ForeignRecipe recipe = new ForeignRecipe(source, parts, geometry, foreign.settings(), notices);
        RunConfig config = recipe.build(imageSize.orElse(geometry.imageSize()), settings);
        if (parts.decoder().isEmpty() || !recipe.decoderFits()) {
            return writeEncoder(foreign, parts, geometry, config, notices);
        }
        StoredModel.refuseMuchMore(file, config.encoder(), config.multiplyAddsPerImage());
        Device cpu = new Device("cpu");
        try (PretextTask model = PretextTasks.create(config, Precision.FP32, cpu)) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            fitted(parts, geometry, model.encoder(), notices)
                    .forEach((name, tensor) -> values.put("encoder." + name, tensor));
            values.putAll(parts.decoder());
            // Fixed, and for the size of the model.
            values.computeIfPresent(DECODER_POSITIONS, (name, stored) -> positions(model, stored));
            // A head beside a decoder is of no model that is known: it counts as unexpected.
            values.putAll(parts.head());
            Map<String, Tensor> state = NamedTensor.byName(model.state());
            WeightsLoader.Report report = WeightsLoader.load(source, state, values, partial);
            Path encoderFile = out.resolve(StoredModel.ENCODER_FILE);
            Path fullFile = out.resolve(StoredModel.FULL_FILE);
            StoredModel.writeEncoder(
                    encoderFile, NamedTensor.byName(model.encoder().state()), Map.of(), config, RECIPE);
            StoredModel.writeFull(fullFile, state, config, RECIPE);
            return new Imported(
                    List.of(encoderFile, fullFile), lines(foreign, parts, parts.ignored(), config, notices, report));
        }
    }

    private Imported writeEncoder(
            ForeignWeights foreign,
            ForeignNames.Parts parts,
            ForeignGeometry geometry,
            RunConfig config,
            List<String> notices)
            throws IOException {
        try (Encoder encoder = Encoders.create(config.encoder(), config.train().seed())) {
            checkHead(parts.head(), encoder.width());
            Map<String, Tensor> state = new LinkedHashMap<>();
            for (NamedTensor entry : encoder.state()) {
                // Fine-tuned with the mean of the patches, there is a norm after the mean and no final one.
                if (!parts.poolsBeforeNorm() || !entry.name().startsWith(NORM)) {
                    state.put(entry.name(), entry.tensor());
                }
            }
            Map<String, Tensor> values = fitted(parts, geometry, encoder, notices);
            WeightsLoader.Report report = WeightsLoader.load(file.toString(), state, values, partial);
            Path encoderFile = out.resolve(StoredModel.ENCODER_FILE);
            Files.createDirectories(out);
            Files.deleteIfExists(out.resolve(StoredModel.FULL_FILE));
            StoredModel.writeEncoder(encoderFile, state, PositionTables.floats(parts.head()), config, RECIPE);
            Map<String, String> leftOut = new TreeMap<>(parts.ignored());
            parts.decoder().keySet().forEach(name -> leftOut.put(name, "a decoder that is none of ours"));
            return new Imported(List.of(encoderFile), lines(foreign, parts, leftOut, config, notices, report));
        }
    }

    private static Tensor positions(PretextTask model, Tensor stored) {
        return model.buffers().stream()
                .filter(buffer -> buffer.name().equals(DECODER_POSITIONS))
                .map(NamedTensor::tensor)
                .findFirst()
                .orElse(stored);
    }

    private void checkHead(Map<String, Tensor> head, int width) {
        head.forEach((name, tensor) -> {
            boolean norm = name.startsWith("fc_norm.");
            boolean fits = norm
                    ? tensor.dim() == 1 && tensor.size(0) == width
                    : tensor.dim() == 1 || (tensor.dim() == 2 && tensor.size(1) == width);
            if (!fits) {
                throw new WeightsException(file + ": tensor " + name + " does not fit an encoder of width " + width);
            }
        });
    }

    /** The tensors of the encoder, with positions for the image size that is wanted. */
    private static Map<String, Tensor> fitted(
            ForeignNames.Parts parts, ForeignGeometry geometry, Encoder encoder, List<String> notices) {
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
            ForeignWeights foreign,
            ForeignNames.Parts parts,
            Map<String, String> leftOut,
            RunConfig config,
            List<String> notices,
            WeightsLoader.Report report) {
        List<String> lines = new ArrayList<>();
        lines.add("encoder: "
                + ConfigBuilder.toYaml((Record) config.encoder()).strip().replace("\n", ", "));
        lines.addAll(notices);
        lines.addAll(report.lines());
        if (!report.missing().isEmpty()) {
            lines.add("what is missing has its starting values");
        }
        Map<String, TreeSet<String>> reasons = new TreeMap<>();
        leftOut.forEach((name, reason) ->
                reasons.computeIfAbsent(reason, key -> new TreeSet<>()).add(name));
        reasons.forEach((reason, names) -> lines.add("  left out, " + reason + ": " + names.size()
                + (names.size() == 1 ? " tensor, " : " tensors, first ") + WeightsLoader.shown(names.first())));
        if (!parts.head().isEmpty()) {
            lines.add("  of the classifier: " + String.join(", ", parts.head().keySet()));
        }
        if (!foreign.foundUnder().isEmpty()) {
            lines.add("  found under the key " + foreign.foundUnder());
        }
        return lines;
    }
}
