package io.bandpass.attack;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One run of APGD (Croce and Hein, ICML 2020, algorithm 1) on a batch; protocols as in the published program, including
 * what it does at its first check. Used without gradients.
 */
final class ApgdRun implements AutoCloseable {
    /** Momentum: weight of the new step; the rest is that of the one before. */
    private static final double MOMENTUM = 0.75;

    /** Share of iterations in which the loss must rise, or the step is halved. */
    private static final double RISES = 0.75;

    /**
     * Images and classes of a run.
     *
     * @param targets (n), int64
     */
    record Aim(AttackBatch batch, Tensor targets) {}

    /** Receives what a run does. */
    interface Observer {
        /** Is called after a check, which decides about the step sizes: with those (n), and where they were halved. */
        void checked(int iterations, Tensor steps, Tensor halved);
    }

    private final AttackedModel model;
    private final AttackSettings settings;
    private final ImageLoss loss;
    private final ImageTable table = new ImageTable();
    private final Ball ball;
    private final Tensor result;

    private final ImageTable.Column rows;
    private final ImageTable.Column labels;
    private final ImageTable.Column targets;
    private final ImageTable.Column x;
    private final ImageTable.Column previous;
    private final ImageTable.Column gradients;
    private final ImageTable.Column losses;
    private final ImageTable.Column steps;
    private final ImageTable.Column right;
    /** Points of the largest losses, with these and their gradients. */
    private final ImageTable.Column best;

    private final ImageTable.Column bestGradients;
    private final ImageTable.Column bestLosses;
    private final ImageTable.Column lossesAtCheck;
    private final ImageTable.Column halvedAtCheck;

    /**
     * Computes loss and gradient at the start.
     *
     * @param start (n, C, H, W), clamped to [0, 1] here
     */
    ApgdRun(AttackedModel model, AttackSettings settings, ImageLoss loss, Aim aim, Tensor start) {
        this.model = model;
        this.settings = settings;
        this.loss = loss;
        try (PointerScope scope = new PointerScope()) {
            Tensor images = aim.batch().images();
            ball = new Ball(table, images, settings.norm(), settings.eps());
            rows = table.add(ImageTable.allRows(images));
            labels = table.add(aim.batch().labels());
            targets = table.add(aim.targets());
            x = table.add(start);
            Ball.toUnit(x.get());
            previous = table.add(x.get());
            Gradients first = gradientsAt(x.get());
            gradients = table.add(first.gradients());
            losses = table.add(torch.zeros_like(first.losses().unsqueeze(1).expand(-1, settings.steps())));
            steps = table.add(torch.full_like(first.losses(), new Scalar(2 * settings.eps())));
            right = table.add(Predictions.right(first.logits(), labels.get()));
            best = table.add(x.get());
            bestGradients = table.add(first.gradients());
            bestLosses = table.add(first.losses());
            lossesAtCheck = table.add(first.losses());
            halvedAtCheck = table.add(torch.ones_like(right.get()));
            result = Tensors.keep(x.get().clone());
        }
    }

    /** Runs all iterations; an image is no longer attacked once it is misclassified. Returns (n, C, H, W). */
    Tensor untilMisclassified() {
        drop();
        iterate(true, (iterations, sizes, halved) -> {});
        if (rows.get().numel() > 0) {
            result.index_copy_(0, rows.get(), best.get());
        }
        return result.clone();
    }

    /** Runs all iterations on all images. Returns the last misclassified point of each, or the start if there is none. */
    Tensor whole(Observer observer) {
        iterate(false, observer);
        return result.clone();
    }

    /** Gradients at the current points. */
    Tensor gradients() {
        return gradients.get();
    }

    /** Points of the largest losses. */
    Tensor best() {
        return best.get();
    }

    /** Largest losses: (n). */
    Tensor bestLosses() {
        return bestLosses.get();
    }

    /** Losses of all iterates but the start: (n, steps). */
    Tensor losses() {
        return losses.get();
    }

    /** Where no iterate was misclassified: (n). */
    Tensor right() {
        return right.get();
    }

