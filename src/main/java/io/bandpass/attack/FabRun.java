package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One run of targeted FAB on a batch (Croce and Hein, ICML 2020, "Minimally distorted adversarial examples", algorithm
 * 1), with the parameters of AutoAttack. Used without gradients.
 */
final class FabRun implements AutoCloseable {
    /** Largest weight of the original image's projection. */
    private static final double LARGEST_ALPHA = 0.1;

    /** Overshoot behind the hyperplane. */
    private static final double ETA = 1.05;

    /** Share of the difference that is kept when a point is misclassified. */
    private static final double BETA = 0.9;

    /** Least length of a step where weights are compared. */
    private static final double SHORTEST = 1e-8;

    private final AttackedModel model;
    private final AttackSettings settings;
    private final ImageTable table = new ImageTable();
    private final ImageTable.Column rows;
    private final ImageTable.Column images;
    private final ImageTable.Column labels;
    private final ImageTable.Column targets;
    private final ImageTable.Column x;
    private final Tensor nearest;
    private final Tensor distances;

    /**
     * Creates a run.
     *
     * @param targets (n), int64
     * @param start (n, C, H, W), clamped to [0, 1] here
     */
    FabRun(AttackedModel model, AttackSettings settings, AttackBatch batch, Tensor targets, Tensor start) {
        this.model = model;
        this.settings = settings;
        try (PointerScope scope = new PointerScope()) {
            rows = table.add(ImageTable.allRows(batch.images()));
            images = table.add(batch.images());
            labels = table.add(batch.labels());
            this.targets = table.add(targets);
            x = table.add(start);
            Ball.toUnit(x.get());
            nearest = Tensors.keep(batch.images().clone());
            distances = Tensors.keep(
                    torch.full_like(settings.norm().of(batch.images()), new Scalar(Double.POSITIVE_INFINITY)));
        }
    }

    /**
     * Runs all iterations.
     *
     * @param untilWithin whether an image is done with its first misclassified point at most eps away
     */
    void iterate(boolean untilWithin) {
        for (int i = 0; i < settings.steps() && rows.get().numel() > 0; i++) {
            try (PointerScope scope = new PointerScope()) {
                step();
                Tensor wrong =
                        Predictions.right(model.logits(x.get()), labels.get()).logical_not();
                Tensor wrongRows = ImageTable.rows(wrong);
                if (wrongRows.numel() > 0) {
                    keepNearest(wrongRows);
                    // x0 + beta (x - x0)
                    Tensor back =
                            x.get().sub(images.get()).mul(new Scalar(BETA)).add(images.get());
                    x.set(wrongRows, back);
                    if (untilWithin) {
                        Tensor far = distances.index_select(0, rows.get()).gt(new Scalar(settings.eps()));
                        table.keepRows(ImageTable.rows(far));
                    }
                }
            }
        }
    }

    /** Steps towards the boundary between label and target, where the linearised lead of the target is 0. */
    private void step() {
        Gradients at = Gradients.at(x.get(), model, logits -> ImageLoss.lead(logits, labels.get(), targets.get()));
        Tensor w = at.gradients().flatten(1, -1); // (n, D)
        Tensor points = x.get().flatten(1, -1);
        Tensor origins = images.get().flatten(1, -1);
        // A point p lies on the hyperplane if lead + w (p - x) = 0.
        Tensor change = at.losses().neg(); // (n)
        Tensor changeOfImage = change.add(Tensors.sum(w.mul(points.sub(origins)), 1));
        AttackNorm norm = settings.norm();
        Tensor ofPoint = HyperplaneProjection.of(norm, points, w, change);
        Tensor ofImage = HyperplaneProjection.of(norm, origins, w, changeOfImage);
        Tensor length = norm.of(ofPoint).clamp_min(new Scalar(SHORTEST));
        Tensor lengthOfImage = norm.of(ofImage).clamp_min(new Scalar(SHORTEST));
        Tensor alpha = ImageTable.perImage(
                length.div(length.add(lengthOfImage)).clamp_max(new Scalar(LARGEST_ALPHA)), x.get());
        // (1 - alpha) (x + eta d) + alpha (x0 + eta d0)
        Tensor fromPoint = x.get().add(ofPoint.view_as(x.get()), new Scalar(ETA));
        Tensor fromImage = images.get().add(ofImage.view_as(x.get()), new Scalar(ETA));
        fromPoint.add_(fromImage.sub(fromPoint).mul(alpha));
        Ball.toUnit(fromPoint);
        x.set(fromPoint);
    }

    private void keepNearest(Tensor wrongRows) {
        Tensor of = rows.get().index_select(0, wrongRows);
        Tensor points = x.get().index_select(0, wrongRows);
        Tensor found = settings.norm().of(points.sub(images.get().index_select(0, wrongRows)));
        Tensor nearer = ImageTable.rows(found.lt(distances.index_select(0, of)));
        if (nearer.numel() > 0) {
            Tensor nearerOf = of.index_select(0, nearer);
            distances.index_copy_(0, nearerOf, found.index_select(0, nearer));
            nearest.index_copy_(0, nearerOf, points.index_select(0, nearer));
        }
    }

    /** Nearest misclassified points: (n, C, H, W); the images where there is none. */
    Tensor nearest() {
        return nearest;
    }

    /** Their distances: (n); infinite where there is none. */
    Tensor distances() {
        return distances;
    }

    @Override
    public void close() {
        table.close();
        nearest.close();
        distances.close();
    }
}
