package io.bandpass.config;

/** Masked Frequency Modeling: its settings are the sections {@code mask}, {@code decoder} and {@code loss}. */
@Variant(value = "mfm", summary = "Masked Frequency Modeling: removed frequencies are predicted")
public record MaskedFrequencyConfig() implements TaskConfig {
    @Override
    public String describe(PretrainingConfig config) {
        MaskConfig mask = config.mask();
        return "Masked Frequency Modeling, "
                + mask.at(config.encoder().imageSize()).describe() + ", "
                + mask.describeProbability()
                + config.loss().describe(LossConfig.Target.MASKED);
    }

    @Override
    public String introduction() {
        return "Pre-training by masked frequency modeling: part of each image's frequency spectrum was removed, and an"
                + " encoder learned to predict what is missing.";
    }

    @Override
    public String pictures() {
        return "Each image once with its high frequencies removed (low-pass: it looks blurred) and once with its low ones"
                + " removed (high-pass: only edges stay). “Combined” takes the removed frequencies from the reconstruction"
                + " and the kept ones from the input. Below each image stands its spectrum, bright where there is much of a"
                + " frequency, with the outline of the mask where it has one.";
    }
}
