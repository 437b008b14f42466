package io.bandpass.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Names of scores in summary.json, metrics.jsonl and checkpoints, and their display labels. */
public final class Scores {
    /** kNN accuracy with the encoder's features. */
    public static final String KNN_TOP1 = "knn_top1";
    /** The highest {@link #KNN_TOP1} during the run. */
    public static final String KNN_TOP1_BEST = "knn_top1_best";
    /** kNN accuracy on raw pixels. */
    public static final String KNN_TOP1_PIXELS = "knn_top1_pixels";
    /** Edge length in pixels of the images, or thumbnails of them, whose raw pixels voted. */
    public static final String KNN_PIXELS_SIZE = "knn_pixels_size";
    /** kNN accuracy of the untrained encoder, before weights were loaded. */
    public static final String KNN_TOP1_UNTRAINED = "knn_top1_untrained";
    /** Accuracy of a linear probe on the encoder's features. */
    public static final String PROBE_TOP1 = "probe_top1";
    /** Effective rank of the covariance of the encoder's features. */
    public static final String FEATURE_RANK = "feature_rank";
    /** {@link #FEATURE_RANK} at the start of the run. */
    public static final String FEATURE_RANK_START = "feature_rank_start";
    /** Root mean square of the encoder's features. */
    public static final String FEATURE_RMS = "feature_rms";
    /** Loss of Masked Frequency Modeling on images of which the low frequencies are kept. */
    public static final String LOSS_LOW_PASS = "loss_low_pass";
    /** Loss of Masked Frequency Modeling on images of which the high frequencies are kept. */
    public static final String LOSS_HIGH_PASS = "loss_high_pass";
    /** Top-1 accuracy of a classifier. */
    public static final String TOP1 = "top1";
    /** The highest {@link #TOP1} during the run. */
    public static final String TOP1_BEST = "top1_best";
    /** The step at which {@link #TOP1_BEST} was measured. */
    public static final String TOP1_BEST_STEP = "top1_best_step";
    /** Top-5 accuracy of a classifier. */
    public static final String TOP5 = "top5";
    /** Mean of -log p(class). */
    public static final String CROSS_ENTROPY = "cross_entropy";
    /** Expected calibration error, 0 to 1. */
    public static final String CALIBRATION_ERROR = "calibration_error";

    /** Mean over classes of the intersection over union of segmented pixels. */
    public static final String MEAN_IOU = "miou";
    /** The highest {@link #MEAN_IOU} during the run. */
    public static final String MEAN_IOU_BEST = "miou_best";
    /** The step at which {@link #MEAN_IOU_BEST} was measured. */
    public static final String MEAN_IOU_BEST_STEP = "miou_best_step";
    /** Mean over classes of the share of their pixels that were segmented right. */
    public static final String MEAN_ACCURACY = "mean_accuracy";
    /** Share of all pixels that were segmented right. */
    public static final String PIXEL_ACCURACY = "pixel_accuracy";
    /** Mean of the intersection over union, weighted by the pixels of the classes. */
    public static final String FREQUENCY_WEIGHTED_IOU = "frequency_weighted_iou";
    /** Mean over classes of the Dice coefficient. */
    public static final String MEAN_DICE = "mean_dice";

    private static final Map<String, String> LABELS = new LinkedHashMap<>();

    /** What shows, without labels, whether pre-training learns anything. */
    private static final List<String> DIAGNOSTICS = List.of(
            FEATURE_RANK, FEATURE_RMS, LOSS_LOW_PASS, ofZero(LOSS_LOW_PASS), LOSS_HIGH_PASS, ofZero(LOSS_HIGH_PASS));

    static {
        LABELS.put(KNN_TOP1, "kNN top-1");
        LABELS.put(PROBE_TOP1, "linear probe top-1");
        LABELS.put(FEATURE_RANK, "effective rank");
        LABELS.put(FEATURE_RMS, "feature rms");
        LABELS.put(LOSS_LOW_PASS, "low-pass loss");
        LABELS.put(ofZero(LOSS_LOW_PASS), "of zero");
        LABELS.put(LOSS_HIGH_PASS, "high-pass loss");
        LABELS.put(ofZero(LOSS_HIGH_PASS), "of zero");
        LABELS.put(TOP1, "top-1");
        LABELS.put(TOP5, "top-5");
        LABELS.put(CROSS_ENTROPY, "cross entropy");
        LABELS.put(CALIBRATION_ERROR, "calibration error");
        LABELS.put(MEAN_IOU, "mIoU");
        LABELS.put(MEAN_ACCURACY, "mean accuracy");
        LABELS.put(PIXEL_ACCURACY, "pixel accuracy");
        LABELS.put(FREQUENCY_WEIGHTED_IOU, "frequency-weighted IoU");
        LABELS.put(MEAN_DICE, "mean Dice");
    }

    private Scores() {}

    /** Returns all that an evaluation of pre-training may measure. */
    public static String[] ofPretraining() {
        return Stream.concat(Stream.of(KNN_TOP1, PROBE_TOP1), DIAGNOSTICS.stream())
                .toArray(String[]::new);
    }

    /** Returns the name of the loss of a model that predicts zero, beside a loss. */
    public static String ofZero(String loss) {
        return loss + "_of_zero";
    }

    /** Returns the name of the highest value of a score during the run. */
    public static String best(String name) {
        return name + "_best";
    }

    /** Returns the name of the step at which {@link #best} was measured. */
    public static String bestStep(String name) {
        return best(name) + "_step";
    }

    /** Returns a score, if it was measured. */
    public static OptionalDouble of(Map<String, Double> values, String name) {
        Double value = values.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Formats a score with its label. */
    public static String describe(String name, double value) {
        String label = LABELS.getOrDefault(name, name);
        return name.equals(CROSS_ENTROPY) || DIAGNOSTICS.contains(name)
                ? String.format(Locale.ROOT, "%s %.4f", label, value)
                : String.format(Locale.ROOT, "%s %.2f %%", label, 100 * value);
    }
}
