package io.bandpass.segment;

import io.bandpass.config.EncoderConfig;
import io.bandpass.config.SegmentLossConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.config.UperNetConfig;
import io.bandpass.encoder.ForwardPass;
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
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Training of a segmentation model: UperNet and, with a smaller weight, an auxiliary head learn the class of each pixel.
 * Batches have a label map for each image as targets: int16 (N, H, W), a class from 0, -1 for a pixel that does not
 * count, and -2 for one that padding added, which does not count either and is 0 after normalisation.
 */
public final class SegmentationTask extends Layer implements TrainingTask {
    /** Label of the pixels that padding added. */
    private static final long PADDING = -2;

    private final Segmenter segmenter;
    private final Normalisation normalisation;
    private final ForwardPass pass;
    private final SegmentationLoss loss;
    private final double auxiliaryWeight;

    /** Creates a model with initial weights, determined by the configuration and its seed. */
    public SegmentationTask(SegmentationConfig config, int classes, Compute compute) {
        this(
                config.encoder(),
                config.head(),
                config.loss(),
                config.data().mean(),
                config.data().std(),
                classes,
                config.train().seed(),
                config.train().activationCheckpointing(),
                compute);
    }

    /**
     * Creates a model with initial weights, on the device of the computation.
     *
     * @param mean of each channel, of values in [0, 1]
     * @param std of each channel
     * @param classes number of classes
     * @param seed determines each parameter, together with its name
     * @param activationCheckpointing whether the encoder's activations are recomputed in the backward pass
     */
    public SegmentationTask(
            EncoderConfig encoder,
            UperNetConfig head,
            SegmentLossConfig loss,
            List<Double> mean,
            List<Double> std,
            int classes,
            long seed,
            boolean activationCheckpointing,
            Compute compute) {
        this.loss = new SegmentationLoss(loss, classes);
        segmenter = unnamed(new Segmenter(encoder, head, classes, seed));
        to(compute.device());
        normalisation = new Normalisation(mean, std, compute.device());
        pass = new ForwardPass(segmenter.encoder(), compute, activationCheckpointing);
        auxiliaryWeight = head.auxiliaryWeight();
    }

    private final class LabelledMicroBatch implements MicroBatch {
        private final Batch batch;
        private final double denominator;

        LabelledMicroBatch(Batch batch) {
            this.batch = batch;
            denominator = loss.denominator(labels());
        }

        @Override
        public int images() {
            return batch.size();
        }

        @Override
        public double lossDenominator() {
            return denominator;
        }

        @Override
        public Tensor loss(BatchTotals totals, StepTimer timer) {
            Tensor labels = Tensors.to(labels(), device()); // (n, H, W)
            Tensor images = normalised(labels); // (n, 3, H, W)
            timer.endPhase(Phase.CORRUPT);
            List<Tensor> predictions =
                    pass.predictions(segmenter.blocks(images.size(2), images.size(3)), images, segmenter::predictions);
            timer.endPhase(Phase.FORWARD);
            Tensor result = loss.of(predictions.get(0), labels, totals);
            if (predictions.size() > 1) {
                result = result.add(loss.of(predictions.get(1), labels, totals), new Scalar(auxiliaryWeight));
            }
            timer.endPhase(Phase.LOSS);
            return result;
        }

        private Tensor normalised(Tensor labels) {
            Tensor images = normalisation.apply(normalisation.unit(batch.images()));
            return images.masked_fill(labels.eq(new Scalar(PADDING)).unsqueeze(1), new Scalar(0));
        }

        private Tensor labels() {
            return batch.targets()
                    .orElseThrow(() -> new IllegalStateException(
                            "a segmentation model is trained with batches that have label maps"));
        }

        @Override
        public List<NamedTensor> drawn() {
            return List.of(new NamedTensor("labels", labels()));
        }
    }

    @Override
    public List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
        List<MicroBatch> microBatches = new ArrayList<>();
        for (MicroBatchSpans.Span span : MicroBatchSpans.of(batch.size(), microBatchSize)) {
            microBatches.add(new LabelledMicroBatch(batch.slice(span.from(), span.to())));
        }
        return microBatches;
    }

    public Segmenter segmenter() {
        return segmenter;
    }

    @Override
    public int depthOf(String name) {
        return segmenter.depthOf(name);
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
