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
import io.bandpass.distributed.Communicator;
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
 * A pre-trained encoder, ready for inference. Not thread-safe: one thread at a time may use it, not necessarily the one
 * that opened it; concurrent threads each open their own.
 */
public final class PretrainedEncoder implements AutoCloseable {
    private final EncoderWeights weights;
    private final Normalisation normalisation;
    private final Device device;
    private Communicator processes = Communicator.single();

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
     * Opens {@code encoder.safetensors} or {@code full.safetensors}, or the folder that contains one of them.
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
     * @param threads compute threads; empty for the number of physical cores
     */
    public static PretrainedEncoder open(Path weights, String device, OptionalInt threads) throws IOException {
        Engine.start(threads.orElseGet(Engine::physicalCores));
        Device chosen = Engine.device(device);
        return new PretrainedEncoder(EncoderWeights.open(weights), chosen);
    }

    /**
     * Shares the images of {@link #embedToFile} and {@link #knn(LabelledImages, PreprocessConfig, ImageData.Progress)}
     * with other processes, which make the same calls: each computes every n-th batch and receives the results of all.
     * Only the first one writes files.
     */
    public PretrainedEncoder processes(Communicator shared) {
        processes = shared;
        return this;
    }

    /**
     * Rejects an output file for {@link #embedToFile} that is not writable, before any work is done.
     *
     * @throws BandpassException if it is not writable
     */
    public static void checkOut(Path out, EmbedConfig options) throws IOException {
        FeatureWriter.check(out, options);
    }

    /** Returns the number of channels of an embedding. */
    public int width() {
        return weights.encoder().width();
    }

    /** Returns the edge length in pixels of the square input. */
    public int imageSize() {
        return weights.encoder().config().imageSize();
    }

    /** Returns the preprocessing of a classifier's validation; for other weights, the largest centre crop. */
    public PreprocessConfig preprocess() {
        return weights.preprocess();
    }

    /**
     * Computes the embedding of an image file: the mean over the feature map after the final norm or, for weights
     * fine-tuned with mean pooling, the norm of the mean. The image's shorter side is resized to the encoder's image
     * size, followed by a centre crop.
     *
     * @return an array of {@link #width()} numbers
     */
    public float[] embed(Path image) throws IOException {
        return embed(List.of(image))[0];
    }

    /** Computes the embeddings of image files together, as {@link #embed(Path)} does, one row per file. */
    public float[][] embed(List<Path> images) throws IOException {
        return embed(images, EmbedConfig.DEFAULT);
    }

    /**
     * Computes the embeddings of image files.
     *
     * @param options whose limits are ignored: there is one row per file
     * @return (N, C), in the order of the files
     * @throws BandpassException if one of them cannot be read, or the pooling is {@code tokens}
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
     * Computes the patch tokens (ViT, row by row, without the class token) or the cells of the feature map.
     *
     * @param options whose pooling is ignored
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
        InferenceImages inputs = InferenceImages.ofFiles(weights.origin().data(), files);
        Preprocessing preprocessing = preprocessing(options.preprocess());
        FrozenEncoder.Sink rows = FrozenEncoder.finite((values, indices) -> {
            for (int i = 0; i < indices.length; i++) {
                row.accept(indices[i], values.select(0, i));
            }
        });
        try {
            frozen(options.precision()).embed(options, preprocessing, inputs.images(), inputs.bad(), rows);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /**
     * Writes the features of images to a file, batch by batch, so that memory holds one batch at most.
     *
     * @param images folders, list and CSV files, globs, IDX or CIFAR files; rows are in the order of a list, or of the
     *     relative paths in a folder
     * @param out file ending in {@code .npy}, {@code .safetensors} or {@code .csv}; docs/embedding.md describes each
     */
    public EmbeddedFeatures embedToFile(List<String> images, Path out, EmbedConfig options, ImageData.Progress progress)
            throws IOException {
        if (processes.isFirst()) {
            FeatureWriter.check(out, options);
        }
        FrozenEncoder frozen = frozen(options.precision());
        frozen.check(options.pool());
        InferenceImages inputs = InferenceImages.open(weights.origin().data(), images, options.maxBad());
        FeatureWriter.Source source = new FeatureWriter.Source(
                frozen, inputs, String.valueOf(weights.file().getFileName()));
        try {
            return FeatureWriter.write(source, preprocessing(options.preprocess()), out, options, progress);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /** Evaluates kNN accuracy on the data of this encoder's own run, between its training and held-out images. */
    public KnnAccuracy knn() throws IOException {
        return knn(LabelledImages.ofRun(), preprocess(), (reached, all) -> {});
    }

    /** Evaluates kNN accuracy between two labelled folders, each with a subfolder per class. */
    public KnnAccuracy knn(Path train, Path test) throws IOException {
        return knn(LabelledImages.pair(train, test), preprocess(), (reached, all) -> {});
    }

    /**
     * Evaluates kNN accuracy with the features of this encoder and with raw pixels.
     *
     * @param images voting images and images to classify
     * @param progress progress over the images to encode
     * @throws BandpassException if there are no labels, or too many images are unreadable
     */
    public KnnAccuracy knn(LabelledImages images, PreprocessConfig preprocess, ImageData.Progress progress)
            throws IOException {
        Datasets data = images.open(weights.origin(), trained()).data();
        ImageSource test = data.heldOut().orElseThrow();
        try (PointerScope scope = new PointerScope()) {
            EvaluateConfig evaluate = weights.origin().evaluate();
            NearestNeighbours vote = new NearestNeighbours(evaluate.knnNeighbours(), evaluate.knnTemperature());
            Preprocessing preprocessing = preprocessing(preprocess);
            NearestNeighbours.Outcome encoderOutcome = vote(vote, data, test, preprocessing, progress);
            Preprocessing thumbnails = Features.thumbnails(preprocessing);
            NearestNeighbours.Outcome pixelOutcome = vote.vote(
                    data.train(),
                    sink -> Features.eachPixels(thumbnails, data.train(), data.bad(), processes, sink),
                    Features.ofPixels(thumbnails, test, data.bad(), processes));
            data.bad().check();
            return new KnnAccuracy(
                    encoderOutcome.top1(),
                    pixelOutcome.top1(),
                    thumbnails.edge(),
                    encoderOutcome.voters(),
                    encoderOutcome.classified(),
                    data.notices(),
                    data.bad().reasons());
        }
    }

    /** Votes with training features as they are computed; the test features are freed at the end. */
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
            Features testFeatures = Features.of(
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
                    testFeatures);
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    /**
     * Trains a linear probe on the frozen features of this encoder.
     *
     * @param images training images and images to classify
     * @param pool {@code mean} or {@code cls}
     * @param save file for encoder and probe as a classifier; not possible with a ViT's mean after its final norm,
     *     which is no standard classifier
     * @param progress progress over the images to encode
     * @throws BandpassException if the labels have fewer than two classes, if too many images are unreadable, or if
     *     this probe cannot be saved
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
        return new FrozenEncoder(
                weights.encoder(), weights.meanNorm(), normalisation, Compute.of(device, precision), processes);
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
