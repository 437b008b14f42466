package io.bandpass.split;

import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitRule;
import java.util.Arrays;
import java.util.List;

/** Choice of held-out images that records the rule by which it can be repeated. */
public final class RecordedHoldOut implements HoldOut {
    private final HoldOut choice;
    private final SplitRule rule;
    private SplitRule used = SplitRule.NONE;

    /**
     * Creates a recorded choice.
     *
     * @param rule rule by which the choice draws, unless it has reason to hold out other images
     */
    public RecordedHoldOut(HoldOut choice, SplitRule rule) {
        this.choice = choice;
        this.rule = rule;
    }

    @Override
    public double fraction() {
        return choice.fraction();
    }

    @Override
    public Chosen of(ImageSource all) {
        Chosen chosen = choice.of(all);
        if (chosen.heldOut().length > 0) {
            used = Arrays.equals(chosen.heldOut(), rule.draw(all)) ? rule : SplitRule.LISTED;
        }
        return chosen;
    }

    @Override
    public List<String> named(ImageSource train, ImageSource heldOut) {
        used = SplitRule.NAMED;
        return choice.named(train, heldOut);
    }

    /** Returns the rule of the latest choice. */
    public SplitRule used() {
        return used;
    }
}
