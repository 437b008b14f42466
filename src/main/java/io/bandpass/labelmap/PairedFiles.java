package io.bandpass.labelmap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images with their masks.
 *
 * @param unpaired images without a mask and masks without an image, by name, each with a reason
 * @param notices human-readable
 */
record PairedFiles(List<MaskPair> pairs, Map<String, String> unpaired, List<String> notices) {
    static PairedFiles empty() {
        return new PairedFiles(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    }

    void addAll(PairedFiles others) {
        pairs.addAll(others.pairs);
        unpaired.putAll(others.unpaired);
        notices.addAll(others.notices);
    }
}
