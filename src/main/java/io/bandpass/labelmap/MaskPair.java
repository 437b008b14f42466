package io.bandpass.labelmap;

import java.nio.file.Path;

/** An image and its mask. */
record MaskPair(Path image, Path mask, boolean heldOut) {}
