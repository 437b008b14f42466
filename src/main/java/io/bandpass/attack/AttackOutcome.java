package io.bandpass.attack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What attacks made of a batch.
 *
 * @param adversarial (N, 3, H, W): misclassified where an attack succeeded, otherwise the point that the last attack
 *     reached
 * @param cleanRight which images the model classifies right without an attack
 * @param rightAfter which it still classifies right after each attack, by its name, in their order
 */
public record AttackOutcome(Tensor adversarial, boolean[] cleanRight, Map<String, boolean[]> rightAfter) {
    public AttackOutcome {
        rightAfter = Collections.unmodifiableMap(new LinkedHashMap<>(rightAfter));
    }

    /** Returns which images withstand all attacks. */
    public boolean[] stillRight() {
        List<boolean[]> all = new ArrayList<>(rightAfter.values());
        return all.get(all.size() - 1);
    }
}
