package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Settings of all attacks of a command. */
final class AttackOptions {
    @Option(
            names = "--eps",
            paramLabel = "X,...",
            split = ",",
            hideParamSyntax = true,
            description =
                    "Radii of attacks for pixels in [0, 1], such as 1/255,4/255. Default: each attack's own, of fgsm and"
                            + " pgd 1/255.")
    private @Nullable List<String> eps;

    @Option(names = "--norm", paramLabel = "NAME", description = "Norm of attacks: linf or l2. Default: linf.")
    private String norm = "linf";

    @Option(names = "--steps", paramLabel = "N", description = "Steps of iterated attacks. Default: each one's own.")
    private @Nullable Integer steps;

    @Option(
            names = "--step-size",
            paramLabel = "X",
            description = "Step size of PGD, such as 0.5/255. Default: half of eps.")
    private @Nullable String stepSize;

    @Option(
            names = "--random-start",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether PGD starts at a random point of the ball. Default: true.")
    private boolean randomStart = true;

    RobustnessConfig.Attacks of(List<String> attacks) {
        if (eps != null && eps.stream().allMatch(String::isBlank)) {
            throw new ConfigException("--eps is empty; give radii such as 1/255,4/255, or leave it out");
        }
        return new RobustnessConfig.Attacks(
                attacks,
                eps == null ? List.of() : eps,
                norm,
                steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
                Optional.ofNullable(stepSize),
                randomStart);
    }
}
