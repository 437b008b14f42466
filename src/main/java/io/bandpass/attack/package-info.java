/**
 * Adversarial attacks on classifiers: images in [0, 1] are changed within a small distance so that the model
 * misclassifies them. Read {@link io.bandpass.attack.AttackSuite} first.
 *
 * <p>May use: config, encoder, nn, task, text, torch.
 */
@NullMarked
package io.bandpass.attack;

import org.jspecify.annotations.NullMarked;
