package io.bandpass.interop;

import io.bandpass.config.ConfigException;
import io.bandpass.config.LabelClasses;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.SegmenterDescription;
import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.interop.CheckpointGeometry.Asked;
import io.bandpass.interop.CheckpointNaming.Family;
import io.bandpass.interop.WeightsImport.Imported;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.RelativePositionBias;
import io.bandpass.segment.Segmenter;
import io.bandpass.weights.PlausibleSize;
import io.bandpass.weights.PositionTables;
import io.bandpass.weights.SegmenterWeights;
import io.bandpass.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Imports a segmentation model: the part of {@link WeightsImport} for checkpoints with heads of one. */
final class SegmenterImport {
    /** Size of training crops in the published set-ups. */
    private static final int USUAL_IMAGE_SIZE = 512;

    private final Path file;
    private final ImportFolder folder;
    private final ImportFlags flags;

    SegmenterImport(Path file, ImportFolder folder, ImportFlags flags) {
        this.file = file;
        this.folder = folder;
        this.flags = flags;
    }

    /** Checks and writes a model. */
    Imported take(CheckpointWeights checkpoint, SegmenterParts parts) throws IOException {
        String source = file.toString();
        StoredConfigText text = StoredConfigText.of(checkpoint.meta());
        CheckpointGeometry geometry = CheckpointGeometry.of(
                source, parts.encoder(), checkpoint.settings(), asked(parts, text), PositionTables::areSinCos);
        List<String> notices = new ArrayList<>(parts.notices());
        notices.addAll(geometry.notices());
        notices.addAll(checkpoint.passedOverLines());
        SegmentationConfig config = build(text, parts, geometry, notices);
        PlausibleSize.check(file, Files.size(file), config.encoder());
        LabelClasses classes = CheckpointClasses.of(
                source,
                checkpoint.meta(),
                SegmenterWeights.classes(new TensorFile(source, parts.behind(), Map.of())),
                notices);
        try (Segmenter segmenter = new Segmenter(
                config.encoder(), config.head(), classes.size(), config.train().seed())) {
            Map<String, Tensor> state = NamedTensor.byName(segmenter.state());
            Map<String, Tensor> values =
                    new LinkedHashMap<>(WeightsImport.fitted(parts.encoder(), geometry, segmenter.encoder(), notices));
            values.putAll(parts.behind());
            if (flags.partial()) {
                TreeSet<String> unexpected =
                        new TreeSet<>(parts.encoder().encoder().keySet());
                unexpected.removeAll(state.keySet());
                CheckpointSigns.refuseInside(source, parts.encoder().family(), unexpected);
            }
            WeightsLoader.Report report = WeightsLoader.load(source, state, values, flags.partial());
            SegmenterWeights.writeImported(
                    folder.segmenter(),
                    state,
                    config.encoder(),
                    WeightsOrigin.of(config),
                    new SegmenterDescription(config.head(), classes, config.validate()),
                    parts.names().toString());
            folder.removeAllBut(folder.segmenter());
            List<String> lines = ImportLines.of(checkpoint, config.encoder(), notices, report, parts.ignored());
            lines.add("  a segmentation model of " + classes.size() + " classes, "
                    + WeightsLoader.shown(classes.names().get(0))
                    + (classes.size() > 1
                            ? " to " + WeightsLoader.shown(classes.names().get(classes.size() - 1))
                            : ""));
            return new Imported(List.of(folder.segmenter()), lines);
        }
    }

    /** Returns the flags, with the heads that the file says by its configuration, where no tensor shows them. */
    private Asked asked(SegmenterParts parts, StoredConfigText text) {
        Asked asked = flags.asked(USUAL_IMAGE_SIZE);
        boolean shown =
                parts.encoder().encoder().keySet().stream().anyMatch(name -> name.endsWith(RelativePositionBias.TABLE));
        return new Asked(
                asked.imageSize(),
                asked.heads().isPresent() || shown ? asked.heads() : text.number("num_heads"),
                asked.withoutPositions(),
                asked.usualImageSize());
    }

    /** Builds the configuration. Without any flags, an invalid one is the file's fault. */
    private SegmentationConfig build(
            StoredConfigText text, SegmenterParts parts, CheckpointGeometry geometry, List<String> notices) {
        // Positions of a ViT are made for one size; other encoders take images of any.
        boolean known = flags.imageSize().isPresent() || parts.encoder().family() == Family.VIT;
        try {
            return new SegmenterRecipe(file.toString(), parts, geometry, text, notices)
                    .build(flags.imageSize().orElse(geometry.imageSize()), known, flags.settings());
        } catch (ConfigException e) {
            if (flags.areEmpty() && !String.valueOf(e.getMessage()).contains("`")) {
                throw new WeightsException(file + " holds no segmentation model that can be made: " + e.getMessage());
            }
            throw e;
        }
    }
}
