package io.bandpass.labelmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Parts of a data set by the names of their folders or by what a table says: training, held out, and what is left
 * alone.
 *
 * @param train name of the training part; empty for everything, if there is no such part
 * @param heldOut name of the held-out part
 * @param others names of parts that are left alone
 */
record Splits(Optional<String> train, Optional<String> heldOut, List<String> others) {
    private static final List<String> TRAIN = List.of("train", "training", "train2017", "train2014");
    private static final List<String> HELD_OUT =
            List.of("val", "valid", "validation", "val2017", "val2014", "test", "testing", "test2017");

    /** Returns the parts among these names, in whatever case; the validation part is preferred to the test part. */
    static Splits of(Collection<String> names) {
        Optional<String> train = first(TRAIN, names);
        if (train.isEmpty()) {
            return new Splits(Optional.empty(), Optional.empty(), List.of());
        }
        Optional<String> heldOut = first(HELD_OUT, names);
        List<String> others = new ArrayList<>();
        for (String name : names) {
            boolean isPart =
                    HELD_OUT.contains(name.toLowerCase(Locale.ROOT)) || TRAIN.contains(name.toLowerCase(Locale.ROOT));
            if (isPart
                    && !train.get().equals(name)
                    && heldOut.filter(name::equals).isEmpty()) {
                others.add(name);
            }
        }
        return new Splits(train, heldOut, others);
    }

    private static Optional<String> first(List<String> wanted, Collection<String> names) {
        return wanted.stream()
                .flatMap(word -> names.stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT).equals(word)))
                .findFirst();
    }

    /** Whether names may tell parts apart: there is a training part. */
    boolean areThere() {
        return train.isPresent();
    }

    /** Returns whether a path belongs to the set: by its first folder, unless nothing is split. */
    Predicate<String> wanted() {
        return key -> train.isEmpty() || isIn(train, key) || isIn(heldOut, key);
    }

    /** Returns whether a path is held out. */
    Predicate<String> isHeldOut() {
        return key -> isIn(heldOut, key);
    }

    private static boolean isIn(Optional<String> part, String key) {
        return part.filter(name -> key.startsWith(name + "/")).isPresent();
    }

    /** Returns a sentence about parts that are left alone. */
    Optional<String> notice(String where) {
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of("left alone in " + where + ", as other parts are for training and validation: "
                        + String.join(", ", others));
    }
}
