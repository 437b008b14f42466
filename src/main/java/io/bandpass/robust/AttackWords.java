package io.bandpass.robust;

import io.bandpass.attack.PixelDistance;

/** Attacks in words. */
public final class AttackWords {
    private AttackWords() {}

    /** Returns the name of an attack with its ball: {@code pgd linf 4/255}. */
    public static String of(Condition.Attack attack) {
        return attack.name() + " " + attack.norm() + " " + PixelDistance.format(attack.eps());
    }
}
