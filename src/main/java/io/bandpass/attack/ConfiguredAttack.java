package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.config.Words;
import java.util.List;
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
        return asked.names().stream()
                .map(AttackKind::named)
                .flatMap(kind -> of(asked, kind, seed))
                .toList();
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
