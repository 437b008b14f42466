package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.config.Words;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An attack with the settings that a configuration gives it. */
public record ConfiguredAttack(AttackKind kind, AttackSettings settings) {
    /**
     * Returns the attacks of a configuration: each at each radius, or at its published one if none is given. A setting
     * that an attack does not use is ignored for it.
     *
     * @param seed of everything random
     * @throws ConfigException if there is no attack of a name, or a setting is out of range
     */
    public static List<ConfiguredAttack> of(RobustnessConfig.Attacks asked, long seed) {
        List<AttackKind> kinds =
                asked.names().stream().map(AttackKind::named).distinct().toList();
        refuseUnused(kinds, "eps", !asked.eps().isEmpty());
        refuseUnused(kinds, "steps", asked.steps().isPresent());
        refuseUnused(kinds, "step-size", asked.stepSize().isPresent());
        refuseUnused(kinds, "random-start", !asked.randomStart());
        return kinds.stream().flatMap(kind -> of(asked, kind, seed)).distinct().toList();
    }

    /** Rejects a setting that none of the attacks has, instead of passing over it. */
    private static void refuseUnused(List<AttackKind> kinds, String key, boolean isSet) {
        if (isSet && kinds.stream().noneMatch(kind -> kind.keys().contains(key))) {
            String attacks = kinds.stream().map(AttackKind::toString).collect(Collectors.joining(", "));
            throw new ConfigException("`" + key + "` is set, but "
                    + (kinds.isEmpty() ? "there is no attack" : "no attack of " + attacks + " has it")
                    + ": leave it out");
        }
    }

    private static Stream<ConfiguredAttack> of(RobustnessConfig.Attacks asked, AttackKind kind, long seed) {
        AttackNorm norm = Words.constant(AttackNorm.class, asked.norm()).orElseThrow();
        AttackSettings settings = kind.settings(norm).withSeed(seed);
        if (kind.keys().contains("random-start")) {
            settings = settings.withRandomStart(asked.randomStart());
        }
        if (asked.steps().isPresent() && kind.keys().contains("steps")) {
            settings = settings.withSteps(asked.steps().getAsInt());
        }
        if (asked.stepSize().isPresent() && kind.keys().contains("step-size")) {
            settings = settings.withStepSize(
                    PixelDistance.parse("step-size", asked.stepSize().get()));
        }
        AttackSettings usual = settings;
        return asked.eps().isEmpty()
                ? Stream.of(new ConfiguredAttack(kind, usual))
                : asked.eps().stream()
                        .map(text -> new ConfiguredAttack(kind, usual.withEps(PixelDistance.parse("eps", text))));
    }
}
