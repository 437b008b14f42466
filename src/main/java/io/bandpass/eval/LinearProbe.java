package io.bandpass.eval;

import io.bandpass.classify.ClassificationLoss;
import io.bandpass.config.ClassifyLossConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.ImageSource;
import io.bandpass.nn.BatchNorm1d;
import io.bandpass.nn.Initialisation;
import io.bandpass.nn.Layer;
import io.bandpass.nn.Linear;
import io.bandpass.optim.LearningRateSchedule;
import io.bandpass.optim.Optimizer;
import io.bandpass.optim.Optimizers;
import io.bandpass.task.DivergedException;
import io.bandpass.task.NotFiniteException;
import io.bandpass.text.Counts;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import io.bandpass.torch.Tensors;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Linear probe: a linear classifier on frozen features. Batch norm without scale and shift, then one linear layer (MoCo
 * v3, Chen et al., ICCV 2021; MAE, He et al., CVPR 2022, appendix A.1). The same seed and features yield the same
 * result, both during a run and afterwards.
 */
public final class LinearProbe implements AutoCloseable {
    private static final double STD = 0.01;
    private static final int SCORING_BATCH = 1024;

    /**
     * Batch of a training step.
     *
     * @param features (n, C), float32, on any device
     * @param indices indices of the images in their set
     */
    public record Batch(Tensor features, int[] indices) {}

    /** Supplier of the batch of each step, in the scope of that step. */
    public interface Batches {
        Batch at(long step);
    }

    private final ProbeConfig config;
    private final int classes;
    private final Device device;
    private final BatchNorm1d norm;
    private final Linear linear;
    private final ClassificationLoss loss =
            new ClassificationLoss(new ClassifyLossConfig(ClassifyLossConfig.Type.CE, OptionalDouble.empty()));

    private LinearProbe(ProbeConfig config, int width, int classes, Device device) {
        this.config = config;
        this.classes = classes;
        this.device = Tensors.kept(device);
        norm = new BatchNorm1d(width);
        linear = new Linear(width, classes);
        // As in the code of MoCo v3; the bias is initialised with 0.
        Initialisation.normal(linear.weight(), STD, config.seed(), "probe.weight");
        norm.to(device);
        linear.to(device);
    }

    /**
     * Trains a probe on features and evaluates it on others.
     *
     * @param train features of labelled images of at least two classes
     * @param test features of images of the same classes
     * @throws DataException if the labels are unsuitable
     * @throws DivergedException if the features are not finite, or the probe diverges
     */
    public static ClassificationScores scores(Features train, Features test, ProbeConfig config, Device device) {
        try (LinearProbe probe = of(train, config, device)) {
            return probe.scores(test);
        }
    }

    private static void checkFinite(Features features, String images) {
        try {
            features.checkFinite(images);
        } catch (NotFiniteException e) {
            throw new DivergedException("there can be no linear probe, as " + e.getMessage());
        }
    }

    /** Trains a probe on features, as {@link #scores(Features, Features, ProbeConfig, Device)} does. */
    public static LinearProbe of(Features train, ProbeConfig config, Device device) {
        checkFinite(train, "training images");
        int images = train.images().size();
        int width = (int) train.values().size(1);
        EpochOrder order = order(config, images);
        return of(train.images(), width, config, device, step -> {
            int stepsPerEpoch = config.stepsPerEpoch(images);
            int first = (int) (step % stepsPerEpoch) * config.batchSizeOf(images);
            int[] rows = IntStream.range(first, first + config.batchSizeOf(images))
                    .map(position -> order.at(step / stepsPerEpoch, position))
                    .toArray();
            return new Batch(train.values().index_select(0, wide(rows)), rows);
        });
    }

