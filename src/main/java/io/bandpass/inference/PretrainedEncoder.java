package io.bandpass.inference;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EmbedConfig;
import io.bandpass.config.EvaluateConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.InferenceImages;
import io.bandpass.data.Preprocessing;
import io.bandpass.dataset.ImageData;
import io.bandpass.eval.Features;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.NearestNeighbours;
import io.bandpass.nn.Normalisation;
import io.bandpass.split.TrainedImages;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.EncoderWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * A trained encoder, ready to look at images. One thread at a time may use it, which need not be the one that opened it;
 * threads that work side by side open one each.
 */
public final class PretrainedEncoder implements AutoCloseable {
    private final EncoderWeights weights;
    private final Normalisation normalisation;
    private final Device device;

    private PretrainedEncoder(EncoderWeights weights, Device device) {
        this.weights = weights;
        this.device = Tensors.kept(device);
        weights.encoder().to(device);
        weights.meanNorm().ifPresent(norm -> norm.to(device));
        normalisation = new Normalisation(
                weights.origin().data().mean(), weights.origin().data().std(), device);
    }

    /** Opens {@code encoder.safetensors} or {@code full.safetensors} on the CPU. */
    public static PretrainedEncoder open(Path weights) throws IOException {
        return open(weights, "cpu");
    }

    /**
     * Opens {@code encoder.safetensors} or {@code full.safetensors}, or the folder in which one of them is.
     *
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     */
    public static PretrainedEncoder open(Path weights, String device) throws IOException {
        return open(weights, device, OptionalInt.empty());
    }

    /**
     * Opens {@code encoder.safetensors} or {@code full.safetensors}.
     *
     * @param device {@code auto}, {@code cpu} or {@code cuda}
     * @param threads that compute; empty for the physical cores
     */
    public static PretrainedEncoder open(Path weights, String device, OptionalInt threads) throws IOException {
        Engine.start(threads.orElseGet(Engine::physicalCores));
        Device chosen = Engine.device(device);
        return new PretrainedEncoder(EncoderWeights.open(weights), chosen);
    }

    /**
     * Refuses a file for {@link #embedToFile} that could not be written when the work is done.
     *
     * @throws BandpassException if it could not
     */
    public static void checkOut(Path out, EmbedConfig options) throws IOException {
        FeatureWriter.check(out, options);
    }

    /** Channels of an embedding. */
    public int width() {
        return weights.encoder().width();
    }

    /** Edge in pixels of the square images that this encoder takes. */
    public int imageSize() {
        return weights.encoder().config().imageSize();
    }

    /**
     * How images were prepared when these weights were validated, where they are a classifier; else the middle of the
     * image is taken, as large as can be.
     */
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    /**
     * The embedding of an image file: the mean over the feature map after the final norm, or, for weights that were
     * fine-tuned on that mean, their norm of it. The image's shorter side is
     * resized to the encoder's size, and its middle is taken.
     *
     * @return {@link #width()} numbers
     */
    public float[] embed(Path image) throws IOException {
        return embed(List.of(image))[0];
    }

    /** The embeddings of image files, as {@link #embed(Path)} gives them, computed together: a row for each. */
    public float[][] embed(List<Path> images) throws IOException {
        return embed(images, EmbedConfig.DEFAULT);
    }

    /**
     * The embeddings of image files.
     *
     * @param options of which the limits are not asked: there is a row for each file
     * @return (N, C), in the order of the files
     * @throws BandpassException if one of them cannot be read, or the pool is {@code tokens}
     */
    public float[][] embed(List<Path> images, EmbedConfig options) throws IOException {
        if (options.pool().equals("tokens")) {
            throw new ConfigException("pool is tokens, which are several vectors per image; use embedTokens");
        }
        float[][] rows = new float[images.size()][];
        each(images, options, (row, values) -> rows[row] = Tensors.toFloats(values));
        return rows;
    }

    /**
     * The vectors of the patches (ViT, row by row, without the class token) or of the cells of the feature map.
     *
     * @param options whose pool is not asked
     * @return (N, L, C), in the order of the files
     * @throws BandpassException if one of them cannot be read
     */
    public float[][][] embedTokens(List<Path> images, EmbedConfig options) throws IOException {
        float[][][] rows = new float[images.size()][][];
        each(images, options.withPool("tokens"), (row, values) -> {
            rows[row] = new float[Math.toIntExact(values.size(0))][];
            for (int i = 0; i < rows[row].length; i++) {
                rows[row][i] = Tensors.toFloats(values.select(0, i));
            }
        });
        return rows;
    }

    private interface Row {
        void accept(int row, Tensor values);
    }