    private Gradients gradientsAt(Tensor points) {
        return Gradients.at(points, model, logits -> loss.of(logits, labels.get(), targets.get()));
    }

    private void iterate(boolean dropping, Observer observer) {
        int count = settings.steps();
        int shorter = Math.max((int) (0.03 * count), 1);
        int shortest = Math.max((int) (0.06 * count), 1);
        int interval = Math.max((int) (0.22 * count), 1);
        int sinceCheck = 0;
        for (int i = 0; i < count && rows.get().numel() > 0; i++) {
            try (PointerScope scope = new PointerScope()) {
                advance(i == 0 ? 1 : MOMENTUM);
                evaluate(i);
                sinceCheck++;
                if (sinceCheck == interval) {
                    check(i, interval, observer);
                    interval = Math.max(interval - shorter, shortest);
                    sinceCheck = 0;
                }
            }
            if (dropping) {
                drop();
            }
        }
    }

    /** x = P(x + a (z - x) + (1 - a) (x - previous)), with z = P(x + step * direction of the gradient). */
    private void advance(double a) {
        // The gradients are computed anew afterwards, so their memory may be used.
        Tensor z = gradients.get();
        settings.norm().toDirections(z);
        z.mul_(ImageTable.perImage(steps.get(), z));
        z.add_(x.get());
        ball.project(z);
        z.sub_(x.get());
        z.mul_(new Scalar(a));
        z.add_(x.get());
        z.add_(x.get().sub(previous.get()), new Scalar(1 - a));
        ball.project(z);
        previous.set(x.get());
        x.set(z);
    }

    private void evaluate(int iteration) {
        Gradients now = gradientsAt(x.get());
        gradients.set(now.gradients());
        Tensor rightNow = Predictions.right(now.logits(), labels.get());
        Tensor wrong = ImageTable.rows(rightNow.logical_not());
        if (wrong.numel() > 0) {
            result.index_copy_(0, rows.get().index_select(0, wrong), x.get().index_select(0, wrong));
        }
        right.set(right.get().logical_and(rightNow));
        Tensor better = ImageTable.rows(now.losses().gt(bestLosses.get()));
        best.set(better, x.get());
        bestGradients.set(better, gradients.get());
        bestLosses.set(better, now.losses());
        losses.get().select(1, iteration).copy_(now.losses());
    }

    /** Halves the steps of images that make no progress, and sends these back to their best points. */
    private void check(int iteration, int interval, Observer observer) {
        Tensor all = losses.get();
        Tensor after = Tensors.slice(all, 1, iteration - interval + 1L, iteration + 1L); // (n, interval)
        Tensor before = iteration >= interval
                ? Tensors.slice(all, 1, iteration - (long) interval, iteration)
                // As published, the first loss is compared with the last one of the table, which is still 0.
                : torch.cat(
                        new TensorVector(
                                Tensors.slice(all, 1, all.size(1) - 1, all.size(1)),
                                Tensors.slice(all, 1, 0, iteration)),
                        1);
        Tensor rises = Tensors.sum(after.gt(before), 1); // (n)
        Tensor stuck = halvedAtCheck
                .get()
                .logical_not()
                .logical_and(lossesAtCheck.get().ge(bestLosses.get()));
        Tensor halved = rises.le(new Scalar(RISES * interval)).logical_or(stuck);
        halvedAtCheck.set(halved);
        lossesAtCheck.set(bestLosses.get());
        Tensor halvedRows = ImageTable.rows(halved);
        steps.set(halvedRows, steps.get().mul(new Scalar(0.5)));
        x.set(halvedRows, best.get());
        gradients.set(halvedRows, bestGradients.get());
        observer.checked(iteration + 1, steps.get(), halved);
    }

    /** Drops images that are misclassified: their adversarial versions are in the result. */
    private void drop() {
        try (PointerScope scope = new PointerScope()) {
            Tensor left = ImageTable.rows(right.get());
            if (left.numel() < right.get().numel()) {
                table.keepRows(left);
            }
        }
    }

    @Override
    public void close() {
        table.close();
        result.close();
    }
}
