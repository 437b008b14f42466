package io.bandpass.inference;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.ConfigException;
import io.bandpass.config.EmbedConfig;
import io.bandpass.config.Pooling;
import io.bandpass.config.ProbeConfig;
import io.bandpass.config.Words;
import io.bandpass.data.Augmentation;
import io.bandpass.data.AugmentedSamples;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
import io.bandpass.data.SampleMaker;
import io.bandpass.dataset.ImageData;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.VisionTransformer;
import io.bandpass.eval.ClassificationScores;
import io.bandpass.eval.Features;
import io.bandpass.eval.FrozenEncoder;
import io.bandpass.eval.LinearProbe;
import io.bandpass.format.AtomicFiles;
import io.bandpass.machine.ComputeChoice;
import io.bandpass.nn.NamedTensor;
import io.bandpass.split.TrainedImages;
import io.bandpass.task.Batch;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.EncoderWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Linear probe of an encoder loaded from weights: computes features, trains, evaluates and saves. */
final class EncoderProbe {
    /** RandomResizedCrop and flip, as in the probes of MoCo v3 and MAE. */
    private static final AugmentConfig CROPS = new AugmentConfig(List.of(0.08, 1.0), List.of(3 / 4.0, 4 / 3.0), 0.5);

    private final EncoderWeights weights;
    private final FrozenEncoder frozen;
    private final EmbedConfig options;
    private final ProbeConfig config;

    /**
     * Creates a probe.
     *
     * @param options pooling and preprocessing of the features, and the largest number of images to encode at once
     * @throws ConfigException if the encoder does not support the pooling, or it yields several vectors per image
     */
    EncoderProbe(EncoderWeights weights, FrozenEncoder frozen, EmbedConfig options, ProbeConfig config) {
        this.weights = weights;
        this.frozen = frozen;
        this.options = options;
        this.config = config;
        if (options.pool().equals("tokens")) {
            throw new ConfigException(
                    "pool is tokens, but a linear probe takes one vector of an image; use mean or cls");
        }
        frozen.check(options.pool());
    }

    /**
     * Rejects a probe that could not be loaded again as the same classifier.
     *
     * @throws ConfigException if the probe cannot be saved, or the file is not writable
     */
    void checkSave(Path file) {
        boolean meanOfNormed = options.pool().equals("mean")
                && weights.encoder() instanceof VisionTransformer
                && weights.meanNorm().isEmpty();
        if (meanOfNormed) {
            throw new ConfigException(
                    "a probe of the mean behind a ViT's final norm cannot be saved, as a classifier of the"
                            + " mean has its norm behind the mean; use `pool` cls, or leave out `save`");
        }
        if (!options.preprocess().mode().equals("crop")) {
            throw new ConfigException("preprocess is " + options.preprocess().mode()
                    + ", but a saved classifier crops what it looks at; use crop, or leave out `save`");
        }
        AtomicFiles.requireWritable("the file of the classifier", file);
    }

    /**
     * Trains, evaluates and, if requested, saves the probe.
     *
     * @param trained the images that the encoder was trained on
     */
    ProbeAccuracy run(
            LabelledImages.Opened images, TrainedImages trained, Optional<Path> save, ImageData.Progress progress)
            throws IOException {
        Datasets data = images.data();
        try (PointerScope scope = new PointerScope();
                LinearProbe probe = config.augment() ? trainOnCrops(data, progress) : trainOnFeatures(data, progress)) {
            Features test = features(data, data.heldOut().orElseThrow(), progress);
            test.checkFinite("images to classify");
            ClassificationScores scores = probe.scores(test);
            data.bad().check();
            List<String> classes = data.train().classNames();
            if (save.isPresent()) {
                save(save.get(), probe, classes, trained.and(images.rule(), images.whole(), true));
            }
            return new ProbeAccuracy(
                    scores.top1(),
                    scores.top5(),
                    classes.size(),
                    data.train().size(),
                    (int) scores.images(),
                    data.notices(),
                    data.bad().reasons());
        } catch (NotFiniteException e) {
            throw weights.ofNoUse(e);
        }
    }

    private LinearProbe trainOnFeatures(Datasets data, ImageData.Progress progress) {
        Features train = features(data, data.train(), progress);
        train.checkFinite("training images");
        return LinearProbe.of(train, config, frozen.compute().device());
    }

    private Features features(Datasets data, ImageSource images, ImageData.Progress progress) {
        return Features.of(
                frozen,
                options,
                new Preprocessing(imageSize(), options.preprocess()),
                images,
                data.bad(),
                reached -> progress.reached(reached, images.size()));
    }

    /** Trains on random crops, which are loaded in the background while the features of earlier ones are computed. */
    private LinearProbe trainOnCrops(Datasets data, ImageData.Progress progress) {
        ImageSource train = data.train();
        int images = train.size();
        int batchSize = config.batchSizeOf(images);
        long steps = config.steps(images);
        SampleMaker crops = new AugmentedSamples(
                train,
                new Augmentation(
                        CROPS,
                        weights.origin().data().mean(),
                        imageSize(),
                        KeyedRandom.hash(config.seed(), Purpose.PROBE)));
        try (BatchLoader loader = new BatchLoader(
                LinearProbe.order(config, images),
                step -> crops,
                data.bad(),
                new BatchLoader.Steps(batchSize, config.stepsPerEpoch(images), 0, steps),
                ComputeChoice.workers(weights.origin().data()))) {
            return LinearProbe.of(
                    train, weights.encoder().width(), config, frozen.compute().device(), step -> {
                        try (Batch batch = loader.next()) {
                            progress.reached((int) step + 1, (int) steps);
                            Tensor features = features(batch.images());
                            long notFinite = Tensors.rowsNotFinite(features);
                            if (notFinite > 0) {
                                throw NotFiniteException.of("features", notFinite, batchSize, "crops of a step");
                            }
                            return new LinearProbe.Batch(features, batch.indices());
                        }
                    });
        }
    }

    /** Computes features of bytes (n, 3, H, W), in batches of at most the configured size. */
    private Tensor features(Tensor bytes) {
        UnaryOperator<Tensor> pooled = frozen.pooled(options.pool());
        TensorVector chunks = new TensorVector();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (long from = 0; from < bytes.size(0); from += options.batchSize()) {
                Tensor chunk = Tensors.slice(bytes, 0, from, Math.min(bytes.size(0), from + options.batchSize()));
                chunks.push_back(Tensors.scoped(() -> pooled.apply(chunk)));
            }
            return torch.cat(chunks); // (n, C)
        }
    }

    private int imageSize() {
        return weights.encoder().config().imageSize();
    }

    private void save(Path file, LinearProbe probe, List<String> classes, TrainedImages trained) throws IOException {
        Map<String, Tensor> state =
                new LinkedHashMap<>(NamedTensor.byName(weights.encoder().state()));
        weights.meanNorm()
                .ifPresent(norm -> norm.state()
                        .forEach(entry -> state.put(Classifier.MEAN_NORM + "." + entry.name(), entry.tensor())));
        probe.folded().forEach((name, tensor) -> state.put(weights.encoder().headName() + "." + name, tensor));
        ClassifierWeights.writeProbe(
                file,
                state,
                weights.encoder().config(),
                weights.origin(),
                Words.constant(Pooling.class, options.pool()).orElseThrow(),
                classes,
                options.preprocess().cropRatio(),
                trained.metadata());
    }
}
