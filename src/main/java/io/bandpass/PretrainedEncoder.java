package io.bandpass;

import io.bandpass.config.DataConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.data.BadImages;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.encoder.Encoder;
import io.bandpass.encoder.Encoders;
import io.bandpass.eval.Features;
import io.bandpass.eval.NearestNeighbours;
import io.bandpass.nn.LayerNorm;
import io.bandpass.nn.Normalisation;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import io.bandpass.torch.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A trained encoder, ready to look at images. Not for several threads at once. */
public final class PretrainedEncoder implements AutoCloseable {
    /**
     * How well the classes of images are told apart by their nearest neighbours.
     *
     * @param encoder fraction right with this encoder's features, 0 to 1
     * @param pixels fraction right with raw pixels
     * @param trainImages images that vote
     * @param testImages images that are classified
     */
    public record KnnAccuracy(double encoder, double pixels, int trainImages, int testImages) {}

    private final RunConfig config;
    private final Encoder encoder;
    private final Normalisation normalisation;
    private final Optional<LayerNorm> normAfterMean;
    private final Device device;

    private PretrainedEncoder(RunConfig config, Encoder encoder, Optional<LayerNorm> normAfterMean, Device device) {
        this.config = config;
        this.encoder = encoder;
        this.device = device;
        encoder.to(device);
        encoder.setTraining(false);
        this.normAfterMean = normAfterMean;
        normAfterMean.ifPresent(norm -> norm.to(device));
        normalisation = new Normalisation(config.data().mean(), config.data().std(), device);
    }

    /** Opens {@code encoder.safetensors} or {@code full.safetensors} on the CPU. */
    public static PretrainedEncoder open(Path weights) {
        return open(weights, "cpu");
    }

    /**
     * Opens {@code encoder.safetensors} or {@code full.safetensors}, or the folder in which one of them is.
     *
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     */
    public static PretrainedEncoder open(Path weights, String device) {
        return BandpassException.translating(() -> {
            Engine.start(Engine.physicalCores());
            RunConfig config = StoredModel.config(weights);
            Device chosen = Engine.device(device);
            Encoder encoder = Encoders.create(config.encoder(), config.train().seed());
            try {
                return new PretrainedEncoder(config, encoder, StoredModel.loadEncoder(encoder, weights), chosen);
            } catch (RuntimeException e) {
                encoder.close();
                throw e;
            }
        });
    }

    /** Channels of an embedding. */
    public int width() {
        return encoder.width();
    }

    /**
     * The embedding of an image file: the mean over the feature map after the final norm, or for
     * a classifier that was fine-tuned so, its norm of the mean before the final norm. The image's shorter side is
     * resized to the encoder's size, and its middle is taken.
     *
     * @return {@link #width()} numbers
     */
    public float[] embed(Path image) {
        return BandpassException.translating(() -> {
            DataConfig data = evaluationData(0);
            Datasets found = Datasets.open(data, List.of(image.toString()), 0, 0.5);
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                return Tensors.toFloats(features(found.train(), found.bad()).values());
            }
        });
    }

    /** kNN on the data that the run of this encoder was given, between its training and held-out images. */
    public KnnAccuracy knn() {
        return BandpassException.translating(() -> {
            Datasets data = Datasets.open(
                    config.data(),
                    config.data().paths(),
                    config.train().seed(),
                    config.evaluate().heldOutFraction());
            ImageSource heldOut = data.heldOut()
                    .orElseThrow(() -> new DataException("the images of this run have no labels, which kNN needs; give"
                            + " labelled folders with --train and --test"));
            return knn(data.train(), heldOut, data.bad());
        });
    }

    /** kNN between two labelled folders, each with a folder per class. */
    public KnnAccuracy knn(Path train, Path test) {
        return BandpassException.translating(() -> {
            Datasets pair = Datasets.openPair(evaluationData(1), train, test);
            ImageSource heldOut = pair.heldOut().orElseThrow();
            return knn(pair.train(), heldOut, pair.bad());
        });
    }

    private KnnAccuracy knn(ImageSource train, ImageSource test, BadImages bad) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            NearestNeighbours vote = new NearestNeighbours(
                    config.evaluate().knnNeighbours(), config.evaluate().knnTemperature());
            Features trained = features(train, bad);
            double encoderTop1 = vote.top1(trained, features(test, bad));
            int size = config.encoder().imageSize();
            double pixelsTop1 = vote.top1(
                    Features.ofPixels(normalisation, size, train, bad),
                    Features.ofPixels(normalisation, size, test, bad));
            bad.check();
            return new KnnAccuracy(encoderTop1, pixelsTop1, trained.images().size(), test.size());
        }
    }

    private Features features(ImageSource images, BadImages bad) {
        UnaryOperator<Tensor> afterwards =
                features -> normAfterMean.isPresent() ? normAfterMean.get().forward(features) : features;
        return Features.of(encoder, afterwards, normalisation, Precision.FP32, device, images, bad);
    }

    private DataConfig evaluationData(double maxBad) {
        return new DataConfig(
                List.of(),
                "auto",
                OptionalInt.empty(),
                maxBad,
                config.data().maxPixels(),
                config.data().reducedDecoding(),
                config.data().index(),
                config.data().mean(),
                config.data().std());
    }

    @Override
    public void close() {
        encoder.close();
        normAfterMean.ifPresent(LayerNorm::close);
        normalisation.close();
    }
}
