package io.bandpass.compare;

import io.bandpass.config.RunConfig;
import io.bandpass.run.RunKind;

/**
 * A training that begins with the encoder of a cell, and from which the cell gets a score.
 *
 * @param stage name of the stage and of its run folder
 * @param measured name of the score in the summary of the run
 * @param score name of the score in the results of the cell
 */
record EncoderUse<C extends Record & RunConfig>(
        String stage, RunKind<C> kind, C config, String measured, String score) {}
