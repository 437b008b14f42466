package io.bandpass.inference;

import io.bandpass.config.AugmentConfig;
import io.bandpass.config.ConfigException;
import io.bandpass.config.DataConfig;
import io.bandpass.config.EmbedConfig;
import io.bandpass.config.EncoderDescription;
import io.bandpass.config.Pooling;
import io.bandpass.config.ProbeConfig;
import io.bandpass.config.Words;
import io.bandpass.data.Augmentation;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.Preprocessing;
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

/** A linear probe of a weights encoder: images to features, the probe, its scores and its file. */
final class EncoderProbe {
    /** RandomResizedCrop and flip, as the probes of MoCo v3 and MAE have them. */
    private static final AugmentConfig CROPS = new AugmentConfig(List.of(0.08, 1.0), List.of(3 / 4.0, 4 / 3.0), 0.5);

    private final EncoderWeights weights;
    private final FrozenEncoder frozen;
    private final EmbedConfig options;
    private final ProbeConfig config;

    /**
     * A probe.
     *
     * @param options of the features: pool, preprocessing, and most images to encode at once
     * @throws ConfigException if the encoder has no such pool, or one of several vectors
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
     * Refuses to save what could not be read as the same classifier.
     *
     * @throws ConfigException if it could not, or the file cannot be written
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
     * Trains, scores and, where asked, saves.
     *
     * @param trained what the encoder was trained on
     */
    ProbeAccuracy run(
            LabelledImages.Opened images, TrainedImages trained, Optional<Path> save, ImageData.Progress progress)
            throws IOException {
        Datasets data = images.data();
        try (PointerScope scope = new PointerScope();
                LinearProbe probe = config.augment() ? ofCrops(data, progress) : ofFeatures(data, progress)) {
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

    private LinearProbe ofFeatures(Datasets data, ImageData.Progress progress) {
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

    /** Crops of the next epochs are loaded while the features of earlier ones are computed. */
    private LinearProbe ofCrops(Datasets data, ImageData.Progress progress) {
        ImageSource train = data.train();
        int images = train.size();
        int batchSize = config.batchSizeOf(images);
        long steps = config.steps(images);
        Augmentation augmentation = new Augmentation(
                CROPS, weights.origin().data().mean(), imageSize(), KeyedRandom.hash(config.seed(), Purpose.PROBE));
        try (BatchLoader loader = new BatchLoader(
                train,
                LinearProbe.order(config, images),
                step -> augmentation,
                data.bad(),
                batchSize,
                config.stepsPerEpoch(images),
                0,
                steps,
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

    /** Of bytes (n, 3, H, W), no more at once than was asked. */
    private Tensor features(Tensor bytes) {
        UnaryOperator<Tensor> pooled = frozen.pooled(options.pool());
        TensorVector parts = new TensorVector();
        try (NoGradGuard guard = new NoGradGuard()) {
            for (long from = 0; from < bytes.size(0); from += options.batchSize()) {
                Tensor part = Tensors.slice(bytes, 0, from, Math.min(bytes.size(0), from + options.batchSize()));
                parts.push_back(Tensors.scoped(() -> pooled.apply(part)));
            }
            return torch.cat(parts);
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
        DataConfig data = weights.origin().data();
        ClassifierWeights.writeProbe(
                file,
                state,
                new EncoderDescription(weights.encoder().config(), data.mean(), data.std()),
                Words.constant(Pooling.class, options.pool()).orElseThrow(),
                classes,
                options.preprocess().cropRatio(),
                trained.metadata());
    }
}
