/**
 * Training of segmentation models: UperNet on the feature maps of any encoder, an auxiliary FCN head, and the loss of
 * their pixels. Read {@link io.bandpass.segment.SegmentationTask} first.
 *
 * <p>May use: config, encoder, nn, task, torch.
 */
@NullMarked
package io.bandpass.segment;

import org.jspecify.annotations.NullMarked;
