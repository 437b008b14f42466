package io.bandpass.attack;

import io.bandpass.config.ConfigException;
import io.bandpass.config.NearestKey;
import io.bandpass.config.Words;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The attacks and their published settings. Another one is a class that implements {@link Attack}, a constant, and what
 * the compiler then asks for.
 */
public enum AttackKind {
    FGSM("one step along the sign of the gradient (Goodfellow et al., 2015)", Defaults.RVT_EPS, 1, false, 0),
    PGD("projected gradient descent (Madry et al., 2018), as in RVT", Defaults.RVT_EPS, 5, true, 0),
    APGD_CE("PGD that chooses its step sizes, on the cross entropy (Croce and Hein, 2020)", Defaults.EPS, 100, true, 0),
    APGD_DLR("the same on a difference of logits", Defaults.EPS, 100, true, 0),
    APGD_T("the same towards several classes in turn", Defaults.EPS, 100, true, 9),
    FAB_T("steps to the nearest decision boundaries (Croce and Hein, 2020)", Defaults.EPS, 100, false, 9),
    SQUARE("random squares, without gradients (Andriushchenko et al., 2020)", Defaults.EPS, 1, true, 0),
    AUTOATTACK(
            "apgd-ce, apgd-t, fab-t and square, each on what is left (Croce and Hein, 2020)",
            Defaults.EPS,
            100,
            true,
            9);

    /** Published distances and numbers. */
    private static final class Defaults {
        /** In Linf, of RVT (Mao et al., CVPR 2022). */
        private static final double RVT_EPS = 1 / 255.0;

        /** In Linf, of RobustBench on ImageNet (Croce et al., NeurIPS 2021). */
        private static final double EPS = 4 / 255.0;

        /** In L2, for ImageNet. */
        private static final double EPS_L2 = 3;

        private static final int QUERIES = 5000;
    }

    private final String summary;
    private final double eps;
    private final int steps;
    private final boolean randomStart;
    private final int targets;

    AttackKind(String summary, double eps, int steps, boolean randomStart, int targets) {
        this.summary = summary;
        this.eps = eps;
        this.steps = steps;
        this.randomStart = randomStart;
        this.targets = targets;
    }

    /**
     * Returns an attack by its name.
     *
     * @throws ConfigException if there is none of this name
     */
    public static AttackKind named(String name) {
        return Words.constant(AttackKind.class, name).orElseThrow(() -> {
            List<String> names =
                    Arrays.stream(values()).map(AttackKind::toString).toList();
            return new ConfigException("there is no attack " + name + ": it must be one of " + String.join(", ", names)
                    + NearestKey.suggestion(name, names));
        });
    }

    /** Describes the attack in a few words. */
    public String summary() {
        return summary;
    }

    /** Returns the settings that this attack uses, by the names that messages have for them. */
    public List<String> keys() {
        return switch (this) {
            case FGSM -> List.of("norm", "eps");
            case PGD -> List.of("norm", "eps", "steps", "step-size", "random-start", "restarts", "targets", "seed");
            case APGD_CE, APGD_DLR -> List.of("norm", "eps", "steps", "restarts", "seed");
            case APGD_T, FAB_T -> List.of("norm", "eps", "steps", "restarts", "targets", "seed");
            case SQUARE -> List.of("norm", "eps", "queries", "restarts", "seed");
            case AUTOATTACK -> List.of("norm", "eps", "steps", "restarts", "targets", "queries", "seed");
        };
    }

    /**
     * Returns the published settings: RVT's for FGSM and PGD, RobustBench's on ImageNet for the others.
     */
    public AttackSettings settings(AttackNorm norm) {
        return new AttackSettings(
                norm,
                norm == AttackNorm.L2 ? Defaults.EPS_L2 : eps,
                steps,
                OptionalDouble.empty(),
                randomStart,
                1,
                targets,
                Defaults.QUERIES,
                0);
    }

    /**
     * Makes the attack.
     *
     * @throws ConfigException if it cannot have these settings
     */
    public AttackSuite with(AttackSettings settings) {
        check(settings);
        return new AttackSuite(toString(), attacks(settings).toList());
    }

    private Stream<Attack> attacks(AttackSettings settings) {
        return switch (this) {
            case FGSM -> Stream.of(Pgd.oneStep(toString(), settings));
            case PGD -> Stream.of(new Pgd(toString(), settings));
            case APGD_CE -> Stream.of(Apgd.crossEntropy(toString(), settings.withTargets(0)));
            case APGD_DLR -> Stream.of(Apgd.dlr(toString(), settings.withTargets(0)));
            case APGD_T -> Stream.of(Apgd.targeted(toString(), settings));
            case FAB_T -> Stream.of(new FabT(toString(), settings));
            case SQUARE -> Stream.of(new SquareAttack(toString(), settings.withTargets(0)));
            case AUTOATTACK -> Stream.of(APGD_CE, APGD_T, FAB_T, SQUARE).flatMap(kind -> kind.attacks(settings));
        };
    }

    private void check(AttackSettings settings) {
        boolean targeted = this == APGD_T || this == FAB_T || this == AUTOATTACK;
        if (targeted && settings.targets() == 0) {
            throw new ConfigException("targets is 0, but " + this + " needs at least 1");
        }
    }

    @Override
    public String toString() {
        return Words.of(this);
    }
}
