package io.bandpass.pretext;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskGeometry;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.MaskDraws;
import io.bandpass.frequency.MaskSampler;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** What Masked Frequency Modeling does to images, if all keep their low (or strongest) frequencies, or all the others. */
final class FrequencyMasking implements Degradation {
    private final MaskGeometry mask;
    private final FrequencyFilter filter;
    private final MaskSampler sampler;
    private final boolean low;

    FrequencyMasking(MaskConfig config, int imageSize, boolean low, long seed, Device device) {
        mask = config.at(imageSize);
        filter = FrequencyFilter.of(mask, config.clamp(), device);
        sampler = new MaskSampler(seed);
        this.low = low;
    }

    @Override
    public Tensor apply(Tensor unitImages, long epoch, int[] indices) {
        // The radius or fraction of an image is that of training, whichever frequencies it keeps there.
        MaskDraws draws = sampler.draw(low ? 1 : 0, epoch, indices);
        return filter.apply(unitImages, filter.halfMasks(unitImages, draws));
    }

    @Override
    public String describe(long epoch, int index) {
        return MaskedSpectra.caption(mask, low);
    }

    @Override
    public void close() {
        filter.close();
    }
}
