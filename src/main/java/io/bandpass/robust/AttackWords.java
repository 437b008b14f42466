package io.bandpass.robust;

import java.util.Locale;

/** Attacks in words. */
public final class AttackWords {
    private static final double LEVELS = 255;
    private static final double CLOSE = 1e-6;

    private AttackWords() {}

    /** Returns the name of an attack with its ball: {@code pgd linf 4/255}. */
    public static String of(Condition.Attack attack) {
        return attack.name() + " " + attack.norm() + " " + eps(attack.eps());
    }

    private static String eps(double eps) {
        double levels = eps * LEVELS;
        return eps > 0 && Math.abs(levels - Math.rint(levels)) < CLOSE
                ? String.format(Locale.ROOT, "%.0f/255", levels)
                : Double.toString(eps);
    }
}
