package io.bandpass.pretext;

import io.bandpass.config.DeblurConfig;
import io.bandpass.config.DenoiseConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.MaeConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.RestorationConfig;
import io.bandpass.config.SimMimConfig;
import io.bandpass.config.SuperResolutionConfig;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * What each pre-training task does to the images that the encoder gets, without an encoder. The draws for an image are
 * those of training.
 */
public final class TaskInputs {
    private TaskInputs() {}

    /**
     * Masked Frequency Modeling, if all images are low-pass (or keep their strongest frequencies), or all high-pass.
     *
     * @param imageSize edge of the square images in pixels
     */
    public static Degradation maskedFrequencies(MaskConfig mask, int imageSize, boolean low, long seed, Device device) {
        return new FrequencyMasking(mask, imageSize, low, seed, device);
    }

    /**
     * Super-resolution, deblurring or denoising.
     *
     * @param imageSize edge of the square images in pixels
     * @throws io.bandpass.config.ConfigException if the images are too small for it
     */
    public static Degradation restoration(RestorationConfig task, int imageSize, long seed) {
        if (task instanceof SuperResolutionConfig superResolution) {
            return new SuperResolution(superResolution, imageSize);
        }
        if (task instanceof DeblurConfig deblur) {
            return new Blur(deblur, imageSize, seed);
        }
        return new Noise((DenoiseConfig) task, seed);
    }

    /**
     * SimMIM, with masked blocks in one colour, as its figures show them.
     *
     * @param imageSize edge of the square images in pixels, a multiple of the block size
     * @param colour of masked pixels by channel: the mean colour
     */
    public static Degradation simMim(SimMimConfig task, int imageSize, List<Double> colour, long seed, Device device) {
        return new CellMasking(imageSize, task.blockSize(), task.masked(imageSize), "blocks", colour, seed, device);
    }

    /**
     * Masked autoencoder, with masked patches in one colour, as its figures show them.
     *
     * @param encoder whose patches are masked
     * @param colour of masked pixels by channel: the mean colour
     */
    public static Degradation maskedPatches(
            MaeConfig task, EncoderConfig encoder, List<Double> colour, long seed, Device device) {
        int masked = task.patches(encoder) - task.visible(encoder);
        return new CellMasking(encoder.imageSize(), encoder.stride(), masked, "patches", colour, seed, device);
    }
}
