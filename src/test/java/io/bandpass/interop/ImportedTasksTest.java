package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.config.DeblurConfig;
import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SuperResolutionConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.AuthorsFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of a restoration task that the authors' checkpoints hold become those of ours. */
final class ImportedTasksTest {
    private static final String BLUR = "DATA.BLUR.";
    private static final String NOISE = "DATA.NOISE.";
    private static final List<Integer> SIZES = List.of(7, 9, 11, 13, 15, 17, 19, 21);

    /** What the authors' program has where a file of settings is silent. */
    private static final Map<String, Object> THEIR_BLUR = Map.of(
            BLUR + "KERNEL_SIZE", SIZES,
            BLUR + "KERNEL_LIST",
                    List.of(
                            "iso",
                            "aniso",
                            "generalized_iso",
                            "generalized_aniso",
                            "plateau_iso",
                            "plateau_aniso",
                            "sinc"),
            BLUR + "KERNEL_PROB", List.of(0.405, 0.225, 0.108, 0.027, 0.108, 0.027, 0.1),
            BLUR + "SIGMA_X", List.of(0.2, 3),
            BLUR + "SIGMA_Y", List.of(0.2, 3),
            BLUR + "ROTATE_ANGLE", List.of(-3.1416, 3.1416),
            BLUR + "BETA_GAUSSIAN", List.of(0.5, 4),
            BLUR + "BETA_PLATEAU", List.of(1, 2));

    private static final Map<String, Object> THEIR_NOISE = Map.of(
            NOISE + "TYPE", List.of("gaussian", "poisson"),
            NOISE + "PROB", List.of(0.5, 0.5),
            NOISE + "GAUSSIAN_SIGMA", List.of(1, 30),
            NOISE + "GAUSSIAN_GRAY_NOISE_PROB", 0.4,
            NOISE + "POISSON_SCALE", List.of(0.05, 3),
            NOISE + "POISSON_GRAY_NOISE_PROB", 0.4);

    @TempDir
    Path temporary;

    private record Result(PretrainingConfig config, String lines) {}

    private static Map<String, Object> settings(String filter, Map<String, Object> usual, Map<String, Object> other) {
        Map<String, Object> settings = new LinkedHashMap<>(
                Map.of("DATA.FILTER_TYPE", filter, "MODEL.RECOVER_TARGET_TYPE", "normal", "MODEL.VIT.NUM_HEADS", 4));
        settings.putAll(usual);
        settings.putAll(other);
        return settings;
    }

