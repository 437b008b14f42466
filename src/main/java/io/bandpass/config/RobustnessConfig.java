package io.bandpass.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is measured of the robustness of classifiers, and how.
 *
 * @param seed of all draws
 */
public record RobustnessConfig(
        Attacks attacks,
        Corruptions corruptions,
        Frequencies frequencies,
        Images images,
        Computation computation,
        long seed) {
    /**
     * Adversarial attacks.
     *
     * @param names empty for none
     * @param eps radii of the ball, for pixels in [0, 1], as numbers or fractions such as {@code 4/255}; empty for the
     *     usual one of each attack
     * @param norm {@code linf} or {@code l2}
     * @param steps of iterated attacks; empty for each one's own
     * @param stepSize of attacks with steps of one size, as a number or fraction; empty for each one's own
     * @param randomStart whether they start at a random point of the ball
     */
    public record Attacks(
            List<String> names,
            List<String> eps,
            String norm,
            OptionalInt steps,
            Optional<String> stepSize,
            boolean randomStart) {
        public Attacks {
            names = List.copyOf(names);
            eps = List.copyOf(eps);
            Check.oneOf("norm", norm, "linf", "l2");
            steps.ifPresent(count -> Check.positive("steps", count));
        }
    }

    /**
     * Corruptions in memory.
     *
     * @param names empty for none
     * @param severities each from 1 to 5
     * @param frost folder of pictures of frost; without them frost is procedural
     */
    public record Corruptions(List<String> names, List<Integer> severities, Optional<String> frost) {
        /** Highest severity. */
        public static final int MOST = 5;

        public Corruptions {
            names = List.copyOf(names);
            severities = List.copyOf(severities);
            Check.that(
                    !severities.isEmpty() && severities.stream().allMatch(value -> value >= 1 && value <= MOST),
                    "severities",
                    severities,
                    "numbers from 1 to " + MOST + ", such as 1,3,5 or 1-5");
        }
    }

    /**
     * Sensitivity to frequencies.
     *
     * @param fourier whether the error along each frequency is measured
     * @param step only multiples of this many bins from DC
     * @param images number of images of the Fourier heat map
     * @param bands {@code none}, {@code all}, or the smallest and the largest radius, such as {@code 0-112}
     */
    public record Frequencies(boolean fourier, int step, int images, String bands) {
        public Frequencies {
            Check.positive("step", step);
            Check.positive("images", images);
        }
    }

    /**
     * Images on which all models are measured.
     *
     * @param preprocess instead of that of the models' validation
     * @param limit number of images, drawn by the seed; empty for all
     * @param maxBad maximum fraction of unreadable images
     */
    public record Images(Optional<PreprocessConfig> preprocess, OptionalInt limit, double maxBad) {
        public Images {
            limit.ifPresent(most -> Check.positive("limit", most));
            Check.fraction("max-bad", maxBad);
        }
    }

    /**
     * Computation of the models.
     *
     * @param precision of passes without gradients: {@code fp32}, {@code bf16} or {@code auto}; attacks compute in
     *     float32
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads empty for the number of physical cores
     * @param batchSize images per pass
     */
    public record Computation(String precision, String device, OptionalInt threads, int batchSize) {
        public Computation {
            Check.oneOf("precision", precision, "fp32", "bf16", "auto");
            Check.positive("batch-size", batchSize);
        }
    }
}