    private void each(List<Path> files, EmbedConfig options, Row row) throws IOException {
        InferenceImages given = InferenceImages.ofFiles(weights.origin().data(), files);
        Preprocessing preprocessing = preprocessing(options.preprocess());
        FrozenEncoder.Sink rows = FrozenEncoder.finite((values, indices) -> {
            for (int i = 0; i < indices.length; i++) {
                row.accept(indices[i], values.select(0, i));
            }
        });
        try {
            frozen(options.precision()).embed(options, preprocessing, given.images(), given.bad(), rows);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /**
     * Writes the features of images to a file, batch by batch, so that no more than a batch is in memory.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files; rows have the order of the relative paths in a folder, of a
     *     list in a list
     * @param out ends in {@code .npy}, {@code .safetensors} or {@code .csv}; docs/embedding.md says what is in each
     */
    public EmbeddedFeatures embedToFile(List<String> images, Path out, EmbedConfig options, ImageData.Progress progress)
            throws IOException {
        FeatureWriter.check(out, options);
        FrozenEncoder frozen = frozen(options.precision());
        frozen.check(options.pool());
        InferenceImages given = InferenceImages.open(weights.origin().data(), images, options.maxBad());
        FeatureWriter.Source source = new FeatureWriter.Source(
                frozen, given, String.valueOf(weights.file().getFileName()));
        try {
            return FeatureWriter.write(source, preprocessing(options.preprocess()), out, options, progress);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /** kNN on the data that the run of this encoder was given, between its training and held-out images. */
    public KnnAccuracy knn() throws IOException {
        return knn(LabelledImages.ofRun(), preprocess(), (reached, all) -> {});
    }

    /** kNN between two labelled folders, each with a folder per class. */
    public KnnAccuracy knn(Path train, Path test) throws IOException {
        return knn(LabelledImages.pair(train, test), preprocess(), (reached, all) -> {});
    }

    /**
     * kNN with the features of this encoder, and with raw pixels.
     *
     * @param images those that vote, and those to classify
     * @param progress over the images that are encoded
     * @throws BandpassException if there are no labels, or too many images cannot be read
     */
    public KnnAccuracy knn(LabelledImages images, PreprocessConfig preprocess, ImageData.Progress progress)
            throws IOException {
        Datasets data = images.open(weights.origin(), trained()).data();
        ImageSource test = data.heldOut().orElseThrow();
        try (PointerScope scope = new PointerScope()) {
            EvaluateConfig evaluate = weights.origin().evaluate();
            NearestNeighbours vote = new NearestNeighbours(evaluate.knnNeighbours(), evaluate.knnTemperature());
            Preprocessing preprocessing = preprocessing(preprocess);
            NearestNeighbours.Outcome ofEncoder = vote(vote, data, test, preprocessing, progress);
            Preprocessing thumbnails = Features.thumbnails(preprocessing);
            NearestNeighbours.Outcome ofPixels = vote.vote(
                    data.train(),
                    sink -> Features.eachPixels(thumbnails, data.train(), data.bad(), sink),
                    Features.ofPixels(thumbnails, test, data.bad()));
            data.bad().check();
            return new KnnAccuracy(
                    ofEncoder.top1(),
                    ofPixels.top1(),
                    thumbnails.edge(),
                    ofEncoder.voters(),
                    ofEncoder.classified(),
                    data.notices(),
                    data.bad().reasons());
        }
    }

    /** The features of the images that vote are handed on as they come; those of the others are let go of at the end. */
    private NearestNeighbours.Outcome vote(
            NearestNeighbours vote,
            Datasets data,
            ImageSource test,
            Preprocessing preprocessing,
            ImageData.Progress progress)
            throws IOException {
        FrozenEncoder frozen = frozen("fp32");
        EmbedConfig options = EmbedConfig.DEFAULT.withBatchSize(Features.batchSize(imageSize()));
        ImageSource train = data.train();
        try (PointerScope scope = new PointerScope()) {
            Features tested = Features.of(
                    frozen,
                    options,
                    preprocessing,
                    test,
                    data.bad(),
                    reached -> progress.reached(reached, test.size()));
            return vote.vote(
                    train,
                    sink -> frozen.embed(options, preprocessing, train, data.bad(), (features, indices) -> {
                        sink.accept(features, indices);
                        progress.reached(indices[indices.length - 1] + 1, train.size());
                    }),
                    tested);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /**
     * Trains a linear classifier on the features of this encoder, which stays as it is.
     *
     * @param images those that are trained on, and those to classify
     * @param pool {@code mean} or {@code cls}
     * @param save takes a classifier of encoder and probe; not where the mean is taken behind a ViT's final norm, which
     *     is no classifier that others know
     * @param progress over the images that are encoded
     * @throws BandpassException if there are no labels of two classes, if too many images cannot be read, or if what was
     *     asked cannot be saved
     */
    public ProbeAccuracy probe(
            LabelledImages images,
            ProbeConfig options,
            String pool,
            PreprocessConfig preprocess,
            Optional<Path> save,
            ImageData.Progress progress)
            throws IOException {
        EmbedConfig features = EmbedConfig.DEFAULT
                .withPool(pool)
                .withPreprocess(preprocess)
                .withBatchSize(Features.batchSize(imageSize()));
        EncoderProbe probe = new EncoderProbe(weights, frozen("fp32"), features, options);
        save.ifPresent(probe::checkSave);
        TrainedImages trained = trained();
        return probe.run(images.open(weights.origin(), trained), trained, save, progress);
    }

    private TrainedImages trained() throws IOException {
        return TrainedImages.ofWeights(weights.file());
    }

    private FrozenEncoder frozen(String precision) {
        return new FrozenEncoder(weights.encoder(), weights.meanNorm(), normalisation, Compute.of(device, precision));
    }

    private Preprocessing preprocessing(PreprocessConfig choice) {
        return new Preprocessing(imageSize(), choice);
    }

    @Override
    public void close() {
        weights.close();
        normalisation.close();
    }
}
