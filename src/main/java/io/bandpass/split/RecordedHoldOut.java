package io.bandpass.split;

import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitRule;
import java.util.Arrays;
import java.util.List;

/** A choice of held-out images that remembers by which rule it can be made again. */
public final class RecordedHoldOut implements HoldOut {
    private final HoldOut choice;
    private final SplitRule rule;
    private SplitRule used = SplitRule.NONE;

    /**
     * Records a choice.
     *
     * @param rule that draws where the choice has no reason for other images
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

    /** How the images were divided that were chosen from last. */
    public SplitRule used() {
        return used;
    }
}
