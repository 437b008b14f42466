package io.bandpass.metrics;

import java.nio.file.Path;
import java.util.Map;

/**
 * What is known before the first step.
 *
 * @param runFolder where everything is written
 * @param totalSteps optimizer steps of the whole run
 * @param startStep steps that an earlier session has made; 0 for a new run
 * @param stepsPerEpoch optimizer steps of an epoch
 * @param lines label to value, in the order in which a person should read them
 */
public record RunFacts(
        Path runFolder, long totalSteps, long startStep, long stepsPerEpoch, Map<String, String> lines) {}
