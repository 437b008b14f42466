package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.Pooling;
import io.bandpass.encoder.Classifier;
import io.bandpass.nn.Normalisation;
import io.bandpass.nn.Parameter;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Precision;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class AttackedClassifierTest {
    private static List<Boolean> trained(Classifier classifier) {
        return classifier.parameters().stream()
                .map(parameter -> parameter.tensor().requires_grad())
                .toList();
    }

    @Test
    void theClassifierIsFrozenUntilTheAttackEnds() {
        try (PointerScope scope = new PointerScope();
                Normalisation normalisation =
                        new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2), new Device("cpu"));
                Classifier classifier = new Classifier(Configs.vitTiny(), Pooling.MEAN, 4, 1, 0)) {
            List<Parameter> parameters = classifier.parameters();
            parameters.get(0).tensor().set_requires_grad(false);
            List<Boolean> before = trained(classifier);
            assertThat(before).contains(true, false);
            Tensor images = torch.rand(2, 3, 32, 32);
            images.set_requires_grad(true);
            try (AttackedClassifier attacked = new AttackedClassifier(classifier, normalisation)) {
                assertThat(trained(classifier)).containsOnly(false);
                assertThat(classifier.isTraining()).isFalse();
                attacked.logits(images).sum().backward();
                assertThat(images.grad().abs().max().item_double()).isPositive();
                assertThat(parameters.get(1).tensor().grad().defined()).isFalse();
            }
            assertThat(trained(classifier)).isEqualTo(before);
            assertThat(classifier.isTraining()).isTrue();
        }
    }

    @Test
    void autocastIsRefused() {
        try (PointerScope scope = new PointerScope();
                Normalisation normalisation =
                        new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2), new Device("cpu"));
                Classifier classifier = new Classifier(Configs.vitTiny(), Pooling.MEAN, 4, 1, 0);
                AttackedClassifier attacked = new AttackedClassifier(classifier, normalisation)) {
            Tensor images = torch.rand(2, 3, 32, 32);
            assertThatThrownBy(() -> Precision.BF16.run(new Device("cpu"), () -> attacked.logits(images)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("attacks are computed in float32, but autocast is enabled");
        }
    }
}
