package io.bandpass.compare;

import io.bandpass.attack.AttackKind;
import io.bandpass.attack.AttackNorm;
import io.bandpass.config.Check;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EmptyWord;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.NearestKey;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.config.Words;
import io.bandpass.robust.CorruptionErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Robustness in a comparison: every cell also measures the classifier that it fine-tuned with all labels, on changed
 * held-out images. Attacks have their published settings in L-infinity.
 *
 * @param parts names of attacks ({@link AttackKind}), {@link #CORRUPTIONS}, {@link #BANDS}, {@link #FOURIER}; {@code
 *     none} for no robustness
 * @param images most held-out images that are measured, drawn by the same seed in every cell
 */
public record RobustnessPlan(@EmptyWord("none") List<String> parts, int images) {
    /** Part: the corruptions of ImageNet-C without frost, which needs the user's pictures. */
    public static final String CORRUPTIONS = "corruptions";

    /** Part: low-pass and high-pass images and noise in one ring, over the radius. */
    public static final String BANDS = "bands";

    /** Part: error along each frequency. */
    public static final String FOURIER = "fourier";

    /** Default of {@link #images}. */
    public static final int IMAGES = 500;

    /** No robustness. */
    public static final RobustnessPlan NONE = new RobustnessPlan(List.of(), IMAGES);

    /** Seed of all draws in every cell, so that cells differ in their classifiers only. */
    static final long SEED = 0;

    static final AttackNorm NORM = AttackNorm.LINF;

    private static final String FLAG = "`robustness`";
    private static final int FOURIER_IMAGES = 100;
    private static final int MOST_IMAGES_PER_PASS = 50;

    public RobustnessPlan {
        parts = List.copyOf(parts);
        Check.positive("`robustness-images`", images);
        if (parts.isEmpty() && images != IMAGES) {
            throw new ConfigException(
                    "`robustness-images` belongs to robustness: say what is measured too, with " + FLAG);
        }
        Set<String> seen = new HashSet<>();
        for (String part : parts) {
            if (!words().contains(part)) {
                throw new ConfigException(FLAG + " has '" + Check.shown(part) + "', but must hold any of "
                        + String.join(", ", words()) + NearestKey.suggestion(part, words()));
            }
            if (!seen.add(part)) {
                throw new ConfigException(FLAG + " has " + part + " twice, but each is measured once");
            }
        }
    }

    /** Returns all words that {@link #parts} may hold. */
    public static List<String> words() {
        List<String> words = new ArrayList<>();
        Arrays.stream(AttackKind.values()).map(AttackKind::toString).forEach(words::add);
        words.addAll(List.of(CORRUPTIONS, BANDS, FOURIER));
        return words;
    }

    /** Whether robustness is measured. */
    public boolean isWanted() {
        return !parts.isEmpty();
    }

    boolean has(String part) {
        return parts.contains(part);
    }

    /** Returns the attacks, in their order. */
    List<AttackKind> attacks() {
        return parts.stream()
                .flatMap(part -> Words.constant(AttackKind.class, part).stream())
                .toList();
    }

    /**
     * Rejects data with too few classes for one of the attacks.
     *
     * @throws ConfigException if there are too few
     */
    void check(int classes) {
        attacks().forEach(attack -> attack.with(attack.settings(NORM)).check(classes));
    }

    /** Returns the corruptions that are measured. */
    private List<String> corruptions() {
        return has(CORRUPTIONS)
                ? CorruptionErrors.benchmark().stream()
                        .filter(name -> !name.equals(CorruptionErrors.FROST))
                        .toList()
                : List.of();
    }

    /**
     * Returns what is measured of a classifier, on the device and threads that it was trained with, in float32.
     *
     * @param trained resolved configuration of its training
     */
    RobustnessConfig of(FinetuningConfig trained) {
        int most =
                Math.min(MOST_IMAGES_PER_PASS, trained.train().microBatchSize().orElse(MOST_IMAGES_PER_PASS));
        return new RobustnessConfig(
                new RobustnessConfig.Attacks(
                        attacks().stream().map(AttackKind::toString).toList(),
                        List.of(),
                        NORM.toString(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        true),
                new RobustnessConfig.Corruptions(
                        corruptions(),
                        IntStream.rangeClosed(1, CorruptionErrors.SEVERITIES)
                                .boxed()
                                .toList(),
                        Optional.empty()),
                new RobustnessConfig.Frequencies(has(FOURIER), 1, FOURIER_IMAGES, has(BANDS) ? "all" : "none"),
                new RobustnessConfig.Images(
                        Optional.empty(), OptionalInt.of(images), trained.data().maxBad()),
                new RobustnessConfig.Computation(
                        "fp32", trained.train().device(), trained.train().threads(), most),
                SEED);
    }

    /** Describes it in a few words. */
    String describe() {
        return String.join(", ", parts) + " of at most " + images + " held-out images, drawn by seed " + SEED;
    }
}
