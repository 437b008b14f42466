package io.bandpass.compare;

import io.bandpass.robust.Condition;
import java.util.OptionalDouble;

/** Images of which a band of frequencies is kept, or disturbed. */
enum Band {
    LOW_PASS("Low-pass images", "Only frequencies nearer to DC than the radius are kept") {
        @Override
        OptionalDouble radius(Condition condition) {
            return condition instanceof Condition.LowPass band
                    ? OptionalDouble.of(band.radius())
                    : OptionalDouble.empty();
        }
    },
    HIGH_PASS("High-pass images", "Only frequencies at least the radius from DC are kept") {
        @Override
        OptionalDouble radius(Condition condition) {
            return condition instanceof Condition.HighPass band
                    ? OptionalDouble.of(band.radius())
                    : OptionalDouble.empty();
        }
    },
    NOISE("Noise in one ring", "Noise of the same energy is added at each radius") {
        @Override
        OptionalDouble radius(Condition condition) {
            return condition instanceof Condition.BandNoise band
                    ? OptionalDouble.of(band.radius())
                    : OptionalDouble.empty();
        }
    };

    final String title;
    final String explanation;

    Band(String title, String explanation) {
        this.title = title;
        this.explanation = explanation;
    }

    /** Returns the radius of such images in bins; empty for others. */
    abstract OptionalDouble radius(Condition condition);
}
