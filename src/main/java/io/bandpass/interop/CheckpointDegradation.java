package io.bandpass.interop;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Converts the restoration-task settings in the authors' checkpoints: {@code DATA.SR_FACTOR}, {@code DATA.BLUR.*} and
 * {@code DATA.NOISE.*} become keys of {@code task}. Missing settings keep their defaults; settings that cannot be
 * expressed exactly are reported in a notice.
 */
final class CheckpointDegradation {
    private static final String BLUR = "DATA.BLUR.";
    private static final String NOISE = "DATA.NOISE.";
    private static final String POISSON = "poisson";
    private static final Set<String> KINDS_OF_NOISE = Set.of("gaussian", POISSON);
    private static final String ANISOTROPIC = "aniso";
    private static final double ROUNDING = 1e-6;

    private final CheckpointSettings stored;
    private final ConfigBuilder<PretrainingConfig> builder;
    private final String origin;
    private final List<String> notices;

    /**
     * Creates a converter for one file.
     *
     * @param builder configuration whose task type is already set
     * @param origin origin of the settings, for messages
     */
    CheckpointDegradation(
            CheckpointSettings stored, ConfigBuilder<PretrainingConfig> builder, String origin, List<String> notices) {
        this.stored = stored;
        this.builder = builder;
        this.origin = origin;
        this.notices = notices;
    }

    /** Converts the settings of a task, named as in {@code task.type}. */
    void take(String task) {
        switch (task) {
            case "super-resolution" -> superResolution();
            case "deblur" -> blur();
            default -> noise();
        }
    }

    private void superResolution() {
        stored.count("DATA.SR_FACTOR")
                .ifPresentOrElse(
                        factor -> set("factor", Integer.toString(factor)),
                        () -> keepDefault("DATA.SR_FACTOR", "factor"));
    }

    private void blur() {
        List<Double> sizes = stored.numbers(BLUR + "KERNEL_SIZE");
        if (sizes.isEmpty()) {
            keepDefault(BLUR + "KERNEL_SIZE", "kernel-sizes");
        } else {
            // A fractional size is rejected with the key's own message.
            set(
                    "kernel-sizes",
                    sizes.stream()
                            .map(size -> size == Math.rint(size) ? Long.toString(Math.round(size)) : size.toString())
                            .toList()
                            .toString());
        }
        kernels();
        range(BLUR + "ROTATE_ANGLE", "rotation", 180 / Math.PI);
        range(BLUR + "BETA_GAUSSIAN", "generalised-beta", 1);
        range(BLUR + "BETA_PLATEAU", "plateau-beta", 1);
    }

    private void kernels() {
        List<Double> first = pair(BLUR + "SIGMA_X");
        List<Double> second = pair(BLUR + "SIGMA_Y");
        boolean hasSigma = !first.isEmpty();
        List<Double> sigma = first;
        List<String> families = stored.words(BLUR + "KERNEL_LIST");
        List<Double> shares = shares(BLUR + "KERNEL_PROB", families.size());
        boolean drawsAxes = IntStream.range(0, shares.size())
                .anyMatch(i -> shares.get(i) > 0 && families.get(i).endsWith(ANISOTROPIC));
        if (drawsAxes && hasSigma && !second.isEmpty() && !second.equals(first)) {
            sigma = List.of(Math.min(first.get(0), second.get(0)), Math.max(first.get(1), second.get(1)));
            notices.add("the file draws the two axes of a kernel from " + first + " and " + second
                    + ", but task.sigma is one range for both; it takes " + sigma);
        }
        if (hasSigma) {
            set("sigma", sigma.toString());
        } else {
            keepDefault(BLUR + "SIGMA_X", "sigma");
        }
        if (shares.isEmpty()) {
            keepDefault(BLUR + "KERNEL_LIST and KERNEL_PROB", "kernels");
            return;
        }
        // If both axes have the same single sigma, an anisotropic kernel is isotropic, whatever its angle.
        boolean round = hasSigma && sigma.get(0).equals(sigma.get(1));
        List<String> ours = families.stream()
                .map(name -> name.toLowerCase(Locale.ROOT)
                        .replace("generalized", "generalised")
                        .replace('_', '-'))
                .map(name -> round && name.endsWith(ANISOTROPIC)
                        ? name.substring(0, name.length() - ANISOTROPIC.length()) + "iso"
                        : name)
                .toList();
        set("kernels", ours.toString());
        set("probabilities", shares.toString());
    }

