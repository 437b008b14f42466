package io.bandpass.train;

import io.bandpass.config.EvaluateConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.encoder.Encoder;
import io.bandpass.eval.Features;
import io.bandpass.eval.NearestNeighbours;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Precision;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;

/** "Is it learning?": kNN of the frozen encoder on the held-out images, while it trains. */
public final class OnlineKnn {
    private final Encoder encoder;
    private final Normalisation normalisation;
    private final Precision precision;
    private final Device device;
    private final ImageSource train;
    private final ImageSource heldOut;
    private final BadImages bad;
    private final NearestNeighbours vote;

    public OnlineKnn(
            Encoder encoder,
            Normalisation normalisation,
            Precision precision,
            Device device,
            ImageSource train,
            ImageSource heldOut,
            BadImages bad,
            EvaluateConfig config) {
        this.encoder = encoder;
        this.normalisation = normalisation;
        this.precision = precision;
        this.device = device;
        this.bad = bad;
        this.train = atMost(train, config.knnImages());
        this.heldOut = atMost(heldOut, config.knnImages());
        vote = new NearestNeighbours(config.knnNeighbours(), config.knnTemperature());
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

    /** Accuracy of the encoder as it is now, 0 to 1. */
    public double encoderTop1() {
        try (PointerScope scope = new PointerScope()) {
            return vote.top1(
                    Features.of(encoder, normalisation, precision, device, train, bad),
                    Features.of(encoder, normalisation, precision, device, heldOut, bad));
        }
    }

    /** Accuracy of the raw pixels, 0 to 1. */
    public double pixelsTop1() {
        Preprocessing preprocessing = new Preprocessing(encoder.config().imageSize());
        try (PointerScope scope = new PointerScope()) {
            return vote.top1(
                    Features.ofPixels(normalisation, preprocessing, train, bad),
                    Features.ofPixels(normalisation, preprocessing, heldOut, bad));
        }
    }
}
