package io.bandpass.eval;

import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.task.DivergedException;
import io.bandpass.task.NotFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;

/**
 * Evaluates the frozen encoder during pre-training: kNN accuracy on the held-out images and, if configured, a linear
 * probe on the same features.
 */
public final class OnlineEvaluator {
    /** Prefix of the notice that says why an evaluation has no linear-probe score. */
    public static final String PROBE_LEFT_OUT = "linear probe left out: ";

    private final FrozenEncoder frozen;
    private final ImageSource train;
    private final ImageSource heldOut;
    private final UnreadableImages unreadable;
    private final Preprocessing pixels;
    private final NearestNeighbours nearestNeighbours;
    private final Optional<ProbeConfig> probe;

    /**
     * Creates the evaluator of an encoder.
     *
     * @param seed seed of the probe
     */
    public OnlineEvaluator(
            FrozenEncoder frozen,
            ImageSource train,
            ImageSource heldOut,
            UnreadableImages unreadable,
            EvaluateConfig config,
            long seed) {
        this.frozen = frozen;
        this.unreadable = unreadable;
        pixels = Features.thumbnails(new Preprocessing(frozen.encoder().config().imageSize()));
        this.train = train.atMost(config.knnImages());
        this.heldOut = heldOut.atMost(config.knnImages());
        nearestNeighbours = new NearestNeighbours(config.knnNeighbours(), config.knnTemperature());
        probe = config.probe() ? Optional.of(ProbeConfig.DEFAULT.withSeed(seed)) : Optional.empty();
    }

    /** Evaluates the current encoder. */
    public EncoderScores encoder() {
        try (PointerScope scope = new PointerScope()) {
            Features trainFeatures = Features.of(frozen, train, unreadable);
            Features heldOutFeatures = Features.of(frozen, heldOut, unreadable);
            OptionalDouble knn;
            try {
                knn = OptionalDouble.of(nearestNeighbours.top1(trainFeatures, heldOutFeatures));
            } catch (NotFiniteException e) {
                String skipped = probe.isPresent() ? "kNN and linear probe" : "kNN";
                return new EncoderScores(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        Optional.of(skipped + " left out: " + e.getMessage()));
            }
            if (probe.isEmpty()) {
                return new EncoderScores(knn, OptionalDouble.empty(), Optional.empty());
            }
            try {
                double top1 = LinearProbe.scores(
                                trainFeatures,
                                heldOutFeatures,
                                probe.get(),
                                frozen.compute().device())
                        .top1();
                return new EncoderScores(knn, OptionalDouble.of(top1), Optional.empty());
            } catch (DivergedException | DataException e) {
                return new EncoderScores(knn, OptionalDouble.empty(), Optional.of(PROBE_LEFT_OUT + e.getMessage()));
            }
        }
    }

    /** Returns the edge length in pixels of the thumbnails of {@link #pixelsTop1}. */
    public int pixelsEdge() {
        return pixels.edge();
    }

    /** Returns the kNN accuracy on raw pixels of thumbnails, 0 to 1. */
    public double pixelsTop1() {
        try (PointerScope scope = new PointerScope()) {
            return nearestNeighbours
                    .vote(
                            train,
                            sink -> Features.eachPixels(pixels, train, unreadable, Communicator.single(), sink),
                            Features.ofPixels(pixels, heldOut, unreadable))
                    .top1();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
