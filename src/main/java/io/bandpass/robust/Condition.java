package io.bandpass.robust;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What was done to the images before a classifier saw them. */
public sealed interface Condition {
    /** Nothing. */
    record Clean() implements Condition {}

    /**
     * An adversarial attack.
     *
     * @param name as in the registry of attacks
     * @param norm {@code linf} or {@code l2}
     * @param eps radius of the ball, for pixels in [0, 1]
     * @param steps of an iterated attack
     * @param stepSize of an attack with steps of one size
     * @param randomStart whether it starts at a random point of the ball
     */
    record Attack(String name, String norm, double eps, OptionalInt steps, OptionalDouble stepSize, boolean randomStart)
            implements Condition {}

    /**
     * A corruption.
     *
     * @param severity 1 to 5
     * @param benchmark of a stored set its name, such as {@link #IMAGENET_C}; in memory the one that the parameters are
     *     those of
     */
    record Corruption(String name, int severity, String benchmark) implements Condition {
        /** The benchmark whose errors are divided by AlexNet's. */
        public static final String IMAGENET_C = "ImageNet-C";
    }

    /**
     * Only frequencies closer to DC than a radius are kept.
     *
     * @param radius in bins
     */
    record LowPass(double radius) implements Condition {}

    /**
     * Only frequencies at least a radius away from DC are kept.
     *
     * @param radius in bins
     */
    record HighPass(double radius) implements Condition {}

    /**
     * Noise of the frequencies in a ring was added.
     *
     * @param radius in bins, of the inner edge of the ring, which is one bin wide
     * @param norm L2 norm of the noise in each channel
     */
    record BandNoise(double radius, double norm) implements Condition {}

    /**
     * A wave of one frequency was added.
     *
     * @param u bins from DC, vertically
     * @param v bins from DC, horizontally
     * @param norm L2 norm of the wave in each channel
     */
    record Frequency(int u, int v, double norm) implements Condition {}

    /** Other images, such as ImageNet-R, of which only the classes of the model that they have are in question. */
    record OtherSet(String name) implements Condition {}

    /** Nothing, for the images of the classes that another set has, among which alone they are classified. */
    record SameClasses(String set) implements Condition {}
}
