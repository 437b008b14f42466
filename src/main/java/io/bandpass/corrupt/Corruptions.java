package io.bandpass.corrupt;

import static io.bandpass.corrupt.CorruptionGroup.BLUR;
import static io.bandpass.corrupt.CorruptionGroup.DIGITAL;
import static io.bandpass.corrupt.CorruptionGroup.EXTRA;
import static io.bandpass.corrupt.CorruptionGroup.NOISE;
import static io.bandpass.corrupt.CorruptionGroup.WEATHER;

import io.bandpass.config.ConfigException;
import io.bandpass.config.NearestKey;
import io.bandpass.config.RobustnessConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All corruptions, in the order of the benchmark's tables. A new corruption needs its class and a line here. The
 * published {@code frost} needs the user's pictures; Bandpass's own, {@code frost*}, is there in any case, and not part of
 * the mean corruption error.
 */
public final class Corruptions {
    private static final String FROST = "frost";
    private static final String ALL = "all";

    private static final List<NamedCorruption> WITHOUT_PICTURES = List.of(
            new NamedCorruption("gaussian_noise", NOISE, true, new GaussianNoise()),
            new NamedCorruption("shot_noise", NOISE, true, new ShotNoise()),
            new NamedCorruption("impulse_noise", NOISE, true, new ImpulseNoise()),
            new NamedCorruption("defocus_blur", BLUR, true, new DefocusBlur()),
            new NamedCorruption("glass_blur", BLUR, true, new GlassBlur()),
            new NamedCorruption("motion_blur", BLUR, true, new MotionBlur()),
            new NamedCorruption("zoom_blur", BLUR, true, new ZoomBlur()),
            new NamedCorruption("snow", WEATHER, true, new Snow()),
            new NamedCorruption("frost*", WEATHER, false, new Frost(new FrostTexture())),
            new NamedCorruption("fog", WEATHER, true, new Fog()),
            new NamedCorruption("brightness", WEATHER, true, new Brightness()),
            new NamedCorruption("contrast", DIGITAL, true, new Contrast()),
            new NamedCorruption("elastic_transform", DIGITAL, true, new ElasticTransform()),
            new NamedCorruption("pixelate", DIGITAL, true, new Pixelate()),
            new NamedCorruption("jpeg_compression", DIGITAL, true, new JpegCompression()),
            new NamedCorruption("speckle_noise", EXTRA, false, new SpeckleNoise()),
            new NamedCorruption("gaussian_blur", EXTRA, false, new GaussianBlur()),
            new NamedCorruption("spatter", EXTRA, false, new Spatter()),
            new NamedCorruption("saturate", EXTRA, false, new Saturation()));

    private final List<NamedCorruption> all;

    private Corruptions(List<NamedCorruption> all) {
        this.all = List.copyOf(all);
    }

    /** Returns the corruptions that need nothing of the user: all but the published frost. */
    public static Corruptions withoutPictures() {
        return new Corruptions(WITHOUT_PICTURES);
    }

    /** Returns all corruptions. */
    public static Corruptions with(FrostPictures pictures) {
        List<NamedCorruption> all = new ArrayList<>();
        for (NamedCorruption corruption : WITHOUT_PICTURES) {
            if (corruption.name().startsWith(FROST)) {
                all.add(new NamedCorruption(FROST, WEATHER, true, new Frost(pictures)));
            }
            all.add(corruption);
        }
        return new Corruptions(all);
    }

    /**
     * Returns the corruptions that a configuration names.
     *
     * @throws ConfigException if there is none of a name, or the pictures of frost cannot be read
     */
    public static List<NamedCorruption> named(RobustnessConfig.Corruptions asked) throws IOException {
        Corruptions known = asked.frost().isEmpty()
                ? withoutPictures()
                : with(FrostPictures.read(Path.of(asked.frost().get())));
        return asked.names().equals(List.of(ALL))
                ? known.all()
                : asked.names().stream().map(known::named).distinct().toList();
    }

    public List<NamedCorruption> all() {
        return all;
    }

    /** Returns those that the mean corruption error is the mean of: 15, or 14 without pictures of frost. */
    public List<NamedCorruption> inMeanError() {
        return all.stream().filter(NamedCorruption::inMeanError).toList();
    }

    /**
     * Returns a corruption.
     *
     * @throws ConfigException if there is none of this name, or if it needs pictures of frost that are not there
     */
    public NamedCorruption named(String name) {
        return all.stream()
                .filter(corruption -> corruption.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private ConfigException unknown(String name) {
        if (name.equals(FROST)) {
            return new ConfigException("the corruption frost needs the pictures of frost of ImageNet-C, which Bandpass"
                    + " cannot include: give their folder with --frost, or take frost*");
        }
        List<String> names = all.stream().map(NamedCorruption::name).toList();
        return new ConfigException("there is no corruption " + name + ": it must be one of " + String.join(", ", names)
                + NearestKey.suggestion(name, names));
    }
}
