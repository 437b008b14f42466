package io.bandpass.robust;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Classes of ImageNet-1k and of the sets that hold some of them, by their WordNet numbers, such as n01440764. */
public final class ImageNetClasses {
    private ImageNetClasses() {}

    /** Returns the 1,000 classes of ImageNet-1k in the order of models that were trained on it, which is sorted. */
    public static List<String> all() {
        return ResourceLines.of("/classes/imagenet-1k.txt");
    }

    /** Returns the 200 classes of ImageNet-A (Hendrycks et al., CVPR 2021), sorted. */
    public static List<String> ofImageNetA() {
        return ResourceLines.of("/classes/imagenet-a.txt");
    }

    /** Returns the 200 classes of ImageNet-R (Hendrycks et al., ICCV 2021), sorted; 86 are classes of ImageNet-A too. */
    public static List<String> ofImageNetR() {
        return ResourceLines.of("/classes/imagenet-r.txt");
    }

    /**
     * Returns the set that has exactly these classes, in any order: {@code ImageNet-A}, {@code ImageNet-R} or {@code
     * ImageNet-1k}, whose classes those of ImageNet-C and ImageNet-Sketch are too.
     *
     * @param folders names of the classes
     */
    public static Optional<String> setOf(Collection<String> folders) {
        Set<String> names = new TreeSet<>(folders);
        if (names.equals(new TreeSet<>(ofImageNetA()))) {
            return Optional.of("ImageNet-A");
        }
        if (names.equals(new TreeSet<>(ofImageNetR()))) {
            return Optional.of("ImageNet-R");
        }
        return names.equals(new TreeSet<>(all())) ? Optional.of("ImageNet-1k") : Optional.empty();
    }

    /**
     * Returns whether the classes of a model can only be those of ImageNet-1k by position: there are 1,000, and they
     * are named by their numbers, 0 to 999 in order, as those of weights without names are.
     */
    static boolean areNumbered(List<String> modelClasses) {
        return modelClasses.equals(
                IntStream.range(0, 1000).mapToObj(Integer::toString).toList());
    }
}
