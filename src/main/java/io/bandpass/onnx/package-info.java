/**
 * Export to ONNX: the graphs of encoders and classifiers, and their comparison with the models that they were made of.
 *
 * <p>May use: config, encoder, format, machine, nn, text, torch, weights.
 */
@NullMarked
package io.bandpass.onnx;

import org.jspecify.annotations.NullMarked;
