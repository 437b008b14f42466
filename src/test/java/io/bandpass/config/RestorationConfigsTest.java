package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestorationConfigsTest {
    private static final List<Integer> SIZES = List.of(7, 21);
    private static final List<String> ISO = List.of("iso");
    private static final List<Double> ALWAYS = List.of(1.0);
    private static final List<Double> SIGMA = List.of(0.2, 3.0);
    private static final List<Double> ROTATION = List.of(0.0, 180.0);
    private static final List<Double> BETA = List.of(1.0, 2.0);
    private static final List<Double> BY_SIZE = List.of();

    private static DeblurConfig sizes(Integer... sizes) {
        return new DeblurConfig(List.of(sizes), ISO, ALWAYS, SIGMA, ROTATION, BETA, BETA, BY_SIZE);
    }

    private static DeblurConfig families(List<String> kernels, Double... probabilities) {
        return new DeblurConfig(SIZES, kernels, List.of(probabilities), SIGMA, ROTATION, BETA, BETA, BY_SIZE);
    }

    private static DeblurConfig sigma(String kernel, Double... sigma) {
        return new DeblurConfig(SIZES, List.of(kernel), ALWAYS, List.of(sigma), ROTATION, BETA, BETA, BY_SIZE);
    }

    private static DeblurConfig shapes(
            List<Double> rotation, List<Double> generalised, List<Double> plateau, List<Double> omega) {
        return new DeblurConfig(SIZES, ISO, ALWAYS, SIGMA, rotation, generalised, plateau, omega);
    }

    private static DenoiseConfig noise(double sigma, double poisson, List<Double> scale, double grey) {
        return new DenoiseConfig(sigma, List.of(), poisson, scale, grey);
    }

    private static Arguments refused(ThrowingCallable made, String sentence) {
        return Arguments.of(made, sentence);
    }

    static Stream<Arguments> wrongKernels() {
        return Stream.of(
                refused(() -> sizes(), "task.kernel-sizes is [], but must be one or more odd numbers of at least 3"),
                refused(() -> sizes(7, 8), "task.kernel-sizes is [7, 8], but must be one or more odd numbers"),
                refused(() -> sizes(1), "task.kernel-sizes is [1], but must be one or more odd numbers of at least 3"),
                refused(() -> sizes(-7), "task.kernel-sizes is [-7], but"),
                refused(() -> families(List.of()), "task.kernels is [], but must be a list of one or more families"),
                refused(
                        () -> families(List.of("isotropic"), 1.0),
                        "task.kernels is 'isotropic', but must be one of iso, aniso, generalised-iso"),
                refused(
                        () -> families(List.of("iso", "sinc"), 1.0),
                        "task.probabilities is [1.0], but must be one number from 0 to 1 for each of task.kernels, 2"),
                refused(
                        () -> families(List.of("iso", "sinc"), 0.5, 0.6),
                        "task.probabilities is [0.5, 0.6], but must be numbers whose sum is 1, not 1.1"),
                refused(
                        () -> families(List.of("iso", "sinc"), 1.5, -0.5),
                        "task.probabilities is [1.5, -0.5], but must be one number from 0 to 1"),
                refused(
                        () -> families(ISO, Double.NaN),
                        "task.probabilities is [NaN], but must be one number from 0 to 1"),
                refused(
                        () -> sigma("plateau-aniso", 5.0, 5.0),
                        "task.sigma is [5.0, 5.0], but must be a range [low, high] with low below high, as"
                                + " 'plateau-aniso' in task.kernels draws one sigma for each axis"));
    }

    static Stream<Arguments> wrongRanges() {
        return Stream.of(
                refused(() -> sigma("iso", 3.0, 0.2), "task.sigma is [3.0, 0.2], but must be two numbers [low, high]"),
                refused(() -> sigma("iso", 5.0), "task.sigma is [5.0], but must be two numbers"),
                refused(() -> sigma("iso", 0.0, 5.0), "task.sigma is [0.0, 5.0], but must be two numbers"),
                refused(
                        () -> shapes(List.of(0.0, 361.0), BETA, BETA, BY_SIZE),
                        "task.rotation is [0.0, 361.0], but must be two numbers"),
                refused(() -> shapes(ROTATION, List.of(4.0, 0.5), BETA, BY_SIZE), "task.generalised-beta is"),
                refused(() -> shapes(ROTATION, BETA, List.of(0.0, 1.0), BY_SIZE), "task.plateau-beta is"),
                refused(
                        () -> shapes(ROTATION, BETA, BETA, List.of(2.0, 1.0)),
                        "task.omega is [2.0, 1.0], but must be two numbers"),
                refused(() -> shapes(ROTATION, BETA, BETA, List.of(1.0, 9.0)), "task.omega is [1.0, 9.0], but"),
                refused(() -> noise(0, 0, BETA, 0), "task.sigma is 0.0, but must be a number above 0"),
                refused(() -> noise(Double.NaN, 0, BETA, 0), "task.sigma is NaN, but must be a number above 0"),
                refused(() -> noise(75, 1.5, BETA, 0), "task.poisson-probability is 1.5, but must be between 0 and 1"),
                refused(
                        () -> noise(75, 0.5, List.of(3.0, 0.05), 0),
                        "task.poisson-scale is [3.0, 0.05], but must be two numbers [low, high]"),
                refused(() -> noise(75, 0, BETA, -0.1), "task.grey-probability is -0.1, but must be between 0 and 1"),
                refused(
                        () -> new DenoiseConfig(75, List.of(30.0, 1.0), 0, BETA, 0),
                        "task.sigma-range is [30.0, 1.0], but must be two numbers [low, high] from 0"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource({"wrongKernels", "wrongRanges"})
    void whatCannotBeUsedIsRefusedWithASentence(ThrowingCallable made, String sentence) {
        assertThatThrownBy(made).isInstanceOf(ConfigException.class).hasMessageStartingWith(sentence);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -8})
    void aFactorThatLeavesTheImageAsItIsIsRefused(int factor) {
        assertThatThrownBy(() -> new SuperResolutionConfig(factor))
                .isInstanceOf(ConfigException.class)
                .hasMessage("task.factor is " + factor + ", but must be a whole number of at least 2");
    }

    @Test
    void tilesOfTheLossMustDivideTheImages() {
        assertThatThrownBy(() ->
                        Recipes.load("quick-denoise").set("loss.patch-factor=3").build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("loss.patch-factor 3");
    }

    @Test
    void whatCanBeUsedIsTaken() {
        assertThat(sizes(21, 7, 9).largestKernel()).isEqualTo(21);
        // Three thirds, which do not add up to 1 exactly.
        assertThatCode(() -> families(List.of("iso", "plateau-iso", "sinc"), 0.333_333_3, 0.333_333_3, 0.333_333_4))
                .doesNotThrowAnyException();
        // A family that never comes draws no sigma.
        assertThatCode(() -> new DeblurConfig(
                        SIZES,
                        List.of("iso", "aniso"),
                        List.of(1.0, 0.0),
                        List.of(5.0, 5.0),
                        ROTATION,
                        BETA,
                        BETA,
                        List.of(1.0, Math.PI)))
                .doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotFitTheImagesIsRefusedBeforeAnythingStarts() {
        ConfigBuilder<PretrainingConfig> deblur = Recipes.load("quick-deblur").set("task.kernel-sizes=[57]");
        assertThatThrownBy(deblur::build)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("task.kernel-sizes has 57, but must hold at most 55 for images of 28 pixels");
        ConfigBuilder<PretrainingConfig> small =
                Recipes.load("quick-super-resolution").set("task.factor=29");
        assertThatThrownBy(small::build)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("task.factor is 29, but must be at most the image size, 28 pixels");
    }
}