    private Result imported(Map<String, Object> settings, String... set) throws IOException {
        Path file = temporary.resolve("their.pth");
        Path out = Files.createTempDirectory(temporary, "out");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("vit_tiny")) {
            Map<String, Tensor> state = golden.names().stream()
                    .filter(name -> name.startsWith("a_state."))
                    .collect(Collectors.toMap(name -> name.substring("a_state.".length()), golden::get));
            AuthorsFile.write(file, state, AuthorsFile.settings(settings));
        }
        WeightsImport job = WeightsImport.of(file, out);
        List.of(set).forEach(job::set);
        WeightsImport.Imported imported = job.run();
        assertThat(out.resolve("full.safetensors")).exists();
        return new Result(Weights.config(out), String.join("\n", imported.lines()));
    }

    @Test
    void theKernelsOfThePublishedDeblurring() throws IOException {
        Result result = imported(settings(
                "deblur",
                THEIR_BLUR,
                Map.of(
                        BLUR + "KERNEL_LIST", List.of("iso"),
                        BLUR + "KERNEL_PROB", List.of(1.0),
                        BLUR + "SIGMA_X", List.of(5, 5),
                        BLUR + "SIGMA_Y", List.of(5, 5))));
        DeblurConfig task = (DeblurConfig) result.config().task();
        assertThat(task.kernelSizes()).isEqualTo(SIZES);
        assertThat(task.kernels()).containsExactly("iso");
        assertThat(task.probabilities()).containsExactly(1.0);
        assertThat(task.sigma()).containsExactly(5.0, 5.0);
        assertThat(result.config().loss().target()).hasToString("full");
        assertThat(result.lines()).doesNotContain("keeps its default");
    }

    @Test
    void everyFamilyOfKernels() throws IOException {
        Result result = imported(settings("deblur", THEIR_BLUR, Map.of(BLUR + "KERNEL_SIZE", List.of(3, 11))));
        DeblurConfig task = (DeblurConfig) result.config().task();
        assertThat(task.kernelSizes()).containsExactly(3, 11);
        assertThat(task.kernels())
                .containsExactly(
                        "iso", "aniso", "generalised-iso", "generalised-aniso", "plateau-iso", "plateau-aniso", "sinc");
        assertThat(task.probabilities()).containsExactly(0.405, 0.225, 0.108, 0.027, 0.108, 0.027, 0.1);
        assertThat(task.sigma()).containsExactly(0.2, 3.0);
        assertThat(task.rotation()).containsExactly(Math.toDegrees(-3.1416), Math.toDegrees(3.1416));
        assertThat(task.generalisedBeta()).containsExactly(0.5, 4.0);
        assertThat(task.plateauBeta()).containsExactly(1.0, 2.0);
        assertThat(task.omega()).isEmpty();
    }

    @Test
    void weightsOfAnySumAreProbabilitiesHere() throws IOException {
        Result result = imported(settings(
                "deblur",
                THEIR_BLUR,
                Map.of(BLUR + "KERNEL_LIST", List.of("iso", "sinc"), BLUR + "KERNEL_PROB", List.of(3, 1))));
        assertThat(((DeblurConfig) result.config().task()).probabilities()).containsExactly(0.75, 0.25);
    }

    /** With one sigma for both axes theirs are circles; ours would be refused, as the axes could never differ. */
    @Test
    void anisotropicKernelsOfOneSigmaAreIsotropic() throws IOException {
        Result result = imported(settings(
                "deblur", THEIR_BLUR, Map.of(BLUR + "SIGMA_X", List.of(2, 2), BLUR + "SIGMA_Y", List.of(2, 2))));
        DeblurConfig task = (DeblurConfig) result.config().task();
        assertThat(task.kernels())
                .containsExactly(
                        "iso", "iso", "generalised-iso", "generalised-iso", "plateau-iso", "plateau-iso", "sinc");
        assertThat(task.sigma()).containsExactly(2.0, 2.0);
    }

    @Test
    void twoRangesOfSigmaBecomeOneThatHoldsBothAndThisIsSaid() throws IOException {
        Result result = imported(settings("deblur", THEIR_BLUR, Map.of(BLUR + "SIGMA_Y", List.of(1, 6))));
        assertThat(((DeblurConfig) result.config().task()).sigma()).containsExactly(0.2, 6.0);
        assertThat(result.lines())
                .contains("draws the two axes of a kernel from [0.2, 3.0] and [1.0, 6.0]", "it takes [0.2, 6.0]");
    }

    @Test
    void aKernelThatIsNotKnownHereIsNamedAndCanBeReplaced() throws IOException {
        Map<String, Object> settings = settings(
                "deblur", THEIR_BLUR, Map.of(BLUR + "KERNEL_LIST", List.of("skew"), BLUR + "KERNEL_PROB", List.of(1)));
        assertThatThrownBy(() -> imported(settings))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("task.kernels is 'skew', but must be one of iso");
        assertThat(((DeblurConfig) imported(settings, "task.kernels=[iso]")
                                .config()
                                .task())
                        .kernels())
                .containsExactly("iso");
    }

    @Test
    void theNoiseOfThePublishedDenoising() throws IOException {
        Result result = imported(settings(
                "denoise",
                THEIR_NOISE,
                Map.of(
                        NOISE + "TYPE", List.of("gaussian"),
                        NOISE + "PROB", List.of(1.0),
                        NOISE + "GAUSSIAN_SIGMA", List.of(75, 75),
                        NOISE + "GAUSSIAN_GRAY_NOISE_PROB", 0.0)));
        assertThat(result.config().task()).isEqualTo(new DenoiseConfig(75, List.of(), 0, List.of(0.05, 3.0), 0));
        assertThat(result.lines()).doesNotContain("keeps its default");
    }

    @Test
    void rangesAndKindsOfNoise() throws IOException {
        Result result = imported(settings("denoise", THEIR_NOISE, Map.of(NOISE + "PROB", List.of(3, 1))));
        assertThat(result.config().task())
                .isEqualTo(new DenoiseConfig(75, List.of(1.0, 30.0), 0.25, List.of(0.05, 3.0), 0.4));
        Result two = imported(settings("denoise", THEIR_NOISE, Map.of(NOISE + "POISSON_GRAY_NOISE_PROB", 0.2)));
        assertThat(((DenoiseConfig) two.config().task()).greyProbability()).isEqualTo(0.5 * 0.4 + 0.5 * 0.2);
        assertThat(two.lines()).contains("it takes their mean");
    }

    @Test
    void theFactorOfSuperResolution() throws IOException {
        Result result = imported(settings("sr", Map.of(), Map.of("DATA.SR_FACTOR", 4)));
        assertThat(result.config().task()).isEqualTo(new SuperResolutionConfig(4));
    }

    @Test
    void whatIsNotSaidKeepsItsDefaultAndTheTableSaysSo() throws IOException {
        String blur = imported(settings("deblur", Map.of(), Map.of())).lines();
        for (String key : List.of("kernel-sizes", "kernels", "sigma", "rotation", "generalised-beta", "plateau-beta")) {
            assertThat(blur).contains("task." + key + " keeps its default");
        }
        Result noise = imported(settings("denoise", Map.of(), Map.of(NOISE + "TYPE", List.of("speckle"))));
        for (String key : List.of("sigma", "poisson-scale", "poisson-probability", "grey-probability")) {
            assertThat(noise.lines()).contains("task." + key + " keeps its default");
        }
        assertThat(noise.config().task()).isEqualTo(new DenoiseConfig(75, List.of(), 0, List.of(0.05, 3.0), 0));
        assertThat(imported(settings("sr", Map.of(), Map.of())).lines())
                .contains("the file does not say DATA.SR_FACTOR; task.factor keeps its default");
    }
}
