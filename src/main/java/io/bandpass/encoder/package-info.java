/**
 * Encoders: normalised images (N, 3, H, W) to feature maps (N, C, H/s, W/s), with the parameter names of timm 1.0.
 *
 * <p>May use: config, nn, torch.
 */
@NullMarked
package io.bandpass.encoder;

import org.jspecify.annotations.NullMarked;
