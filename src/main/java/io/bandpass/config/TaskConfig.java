package io.bandpass.config;

/** What is learned from unlabelled images. YAML: {@code task: {type: mfm, ...}}. */
public sealed interface TaskConfig permits MaskedFrequencyConfig, SuperResolutionConfig, DeblurConfig, DenoiseConfig {}