    private void noise() {
        List<Double> sigma = pair(NOISE + "GAUSSIAN_SIGMA");
        if (sigma.isEmpty()) {
            keepDefault(NOISE + "GAUSSIAN_SIGMA", "sigma");
        } else if (sigma.get(0).equals(sigma.get(1))) {
            set("sigma", sigma.get(0).toString());
        } else {
            set("sigma-range", sigma.toString());
        }
        range(NOISE + "POISSON_SCALE", "poisson-scale", 1);
        List<String> kinds = stored.words(NOISE + "TYPE");
        List<Double> shares = shares(NOISE + "PROB", kinds.size());
        if (shares.isEmpty()
                || kinds.stream().anyMatch(kind -> !KINDS_OF_NOISE.contains(kind.toLowerCase(Locale.ROOT)))) {
            keepDefault(NOISE + "TYPE and PROB of Gaussian and Poisson noise", "poisson-probability");
            keepDefault(NOISE + "TYPE and PROB of Gaussian and Poisson noise", "grey-probability");
            return;
        }
        double poisson = IntStream.range(0, kinds.size())
                .filter(i -> kinds.get(i).equalsIgnoreCase(POISSON))
                .mapToDouble(shares::get)
                .sum();
        set("poisson-probability", Double.toString(Math.min(1, poisson)));
        grey(Math.min(1, poisson));
    }

    /** Combines the file's grey probabilities, one per kind of noise, into the single one of the task. */
    private void grey(double poisson) {
        Optional<Double> ofGaussian = fraction("GAUSSIAN_GRAY_NOISE_PROB", 1 - poisson);
        Optional<Double> ofPoisson = fraction("POISSON_GRAY_NOISE_PROB", poisson);
        if (ofGaussian.isEmpty() || ofPoisson.isEmpty()) {
            keepDefault(NOISE + "GAUSSIAN_GRAY_NOISE_PROB or POISSON_GRAY_NOISE_PROB", "grey-probability");
            return;
        }
        double mean = (1 - poisson) * ofGaussian.get() + poisson * ofPoisson.get();
        if (poisson > 0 && poisson < 1 && !ofGaussian.equals(ofPoisson)) {
            notices.add("the file makes Gaussian noise grey with probability " + ofGaussian.get()
                    + " and Poisson noise with " + ofPoisson.get()
                    + ", but task.grey-probability is one for both; it takes their mean, " + mean);
        }
        set("grey-probability", Double.toString(mean));
    }

    /** A probability; 0 if the kind of noise it belongs to is never drawn. */
    private Optional<Double> fraction(String key, double share) {
        if (share == 0) {
            return Optional.of(0.0);
        }
        return stored.number(NOISE + key).stream().boxed().findFirst();
    }

    /** Probabilities of {@code count} choices: the weights normalised to sum 1, or empty if they are invalid. */
    private List<Double> shares(String path, int count) {
        List<Double> weights = stored.numbers(path);
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        if (weights.size() != count || !(sum > 0) || weights.stream().anyMatch(weight -> weight < 0)) {
            return List.of();
        }
        return Math.abs(sum - 1) < ROUNDING
                ? weights
                : weights.stream().map(weight -> weight / sum).toList();
    }

    private List<Double> pair(String path) {
        List<Double> numbers = stored.numbers(path);
        return numbers.size() == 2 ? numbers : List.of();
    }

    private void range(String path, String key, double factor) {
        List<Double> numbers = pair(path);
        if (numbers.isEmpty()) {
            keepDefault(path, key);
        } else {
            set(key, numbers.stream().map(number -> number * factor).toList().toString());
        }
    }

    private void set(String key, String yaml) {
        builder.set("task." + key, yaml, origin);
    }

    private void keepDefault(String path, String key) {
        notices.add("the file does not say " + path + "; task." + key + " keeps its default");
    }
}