    /**
     * Trains a probe batch by batch.
     *
     * @param images images of at least two classes; their number determines batch size and steps
     * @param width C of the features
     * @param device device of the probe
     * @throws DataException if the labels are unsuitable
     * @throws DivergedException if the probe diverges
     */
    public static LinearProbe of(ImageSource images, int width, ProbeConfig config, Device device, Batches batches) {
        long classes =
                IntStream.range(0, images.size()).map(images::label).distinct().count();
        if (!images.isLabelled() || classes < 2) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "a linear probe needs images of at least two classes to train on, but these %d are of %s",
                    images.size(),
                    images.isLabelled() ? "one" : "none"));
        }
        LinearProbe probe = new LinearProbe(config, width, images.classNames().size(), device);
        try {
            probe.fit(images, batches);
            return probe;
        } catch (RuntimeException e) {
            probe.close();
            throw e;
        }
    }

    /** Returns the order of the training images in each epoch. */
    public static EpochOrder order(ProbeConfig config, int images) {
        return new EpochOrder(images, KeyedRandom.hash(config.seed(), Purpose.PROBE));
    }

    private void fit(ImageSource images, Batches batches) {
        int size = images.size();
        LearningRateSchedule schedule = new LearningRateSchedule(
                config.schedule(), config.rate(size), config.stepsPerEpoch(size), config.steps(size));
        try (Optimizer optimizer = Optimizers.create(linear.parameters(), config.optimizer(size))) {
            for (long step = 0; step < config.steps(size); step++) {
                try (PointerScope scope = new PointerScope()) {
                    Batch batch = batches.at(step);
                    Tensor logits = logits(batch.features());
                    int[] labels =
                            IntStream.of(batch.indices()).map(images::label).toArray();
                    Tensor targets = torch.one_hot(Tensors.to(wide(labels), device), classes)
                            .to(ScalarType.Float);
                    optimizer.clearGradients();
                    loss.of(logits, targets, labels.length).backward();
                    optimizer.step(schedule.at(step));
                }
            }
        }
        norm.setTraining(false);
        checkFinite();
    }

    private static Tensor wide(int[] values) {
        return Tensors.ofLongs(IntStream.of(values).asLongStream().toArray(), values.length);
    }

    private void checkFinite() {
        try (PointerScope scope = new PointerScope()) {
            if (!isFinite(norm)) {
                throw new DivergedException(
                        "the linear probe cannot be trained, as the features are so large that their"
                                + " variance is not a finite number");
            }
            if (!isFinite(linear)) {
                throw new DivergedException(String.format(
                        Locale.ROOT,
                        "the weights of the linear probe are not finite: take a smaller rate than %s, or look for such features",
                        config.learningRate()));
            }
        }
    }

    private static boolean isFinite(Layer layer) {
        return layer.state().stream().allMatch(entry -> Tensors.isFinite(entry.tensor()));
    }

    /** Returns logits (n, classes) of features (n, C) on any device. */
    private Tensor logits(Tensor features) {
        return linear.forward(norm.forward(Tensors.to(features, device)));
    }

    /**
     * Evaluates the probe on features, with the running statistics of the batch norm.
     *
     * @throws DataException if the images have another number of classes
     * @throws DivergedException if the features or their logits are not finite
     */
    public ClassificationScores scores(Features test) {
        if (test.images().classNames().size() != classes) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "the linear probe tells %s apart, but the images to score have %d; both must have the same",
                    Counts.of(classes, "class"),
                    test.images().classNames().size()));
        }
        checkFinite(test, "images to classify");
        ClassificationScores scores = new ClassificationScores(classes);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor labels = test.labels();
            long images = labels.size(0);
            for (long from = 0; from < images; from += SCORING_BATCH) {
                long to = Math.min(images, from + SCORING_BATCH);
                try (PointerScope inner = new PointerScope()) {
                    scores.add(logits(Tensors.slice(test.values(), 0, from, to)), Tensors.slice(labels, 0, from, to));
                }
            }
        } catch (NotFiniteException e) {
            throw new DivergedException(
                    "the linear probe cannot be scored: " + e.getMessage() + "; look at the features");
        }
        return scores;
    }

    /**
     * Folds the batch norm into the linear layer, for evaluation: {@code weight} (classes, C) and {@code bias}
     * (classes), float32, on the CPU, in the scope of the caller. With s = sqrt(variance + epsilon) they are W / s and
     * b - (W / s) mean, computed in double.
     */
    public Map<String, Tensor> folded() {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor deviation = inDouble(norm.variance())
                    .add(new Scalar(BatchNorm1d.EPSILON))
                    .sqrt();
            Tensor weight = inDouble(linear.weight()).div(deviation);
            Tensor bias = inDouble(linear.bias()).sub(weight.mv(inDouble(norm.mean())));
            return Map.of("weight", weight.to(ScalarType.Float), "bias", bias.to(ScalarType.Float));
        }
    }

    private static Tensor inDouble(Tensor tensor) {
        return tensor.detach().cpu().to(ScalarType.Double);
    }

    @Override
    public void close() {
        norm.close();
        linear.close();
    }
}
