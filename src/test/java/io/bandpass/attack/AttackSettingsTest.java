package io.bandpass.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class AttackSettingsTest {
    private static final AttackSettings PGD = AttackKind.PGD.settings(AttackNorm.LINF);

    @Test
    void defaultsAreThePublishedOnes() {
        AttackSettings fgsm = AttackKind.FGSM.settings(AttackNorm.LINF);
        assertThat(fgsm.eps()).isEqualTo(1 / 255.0);
        assertThat(fgsm.steps()).isEqualTo(1);
        assertThat(fgsm.step()).isEqualTo(fgsm.eps());
        assertThat(fgsm.randomStart()).isFalse();
        assertThat(PGD.eps()).isEqualTo(1 / 255.0);
        assertThat(PGD.steps()).isEqualTo(5);
        assertThat(PGD.step()).isCloseTo(0.5 / 255, within(1e-15));
        assertThat(PGD.randomStart()).isTrue();
        assertThat(PGD.restarts()).isEqualTo(1);
        AttackSettings auto = AttackKind.AUTOATTACK.settings(AttackNorm.LINF);
        assertThat(auto.steps()).isEqualTo(100);
        assertThat(auto.targets()).isEqualTo(9);
        assertThat(auto.queries()).isEqualTo(5000);
        assertThat(auto.eps()).isEqualTo(4 / 255.0);
        assertThat(AttackKind.APGD_CE.settings(AttackNorm.L2).eps()).isEqualTo(3);
    }

    @Test
    void theStepFollowsEpsAndSteps() {
        assertThat(PGD.withEps(4 / 255.0).withSteps(10).step()).isCloseTo(1 / 255.0, within(1e-15));
        assertThat(PGD.withSteps(1).step()).isEqualTo(PGD.eps());
        assertThat(PGD.withStepSize(0.25).withSteps(7).step()).isEqualTo(0.25);
    }

    private static void refused(String message, ThrowingCallable settings) {
        assertThatThrownBy(settings).isInstanceOf(ConfigException.class).hasMessage(message);
    }

    @Test
    void wrongValuesAreRefused() {
        refused(
                "eps is 8, but must be at most 1 in linf, as pixels lie between 0 and 1: 8/255 is eight levels of an"
                        + " 8-bit image",
                () -> PGD.withEps(8));
        refused("eps is -0.1, but must be a number of at least 0", () -> PGD.withEps(-0.1));
        refused("eps is NaN, but must be a number of at least 0", () -> PGD.withEps(Double.NaN));
        refused("steps is 0, but must be a whole number above 0", () -> PGD.withSteps(0));
        refused("step-size is 0.0, but must be a number above 0", () -> PGD.withStepSize(0));
        refused("restarts is 0, but must be a whole number above 0", () -> PGD.withRestarts(0));
        refused("targets is -1, but must be a whole number of at least 0", () -> PGD.withTargets(-1));
        refused("queries is 0, but must be a whole number above 0", () -> PGD.withQueries(0));
        assertThat(AttackKind.PGD.settings(AttackNorm.L2).withEps(8).eps()).isEqualTo(8);
    }

    @Test
    void whatAnAttackCannotDoIsRefused() {
        refused(
                "targets is 0, but fab-t needs at least 1",
                () -> AttackKind.FAB_T.with(
                        AttackKind.FAB_T.settings(AttackNorm.LINF).withTargets(0)));
    }

    @Test
    void eachAttackNamesTheSettingsThatItUses() {
        assertThat(AttackKind.FGSM.keys()).containsExactly("norm", "eps");
        assertThat(AttackKind.PGD.keys()).contains("step-size", "random-start").doesNotContain("queries");
        assertThat(AttackKind.SQUARE.keys()).contains("norm", "queries").doesNotContain("steps");
        for (AttackKind kind : AttackKind.values()) {
            assertThat(kind.summary()).isNotBlank();
            assertThat(kind.keys()).contains("eps").doesNotHaveDuplicates();
        }
    }
}
