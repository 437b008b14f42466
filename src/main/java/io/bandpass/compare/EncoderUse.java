package io.bandpass.compare;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.RunConfig;
import io.bandpass.run.RunKind;
import io.bandpass.run.RunKinds;
import java.util.List;

/**
 * A training that begins with the encoder of a cell, and from which the cell gets a score.
 *
 * @param stage name of the stage and of its run folder
 * @param measured name of the score in the summary of the run
 * @param score name of the score in the results of the cell
 */
record EncoderUse<C extends Record & RunConfig>(
        String stage, RunKind<C> kind, C config, String measured, String score) {
    /**
     * Returns a copy with other settings.
     *
     * @param settings {@code section.key=value}
     */
    EncoderUse<C> with(List<String> settings) {
        ConfigBuilder<C> builder = ConfigBuilder.from(config);
        settings.forEach(builder::set);
        return new EncoderUse<>(stage, kind, builder.build(), measured, score);
    }

    /** Returns a copy in another folder of the cell. */
    EncoderUse<C> in(String folder) {
        return new EncoderUse<>(folder, kind, config, measured, score);
    }

    /** Whether it is fine-tuning of a classifier, whose settings a grid can choose. */
    boolean isFinetuning() {
        return kind.equals(RunKinds.FINETUNING);
    }
}
