package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.Pooling;
import io.bandpass.config.ResNetConfig;
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
    private static final ResNetConfig RESNET =
            new ResNetConfig(32, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, false);

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
    void weightsHaveTheirOwnMemoryAgainAfterTheAttack() {
        try (PointerScope scope = new PointerScope();
                Normalisation normalisation =
                        new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2), new Device("cpu"));
                Classifier classifier = new Classifier(RESNET, Pooling.MEAN, 4, 1, 0)) {
            classifier.setTraining(false);
            Tensor images = torch.rand(2, 3, 32, 32);
            Tensor before = classifier.logits(normalisation.apply(images)).detach();
            List<Parameter> weights = classifier.parameters().stream()
                    .filter(parameter -> parameter.tensor().dim() == 4)
                    .toList();
            List<Long> memory = addresses(weights);
            try (AttackedClassifier attacked = new AttackedClassifier(classifier, normalisation)) {
                assertThat(weights).allMatch(weight -> weight.tensor().is_contiguous());
                assertThat(addresses(weights)).isNotEqualTo(memory);
                assertThat(torch.allclose(attacked.logits(images), before, 1e-5, 1e-6, false))
                        .isTrue();
            }
            assertThat(addresses(weights)).isEqualTo(memory);
            assertThat(torch.equal(classifier.logits(normalisation.apply(images)), before))
                    .isTrue();
        }
    }

    private static List<Long> addresses(List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter -> parameter.tensor().data_ptr().address())
                .toList();
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
