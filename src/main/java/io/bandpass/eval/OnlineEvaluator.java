package io.bandpass.eval;

import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.UnreadableImages;
import io.bandpass.encoder.Encoder;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.DivergedException;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * "Is it learning?": kNN of the frozen encoder on the held-out images, while it trains, and a linear probe where one was
 * asked for, on the same features.
 */
public final class OnlineEvaluator {
    /** With what a notice begins that says why a look has no score of the linear probe. */
    public static final String PROBE_LEFT_OUT = "linear probe left out: ";

    private final Encoder encoder;
    private final Normalisation normalisation;
    private final Compute compute;
    private final ImageSource train;
    private final ImageSource heldOut;
    private final UnreadableImages bad;
    private final Preprocessing pixels;
    private final NearestNeighbours vote;
    private final Optional<ProbeConfig> probe;

    /**
     * Looks at an encoder.
     *
     * @param seed of the probe
     */
    public OnlineEvaluator(
            Encoder encoder,
            Normalisation normalisation,
            Compute compute,
            ImageSource train,
            ImageSource heldOut,
            UnreadableImages bad,
            EvaluateConfig config,
            long seed) {
        this.encoder = encoder;
        this.normalisation = normalisation;
        this.compute = compute;
        this.bad = bad;
        pixels = Features.thumbnails(new Preprocessing(encoder.config().imageSize()));
        this.train = atMost(train, config.knnImages());
        this.heldOut = atMost(heldOut, config.knnImages());
        vote = new NearestNeighbours(config.knnNeighbours(), config.knnTemperature());
        probe = config.probe() ? Optional.of(ProbeConfig.DEFAULT.withSeed(seed)) : Optional.empty();
    }

    /** Evenly spread over a larger set, so that sets sorted by class stay balanced. */
    private static ImageSource atMost(ImageSource images, int limit) {
        if (images.size() <= limit) {
            return images;
        }
        return images.select(IntStream.range(0, limit)
                .map(i -> (int) ((long) i * images.size() / limit))
                .toArray());
    }

    /** Scores of the encoder as it is now. */
    public EncoderScores encoder() {
        try (PointerScope scope = new PointerScope()) {
            Features learned = Features.of(encoder, normalisation, compute, train, bad);
            Features asked = Features.of(encoder, normalisation, compute, heldOut, bad);
            OptionalDouble knn;
            try {
                knn = OptionalDouble.of(vote.top1(learned, asked));
            } catch (NotFiniteException e) {
                String left = probe.isPresent() ? "kNN and linear probe" : "kNN";
                return new EncoderScores(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        Optional.of(left + " left out: " + e.getMessage()));
            }
            if (probe.isEmpty()) {
                return new EncoderScores(knn, OptionalDouble.empty(), Optional.empty());
            }
            try {
                double top1 = LinearProbe.scores(learned, asked, probe.get(), compute.device())
                        .top1();
                return new EncoderScores(knn, OptionalDouble.of(top1), Optional.empty());
            } catch (DivergedException | DataException e) {
                return new EncoderScores(knn, OptionalDouble.empty(), Optional.of(PROBE_LEFT_OUT + e.getMessage()));
            }
        }
    }

    /** Edge in pixels of the thumbnails that {@link #pixelsTop1} looks at. */
    public int pixelsEdge() {
        return pixels.edge();
    }

    /** kNN accuracy of the raw pixels of thumbnails, 0 to 1. */
    public double pixelsTop1() {
        try (PointerScope scope = new PointerScope()) {
            return vote.vote(
                            train,
                            sink -> Features.eachPixels(pixels, train, bad, sink),
                            Features.ofPixels(pixels, heldOut, bad))
                    .top1();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
