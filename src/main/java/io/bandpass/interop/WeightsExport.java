package io.bandpass.interop;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SegmenterDescription;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchWriter;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.torch.Engine;
import io.bandpass.weights.WeightsFile;
import io.bandpass.weights.WeightsMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Writes weights for other programs. */
public final class WeightsExport {
    /** File formats. */
    public enum Format {
        /** Safetensors with exactly the names of timm's class: the encoder alone, without a head. */
        TIMM("timm"),
        /** Safetensors with everything in the file, under Bandpass names. */
        SAFETENSORS("safetensors"),
        /** A PyTorch file with everything in the file, under Bandpass names. */
        PTH("pth-state-dict"),
        /**
         * A segmentation model under the names that it was imported with, else those of its encoder's authors, with its
         * classes: a PyTorch file, or safetensors, without the classes, if the name of the file ends so.
         */
        MMSEGMENTATION("mmsegmentation");

        private final String word;

        Format(String word) {
            this.word = word;
        }

        /** Returns the value on the command line. */
        public String word() {
            return word;
        }

        private static Format of(String word) {
            for (Format format : values()) {
                if (format.word.equals(word)) {
                    return format;
                }
            }
            throw new ConfigException("`format` is '" + word
                    + "', but must be one of timm, safetensors, pth-state-dict," + " mmsegmentation");
        }
    }

    /**
     * An exported file.
     *
     * @param tensors number of tensors
     * @param lines human-readable instructions for loading it
     */
    public record Exported(Path file, int tensors, List<String> lines) {}

    private static final String ENCODER = "encoder.";

    private WeightsExport() {}

    /**
     * Exports weights.
     *
     * @param weights a weights file, or a folder that holds {@code encoder.safetensors}
     * @param format {@code timm}, {@code safetensors}, {@code pth-state-dict} or {@code mmsegmentation}
     * @param out the file to write
     * @param overwrite whether an existing file may be replaced
     * @throws BandpassException if the weights cannot be read, or the file exists
     */
    public static Exported write(Path weights, String format, Path out, boolean overwrite) throws IOException {
        Format chosen = Format.of(format);
        AtomicFiles.requireNew(out, overwrite);
        Engine.start(Engine.physicalCores());
        boolean segmenter = chosen == Format.MMSEGMENTATION;
        try (PointerScope scope = new PointerScope();
                WeightsFile file = segmenter ? WeightsFile.ofSegmenter(weights) : WeightsFile.ofEncoder(weights)) {
            if (segmenter && !file.isSegmenter()) {
                throw new ConfigException(file.path() + " holds no segmentation model, and `format` mmsegmentation is"
                        + " for these only; make one of it with bandpass segment");
            }
            EncoderConfig encoder = file.description().encoder();
            try (TensorFile tensors = file.read()) {
                return write(file, tensors, chosen, encoder, out);
            }
        }
    }

    private static Exported write(WeightsFile file, TensorFile tensors, Format format, EncoderConfig config, Path out)
            throws IOException {
        // Sorted by name, so that the file does not depend on the order of the source.
        Map<String, Tensor> state = new TreeMap<>(tensors.all());
        WeightsLoader.checkNumbers(tensors.source(), floating(state));
        List<String> lines = new ArrayList<>();
        switch (format) {
            case TIMM -> {
                Map<String, Tensor> encoder = encoderAlone(file, state);
                Safetensors.writeWhole(out, encoder, Map.of("format", "pt"));
                boolean meanPooling = encoder.containsKey("fc_norm.weight");
                lines.add(TimmClass.call(config, meanPooling)
                        .map(call -> "model = " + call)
                        .orElse("timm has no class of this geometry; names and shapes are those of its family"));
                // UperNet reads maps before the final norm, which its model therefore lacks.
                String strict = file.isSegmenter() ? ", strict=False" : "";
                lines.add("model.load_state_dict(safetensors.torch.load_file('" + out.getFileName() + "')" + strict
                        + ")");
                return new Exported(out, encoder.size(), lines);
            }
            case MMSEGMENTATION -> {
                return mmsegmentation(file, state, config, out);
            }
            case SAFETENSORS -> Safetensors.writeWhole(out, state, file.metadata());
            case PTH -> {
                rejectNormBeforeMean(file, config);
                AtomicFiles.write(out, temporary -> TorchWriter.write(temporary, state));
                lines.add("state = torch.load('" + out.getFileName() + "', weights_only=True)");
            }
        }
        return new Exported(out, state.size(), lines);
    }

    private static Exported mmsegmentation(WeightsFile file, Map<String, Tensor> state, EncoderConfig config, Path out)
            throws IOException {
        String stored = file.metadata().get(WeightsMetadata.NAMES);
        BackboneNames names = stored == null
                ? BackboneNames.usual()
                : BackboneNames.parse(stored, file.path().toString());
        Map<String, Tensor> theirs = SegmenterExport.theirs(state, config, names);
        SegmenterDescription description = file.segmenter();
        List<String> lines = new ArrayList<>();
        if (String.valueOf(out.getFileName()).endsWith(".safetensors")) {
            Safetensors.writeWhole(out, theirs, Map.of("format", "pt"));
            lines.add("state = safetensors.torch.load_file('" + out.getFileName() + "')");
        } else {
            AtomicFiles.write(
                    out,
                    temporary -> TorchWriter.write(
                            temporary, theirs, "meta", CheckpointClasses.meta(description.classes())));
            lines.add("checkpoint = torch.load('" + out.getFileName()
                    + "', weights_only=True); its tensors are under 'state_dict', its classes under 'meta'");
        }
        if (config instanceof VisionTransformerConfig) {
            List<Integer> levels = description.head().levels();
            lines.add("its maps are read after "
                    + (levels.isEmpty()
                            ? "a third, half, two thirds and all of the blocks"
                            : "the blocks " + levels + ", counted from 0")
                    + ": out_indices there, which no file holds");
        }
        return new Exported(out, theirs.size(), lines);
    }

    /** Returns the state without batch-norm counters, which are integers in every model. */
    private static Map<String, Tensor> floating(Map<String, Tensor> state) {
        Map<String, Tensor> floating = new LinkedHashMap<>(state);
        floating.keySet().removeIf(name -> name.endsWith(".num_batches_tracked"));
        return floating;
    }

    /** Rejects a norm before the mean: from names alone, other programs would assume the other order. */
    private static void rejectNormBeforeMean(WeightsFile file, EncoderConfig config) {
        Optional<HeadNorm> norm = file.headNorm(config);
        if (file.isClassifier() && norm.isPresent() && norm.get() == HeadNorm.BEFORE_MEAN) {
            throw new WeightsException(file.path()
                    + " is a ConvNeXt classifier with its norm before the mean, as Bandpass 0.1.0 and probes have it; with"
                    + " timm's names it would be read with the norm after the mean, which gives other classes:"
                    + " `format` timm exports its encoder, `format` safetensors a copy for Bandpass");
        }
    }

    /** Returns the encoder without decoder, prefix and head; the norm after the mean of the patches belongs to it. */
    private static Map<String, Tensor> encoderAlone(WeightsFile file, Map<String, Tensor> state) {
        boolean full = file.isFull();
        Map<String, Tensor> encoder = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (full ? name.startsWith(ENCODER) : !file.isHead(name) || name.startsWith("fc_norm.")) {
                encoder.put(full ? name.substring(ENCODER.length()) : name, tensor);
            }
        });
        return encoder;
    }
}
