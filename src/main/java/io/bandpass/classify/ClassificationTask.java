package io.bandpass.classify;

import io.bandpass.config.FinetuningConfig;
import io.bandpass.encoder.Classifier;
import io.bandpass.encoder.ForwardPass;
import io.bandpass.encoder.HeadNorm;
import io.bandpass.nn.Layer;
import io.bandpass.nn.MicroBatchSpans;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Normalisation;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.StepTimer.Phase;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Fine-tuning (finetuning.md): a classifier learns the mixed labels of erased and mixed images. */
public final class ClassificationTask extends Layer implements TrainingTask {
    private final Classifier classifier;
    private final Normalisation normalisation;
    private final ForwardPass pass;
    private final Mixup mixing;
    private final RandomErasing erasing;
    private final double smoothing;
    private final ClassificationLoss loss;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    public ClassificationTask(FinetuningConfig config, int classes, Compute compute) {
        this(config, classes, compute, HeadNorm.AFTER_MEAN);
    }

    /**
     * Creates a model with initial weights, determined by the configuration and its seed.
     *
     * @param norm placement of the norm before a ConvNeXt's head
     */
    public ClassificationTask(FinetuningConfig config, int classes, Compute compute, HeadNorm norm) {
        long seed = config.train().seed();
        classifier = unnamed(new Classifier(
                config.encoder(), config.pooling(), classes, config.classifier().headInitScale(), seed, norm));
        to(compute.device());
        normalisation = new Normalisation(config.data().mean(), config.data().std(), compute.device());
        pass = new ForwardPass(classifier.encoder(), compute, config.train().activationCheckpointing());
        mixing = new Mixup(config.mix(), config.encoder().imageSize(), seed);
        erasing = new RandomErasing(config.mix().eraseProbability(), seed);
        smoothing = config.mix().labelSmoothing();
        loss = new ClassificationLoss(config.loss());
    }

    /** Images, their mixing partners, and the mixing draw. */
    private record Mixed(Batch own, Batch partners, MixDraw mix) {}

    private final class MixedMicroBatch implements MicroBatch {
        private final Mixed mixed;

        MixedMicroBatch(Mixed mixed) {
            this.mixed = mixed;
        }

        @Override
        public int images() {
            return mixed.own().size();
        }

        @Override
        public double lossDenominator() {
            return images();
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            MixDraw mix = mixed.mix();
            Tensor own = prepared(mixed.own()); // (n, 3, H, W)
            Tensor input = mix.kind() == MixDraw.Kind.NONE ? own : mix.apply(own, prepared(mixed.partners()));
            Tensor targets =
                    // (n, K)
                    mix.targets(labels(mixed.own()), labels(mixed.partners()), classifier.classes(), smoothing);
            timer.endPhase(Phase.CORRUPT);
            Tensor logits = pass.forward(classifier.blocks(), input, classifier::head); // (n, K)
            timer.endPhase(Phase.FORWARD);
            Tensor result = loss.of(logits, targets, totals.images());
            timer.endPhase(Phase.LOSS);
            return result;
        }

        @Override
        public List<NamedTensor> drawn() {
            return List.of(new NamedTensor("labels", labels(mixed.own())));
        }
    }

    private Tensor prepared(Batch batch) {
        Tensor normalised = normalisation.apply(normalisation.unit(batch.images()));
        return erasing.apply(normalised, batch.epoch(), batch.keys());
    }

    private Tensor labels(Batch batch) {
        Tensor classes = batch.targets()
                .orElseThrow(() -> new IllegalStateException("a classifier is trained with batches that have targets"));
        return Tensors.to(classes, device());
    }

    @Override
    public List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
        int size = batch.size();
        MixDraw mix = mixing.draw(batch.step());
        List<MicroBatch> microBatches = new ArrayList<>();
        for (MicroBatchSpans.Span span : MicroBatchSpans.of(size, microBatchSize)) {
            Batch own = batch.slice(span.from(), span.to());
            Batch partners =
                    mix.kind() == MixDraw.Kind.NONE ? own : batch.select(Mixup.partners(span.from(), span.to(), size));
            microBatches.add(new MixedMicroBatch(new Mixed(own, partners, mix)));
        }
        return microBatches;
    }

    public Classifier classifier() {
        return classifier;
    }

    @Override
    public int depthOf(String name) {
        return classifier.depthOf(name);
    }

    @Override
    public Device device() {
        return pass.device();
    }

    @Override
    public double forwardBackward(MicroBatch microBatch, BatchTotals totals, StepTimer timer) {
        return pass.forwardBackward(() -> microBatch.loss(totals, timer), timer);
    }

    @Override
    public void close() {
        super.close();
        normalisation.close();
    }
}
