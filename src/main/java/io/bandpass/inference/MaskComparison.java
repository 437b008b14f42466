package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.UnreadableImages;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.format.AtomicFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.PredictedMasks;
import io.bandpass.metrics.SegmentationResult;
import io.bandpass.metrics.SegmentationResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores of masks that any program predicted: {@code MaskComparison.of(predictions, truth).run(progress)}. All failures
 * are {@link BandpassException}s.
 */
public final class MaskComparison {
    /**
     * Scores over all masks.
     *
     * @param unreadable name and reason of each mask left out
     * @param notices sentences about what was assumed
     */
    public record Result(SegmentationResult scores, Map<String, String> unreadable, List<String> notices) {}

    private final Path predictions;
    private final Path truth;
    private final List<String> settings = new ArrayList<>();
    private @Nullable Path out;

    private MaskComparison(Path predictions, Path truth) {
        this.predictions = predictions;
        this.truth = truth;
    }

    /** Returns the comparison of two folders, whose masks have the same names. */
    public static MaskComparison of(Path predictions, Path truth) {
        return new MaskComparison(predictions, truth);
    }

    /** Sets a key of the sections {@code data} or {@code masks}. */
    public MaskComparison set(String assignment) {
        settings.add(assignment);
        return this;
    }

    /** Sets a JSON file for the scores. */
    public MaskComparison out(Path file) {
        out = file;
        return this;
    }

    /** Compares the masks. */
    public Result run(ImageData.Progress progress) throws IOException {
        ConfigBuilder<SegmentationConfig> builder = ConfigBuilder.of(SegmentationConfig.class);
        for (String setting : settings) {
            if (!setting.matches("(data|masks)\\..*")) {
                throw new ConfigException(setting.replaceFirst("=.*", "").trim()
                        + " does not matter where masks are scored; what can be set are the keys of data and masks");
            }
            builder.set(setting);
        }
        SegmentationConfig config = builder.build();
        if (out != null) {
            AtomicFiles.requireWritable("the JSON file", out);
        }
        UnreadableImages unreadable = new UnreadableImages(config.data().maxBad());
        PredictedMasks masks = PredictedMasks.open(config.data(), config.masks(), predictions, truth, unreadable);
        SegmentationScores scores = new SegmentationScores(masks.classes().size());
        for (int index = 0; index < masks.size(); index++) {
            try {
                PredictedMasks.Pair pair = masks.read(index);
                scores.add(
                        masks.name(index),
                        pair.prediction().ids(),
                        pair.truth().ids(),
                        pair.truth().width());
            } catch (BadImageException e) {
                unreadable.add(masks.name(index), e.reason());
                unreadable.check();
            }
            progress.reached(index + 1, masks.size());
        }
        if (scores.images().isEmpty()) {
            throw DataException.noneReadable(masks.size(), "in " + predictions);
        }
        SegmentationResult result = scores.result(masks.classes().names());
        if (out != null) {
            AtomicFiles.writeText(out, SegmentationResultFile.toJson(result));
        }
        return new Result(result, unreadable.reasons(), masks.notices());
    }
}
