package io.bandpass.attack;

import org.bytedeco.pytorch.Tensor;

/**
 * One of the tries of an attack.
 *
 * @param number from 0, over all targets and restarts
 * @param restart from 0, with the same target
 * @param targets class that each image shall be taken for: (n), int64; the labels for an attack that aims at no class
 */
record Attempt(int number, int restart, Tensor targets) {}
