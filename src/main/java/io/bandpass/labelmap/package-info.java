/**
 * Images with label maps: data sets of masks and polygons in the layouts that people have, what their values mean, and
 * the augmentation of images and label maps together. Read {@link io.bandpass.labelmap.LabelMapSource} first.
 *
 * <p>May use: config, data, format, image, text, torch.
 */
@NullMarked
package io.bandpass.labelmap;

import org.jspecify.annotations.NullMarked;
