package io.bandpass.robustness;

import io.bandpass.attack.AttackKind;
import io.bandpass.attack.AttackNorm;
import io.bandpass.attack.AttackSettings;
import io.bandpass.attack.PixelDistance;
import io.bandpass.config.ConfigException;
import io.bandpass.config.NearestKey;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.config.Words;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.FrostPictures;
import io.bandpass.corrupt.NamedCorruption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What a configuration asks for, part by part. */
final class PartList {
    private static final String ALL = "all";
    private static final String NONE = "none";

    private PartList() {}

    /**
     * Returns the parts, which are the same for each model.
     *
     * @param warnings receives what makes results doubtful
     * @throws ConfigException if an attack, a corruption or a radius does not exist
     */
    static List<Part> of(RobustnessConfig config, EvaluatedImages images, Consumer<String> warnings)
            throws IOException {
        ImageLoop loop = new ImageLoop(images, config.computation().batchSize());
        List<Part> parts = new ArrayList<>();
        parts.add(new CleanPart(loop));
        config.attacks()
                .names()
                .forEach(name -> attacks(config, kind(name))
                        .forEach(settings -> parts.add(new AttackPart(loop, kind(name), settings, warnings))));
        String frost = config.corruptions().frost().orElse("");
        for (NamedCorruption corruption : corruptions(config.corruptions())) {
            for (int level : config.corruptions().severities()) {
                parts.add(new CorruptionPart(loop, corruption, level, config.seed(), frost));
            }
        }
        RobustnessConfig.Frequencies frequencies = config.frequencies();
        if (!frequencies.bands().equals(NONE)) {
            parts.add(new BandsPart(loop, BandRange.of(frequencies.bands()), config.seed()));
        }
        if (frequencies.fourier()) {
            ImageLoop fewer = new ImageLoop(
                    images.first(frequencies.images()), config.computation().batchSize());
            parts.add(new FourierPart(fewer, frequencies.step(), config.seed()));
        }
        return parts;
    }

    private static AttackKind kind(String name) {
        return Words.constant(AttackKind.class, name).orElseThrow(() -> {
            List<String> names =
                    Arrays.stream(AttackKind.values()).map(AttackKind::toString).toList();
            return new ConfigException("there is no attack " + name + ": it must be one of " + String.join(", ", names)
                    + NearestKey.suggestion(name, names));
        });
    }

    private static List<AttackSettings> attacks(RobustnessConfig config, AttackKind kind) {
        RobustnessConfig.Attacks asked = config.attacks();
        AttackNorm norm = Words.constant(AttackNorm.class, asked.norm()).orElseThrow();
        AttackSettings settings = kind.settings(norm).withSeed(config.seed());
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
                ? List.of(usual)
                : asked.eps().stream()
                        .map(text -> usual.withEps(PixelDistance.parse("eps", text)))
                        .toList();
    }

    /**
     * Returns corruptions by their names, or all.
     *
     * @throws ConfigException if one does not exist
     */
    static List<NamedCorruption> corruptions(RobustnessConfig.Corruptions asked) throws IOException {
        Corruptions known = asked.frost().isEmpty()
                ? Corruptions.withoutPictures()
                : Corruptions.with(FrostPictures.read(Path.of(asked.frost().get())));
        return asked.names().equals(List.of(ALL))
                ? known.all()
                : asked.names().stream().map(known::named).toList();
    }
}
