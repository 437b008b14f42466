package io.bandpass.pretext;

import io.bandpass.config.MaskGeometry;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.FrequencyLoss;
import java.math.BigDecimal;
import java.math.MathContext;
import org.bytedeco.pytorch.Device;

/**
 * Frequency filter and loss of Masked Frequency Modeling for one image size.
 *
 * @param lossFilter filter whose masks the loss uses: different from {@code filter} if the loss compares tiles
 */
record MaskedSpectra(MaskGeometry mask, FrequencyFilter filter, FrequencyFilter lossFilter, FrequencyLoss loss)
        implements AutoCloseable {
    private static final int RADIUS_DIGITS = 4;

    /** Creates those of a configuration at its encoder's image size. */
    static MaskedSpectra of(PretrainingConfig config, Device device) {
        int size = config.encoder().imageSize();
        boolean clamp = config.mask().clamp();
        MaskGeometry mask = config.mask().at(size);
        FrequencyFilter filter = FrequencyFilter.of(mask, clamp, device);
        int tiles = config.loss().patchFactor();
        FrequencyFilter lossFilter = tiles == 1 || !config.loss().countsRemovedOnly()
                ? filter
                : FrequencyFilter.of(mask.tile(tiles), clamp, device);
        return new MaskedSpectra(mask, filter, lossFilter, new FrequencyLoss(config.loss(), size, size, device));
    }

    /** Caption that describes the filter. */
    String caption(boolean low) {
        return caption(mask, low);
    }

    /** Caption that describes the filter of a mask. */
    static String caption(MaskGeometry mask, boolean low) {
        if (mask.ranksMagnitudes()) {
            return "strongest frequencies " + (low ? "kept" : "removed");
        }
        String pass = low ? "low-pass" : "high-pass";
        return mask.drawsRadius() ? pass + ", " + mask.describeShape() : pass + ", r = " + digits(mask.radius());
    }

    @Override
    public void close() {
        filter.close();
        if (!lossFilter.equals(filter)) {
            lossFilter.close();
        }
        loss.close();
    }

    private static String digits(double radius) {
        return new BigDecimal(radius)
                .round(new MathContext(RADIUS_DIGITS))
                .stripTrailingZeros()
                .toPlainString();
    }
}
