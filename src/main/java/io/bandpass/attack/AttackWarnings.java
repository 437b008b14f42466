package io.bandpass.attack;

import io.bandpass.text.Counts;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What makes the result of attacks doubtful, collected over batches: the checks of AutoAttack's program (Croce and Hein,
 * ICML 2020). A model that passes them all may still hide its gradients.
 */
public final class AttackWarnings {
    private static final double SAME = 1e-4;
    private static final double ONE = 1e-5;

    /** Share of the images that a black-box attack may find in addition. */
    private static final double BLACK_BOX_SHARE = 0.002;

    /** Images whose gradient was looked at. */
    private static final class Starts {
        private long images;
        private long zero;
    }

    private final Map<String, Starts> starts = new LinkedHashMap<>();
    private final Map<String, String> fewTargets = new LinkedHashMap<>();
    private boolean seen;
    private boolean probabilities = true;
    private double largestChange;
    private long images;
    private final Map<String, Long> blackBox = new LinkedHashMap<>();

    /** Creates the warnings of no images. */
    public AttackWarnings() {}

    /** Whether a batch has been seen. */
    boolean seen() {
        return seen;
    }

    /** Looks at the logits (N, K) of images without an attack. */
    void outputs(Tensor logits) {
        seen = true;
        images += logits.size(0);
        try (PointerScope scope = new PointerScope()) {
            Tensor sums = Tensors.sum(logits, 1);
            probabilities &= logits.min().item_double() >= -ONE
                    && logits.max().item_double() <= 1 + ONE
                    && sums.sub(new Scalar(1.0)).abs().max().item_double() <= ONE;
        }
    }

    /** Compares logits (N, K) of the same images in two runs. */
    void repeated(Tensor first, Tensor second) {
        try (PointerScope scope = new PointerScope()) {
            double scale = Math.max(1, first.abs().max().item_double());
            double change = first.sub(second).abs().max().item_double();
            if (change > SAME * scale) {
                largestChange = Math.max(largestChange, change);
            }
        }
    }

    /** Looks at the first gradients (N, C, H, W) of an attack. */
    void start(String attack, Tensor gradients) {
        try (PointerScope scope = new PointerScope()) {
            Starts counted = starts.computeIfAbsent(attack, name -> new Starts());
            counted.images += gradients.size(0);
            counted.zero +=
                    AttackNorm.LINF.of(gradients).eq(new Scalar(0.0)).sum().item_long();
        }
    }

    /** Notes that there are fewer classes to aim at than were asked for. */
    void fewTargets(String attack, long asked, long classes) {
        fewTargets.put(
                attack,
                String.format(
                        Locale.ROOT,
                        "%s aims at %s instead of %d, as the model has no more beside that of the image",
                        attack,
                        Counts.of(classes, "class"),
                        asked));
    }

    /** Counts images that only an attack without gradients fooled, after attacks with gradients. */
    void blackBox(String attack, long count) {
        blackBox.merge(attack, count, Long::sum);
    }

    /** Returns a sentence for each doubt; none if there is nothing suspicious. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (seen && probabilities) {
            sentences.add("the outputs of the model look like probabilities, from 0 to 1 with the sum 1: attacks need"
                    + " logits, so leave out the softmax");
        }
        if (largestChange > 0) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "the model gives different outputs for the same images, by up to %.2g: attacks on a random model"
                            + " overestimate its robustness",
                    largestChange));
        }
        starts.forEach((attack, counted) -> {
            if (counted.zero > 0) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "the gradient is zero for %d of %s at the start of %s, which cannot attack these: the loss is"
                                + " saturated or the model hides its gradients; square needs none",
                        counted.zero,
                        Counts.of(counted.images, "image"),
                        attack));
            }
        });
        sentences.addAll(fewTargets.values());
        blackBox.forEach((attack, count) -> {
            if (count > BLACK_BOX_SHARE * images) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "%s, which uses no gradients, fools the model on %d of %s after all attacks with gradients"
                                + " failed: the model hides its gradients, so its robustness is overestimated",
                        attack,
                        count,
                        Counts.of(images, "image")));
            }
        });
        return sentences;
    }
}
