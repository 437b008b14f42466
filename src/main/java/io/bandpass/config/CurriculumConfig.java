package io.bandpass.config;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Curriculum of image sizes, low frequencies first (method.md section 10): the training resolution of each stage. The
 * lists are parallel; empty lists mean no curriculum.
 *
 * @param startEpochs start of each stage in epochs, from 0; may be fractional
 * @param imageSizes image edge of each stage in pixels; the last is the encoder's own
 * @param radii mask radius of each stage in frequency bins; empty means that radii scale with the image size
 */
public record CurriculumConfig(List<Double> startEpochs, List<Integer> imageSizes, List<Double> radii) {
    private static final String SIZES = "curriculum.image-sizes";
    private static final String RADII = "curriculum.radii";
    private static final String STARTS = "curriculum.start-epochs";

    /** No curriculum: the whole run at the encoder's image size. */
    public static final CurriculumConfig NONE = new CurriculumConfig(List.of(), List.of(), List.of());

    public CurriculumConfig {
        startEpochs = List.copyOf(startEpochs);
        imageSizes = List.copyOf(imageSizes);
        radii = List.copyOf(radii);
        Check.that(
                startEpochs.isEmpty()
                        || (startEpochs.get(0) == 0
                                && isAscending(startEpochs)
                                && startEpochs.stream().allMatch(Double::isFinite)),
                STARTS,
                startEpochs,
                "[] or numbers that begin with 0 and ascend");
        Check.that(
                imageSizes.size() == startEpochs.size(),
                SIZES,
                imageSizes,
                "as many sizes as curriculum.start-epochs has numbers, " + startEpochs.size());
        Check.that(
                isAscending(imageSizes) && imageSizes.stream().allMatch(size -> size > 0),
                SIZES,
                imageSizes,
                "whole numbers above 0 that ascend, as low frequencies come first");
        Check.that(
                radii.isEmpty() || radii.size() == startEpochs.size(),
                RADII,
                radii,
                "[] or as many radii as curriculum.start-epochs has numbers, " + startEpochs.size());
        Check.that(
                radii.stream().allMatch(radius -> radius > 0 && Double.isFinite(radius)),
                RADII,
                radii,
                "numbers above 0");
    }

    private static <T extends Comparable<T>> boolean isAscending(List<T> values) {
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i - 1).compareTo(values.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return startEpochs.isEmpty();
    }

    /** Copy with a radius for each stage. */
    CurriculumConfig withRadii(List<Double> others) {
        return new CurriculumConfig(startEpochs, imageSizes, others);
    }

    /** Number of stages; 0 without a curriculum. */
    public int stages() {
        return startEpochs.size();
    }

    /** Mask of a stage, for images of its size. */
    MaskConfig mask(int stage, MaskConfig full) {
        double scale = imageSizes.get(stage) / (double) imageSizes.get(stages() - 1);
        MaskConfig scaled = full.scaled(scale);
        return radii.isEmpty() ? scaled : scaled.withRadius(radii.get(stage));
    }

    /**
     * Rejects stages that do not fit the rest of a configuration.
     *
     * @param check rejects inconsistencies at the size of a stage
     */
    void check(EncoderConfig encoder, TaskConfig task, MaskConfig mask, TrainSection train, Consumer<Integer> check) {
        if (isEmpty()) {
            return;
        }
        int last = stages() - 1;
        Check.that(
                imageSizes.get(last) == encoder.imageSize(),
                SIZES,
                imageSizes,
                "a list that ends with encoder.image-size " + encoder.imageSize() + ", which the weights are for");
        Check.that(
                train.steps().isPresent() || startEpochs.get(last) < train.epochs(),
                STARTS,
                startEpochs,
                "a list that ends below train.epochs " + train.epochs() + ", or the last stage never begins");
        if (!radii.isEmpty()) {
            checkRadii(encoder.imageSize(), task, mask);
        }
        for (int stage = 0; stage < last; stage++) {
            try {
                check.accept(stage);
            } catch (ConfigException e) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "%s has %d, at which the run is not possible: %s",
                        SIZES,
                        imageSizes.get(stage),
                        e.getMessage()));
            }
        }
    }

    private void checkRadii(int imageSize, TaskConfig task, MaskConfig mask) {
        Check.that(task instanceof MaskedFrequencyConfig, RADII, radii, "[]: only the task mfm has a mask");
        Check.that(!mask.ranksMagnitudes(), RADII, radii, "[]: the shape " + mask.shape() + " has no radius");
        Check.that(
                mask.radiusRange().isEmpty(),
                RADII,
                radii,
                "[] beside mask.radius-range, which is scaled with the image size");
        double full = mask.at(imageSize).radius();
        Check.that(
                radii.get(radii.size() - 1) == full,
                RADII,
                radii,
                "a list that ends with mask.radius " + full + ", which pictures are made with");
    }
}
