package io.bandpass.robustness;

import io.bandpass.attack.ConfiguredAttack;
import io.bandpass.config.ConfigException;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.NamedCorruption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a configuration asks for, part by part. */
final class PartList {
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
        for (ConfiguredAttack attack : ConfiguredAttack.of(config.attacks(), config.seed())) {
            parts.add(new AttackPart(loop, attack.kind(), attack.settings(), warnings));
        }
        String frost = config.corruptions().frost().orElse("");
        for (NamedCorruption corruption : Corruptions.named(config.corruptions())) {
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
}
