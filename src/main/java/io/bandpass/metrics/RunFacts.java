package io.bandpass.metrics;

import java.nio.file.Path;
import java.util.Map;

/**
 * Facts about a run that are known before the first step.
 *
 * @param runFolder folder of all output
 * @param totalSteps optimizer steps of the whole run
 * @param startStep steps made by earlier sessions; 0 for a new run
 * @param stepsPerEpoch optimizer steps per epoch
 * @param lines value by label, in display order
 */
public record RunFacts(
        Path runFolder, long totalSteps, long startStep, long stepsPerEpoch, Map<String, String> lines) {}
