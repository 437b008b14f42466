package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class AttackWarningsTest {
    private static final int IMAGES = 8;

    private static List<String> sentences(AttackKind kind, AttackedModel model, AttackBatch batch) {
        AttackWarnings warnings = new AttackWarnings();
        AttackSettings settings = kind.settings(AttackNorm.LINF).withSteps(3).withQueries(5);
        kind.with(settings).run(model, batch, warnings);
        return warnings.sentences();
    }

    @Test
    void aSoundModelGetsNone() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, 10);
            assertThat(sentences(AttackKind.AUTOATTACK, model, model.batch(IMAGES)))
                    .isEmpty();
            assertThat(new AttackWarnings().sentences()).isEmpty();
        }
    }

    @Test
    void probabilitiesAreNoticed() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork network = new TinyNetwork(ScalarType.Float, 10);
            AttackedModel model = images -> network.logits(images).softmax(1);
            assertThat(sentences(AttackKind.PGD, model, network.batch(IMAGES)))
                    .singleElement()
                    .asString()
                    .contains("look like probabilities", "leave out the softmax");
        }
    }

    @Test
    void outputsThatChangeAreNoticed() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork network = new TinyNetwork(ScalarType.Float, 10);
            AtomicInteger calls = new AtomicInteger();
            AttackedModel model = images -> Tensors.add(network.logits(images), 0.25 * (calls.incrementAndGet() % 2));
            assertThat(sentences(AttackKind.FGSM, model, network.batch(IMAGES)))
                    .singleElement()
                    .asString()
                    .contains("different outputs for the same images, by up to 0.25");
        }
    }

    @Test
    void zeroGradientsAreCounted() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork saturated = new TinyNetwork(ScalarType.Float, 10, 1e5);
            assertThat(sentences(AttackKind.PGD, saturated, saturated.batch(IMAGES)))
                    .singleElement()
                    .asString()
                    .contains("the gradient is zero for 8 of 8 images at the start of pgd");
            // The difference of logits ratio does not saturate.
            assertThat(sentences(AttackKind.APGD_DLR, saturated, saturated.batch(IMAGES)))
                    .isEmpty();
        }
    }

    @Test
    void fewerTargetsAreNoted() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork model = new TinyNetwork(ScalarType.Float, 5);
            assertThat(sentences(AttackKind.APGD_T, model, model.batch(IMAGES)))
                    .containsExactly(
                            "apgd-t aims at 4 classes instead of 9, as the model has no more beside that of the image");
        }
    }

    /** Gradients that lead the wrong way. */
    @Test
    void hiddenGradientsShowWhereSquareSucceeds() {
        try (PointerScope scope = new PointerScope()) {
            TinyNetwork network = new TinyNetwork(ScalarType.Float, 10);
            // 2 x - x in value, -x in its gradient.
            AttackedModel reversed = images ->
                    network.logits(Tensors.multiply(images.detach(), 2).sub(images));
            AttackBatch batch = network.batch(64);
            AttackWarnings warnings = new AttackWarnings();
            AttackSettings settings = AttackKind.AUTOATTACK
                    .settings(AttackNorm.LINF)
                    .withSteps(10)
                    .withQueries(200)
                    .withEps(0.02);
            AttackOutcome outcome = AttackKind.AUTOATTACK.with(settings).run(reversed, batch, warnings);
            assertThat(outcome.rightAfter().get("fab-t")).contains(true);
            assertThat(warnings.sentences())
                    .singleElement()
                    .asString()
                    .startsWith("square, which uses no gradients, fools the model on ")
                    .contains("of 64 images");
        }
    }
}
