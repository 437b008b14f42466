package io.bandpass.robustness;

import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.robust.CorruptionErrors;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Names of corruptions of stored sets. */
final class CorruptionNames {
    private CorruptionNames() {}

    /** Returns names in the order of the benchmark: its 15, the four others, then unknown ones. */
    static List<String> inOrder(Collection<String> names) {
        Set<String> ordered = new LinkedHashSet<>(published());
        ordered.retainAll(names);
        ordered.addAll(new TreeSet<>(names));
        return List.copyOf(ordered);
    }

    /** Returns whether all names are of the 19 corruptions that were published with ImageNet-C. */
    static boolean arePublished(Collection<String> names) {
        return published().containsAll(names);
    }

    /** Returns the names of the 19 corruptions, frost among them. */
    static Set<String> published() {
        Set<String> names = new LinkedHashSet<>(CorruptionErrors.benchmark());
        Corruptions.withoutPictures().all().stream()
                .map(NamedCorruption::name)
                .filter(name -> !name.endsWith("*"))
                .forEach(names::add);
        return names;
    }
}
