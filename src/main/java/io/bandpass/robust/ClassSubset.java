package io.bandpass.robust;

import io.bandpass.data.DataException;
import io.bandpass.text.Counts;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a data set among those of a model. Images of the set are classified among these classes only, as the
 * authors of ImageNet-A and ImageNet-R prescribe: the prediction is the largest of their logits.
 *
 * <p>A class of the set, the name of its folder, is a class of the model if both have the same name: exactly, or else
 * apart from upper and lower case, spaces and underscores, where only one class of the model does. Nothing else is
 * guessed, neither synonyms nor parts of names. A model with 1,000 classes that are named by their numbers, 0 to 999 in
 * order, has those of ImageNet-1k if that is how the set's names match: its n-th class is the n-th wnid in sorted
 * order. Weights without class names, such as those of timm, have such numbers.
 */
public final class ClassSubset {
    private static final int NAMED = 3;

    private final List<String> setClasses;
    private final List<String> names;
    private final int[] classes;
    private final int[] ranks;
    private final List<String> unmatched;

    private ClassSubset(List<String> setClasses, int[] modelClass) {
        this.setClasses = setClasses;
        ranks = new int[modelClass.length];
        List<String> found = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < modelClass.length; i++) {
            ranks[i] = modelClass[i] < 0 ? -1 : found.size();
            (modelClass[i] < 0 ? others : found).add(setClasses.get(i));
        }
        classes = IntStream.of(modelClass).filter(index -> index >= 0).toArray();
        names = List.copyOf(found);
        unmatched = List.copyOf(others);
    }

    /**
     * Matches the classes of a set with those of a model.
     *
     * @param setClasses names by label
     * @param modelClasses names by logit
     * @throws DataException if under half of the set's classes are classes of the model, or two are the same one
     */
    public static ClassSubset match(List<String> setClasses, List<String> modelClasses) {
        int[] byName = modelClass(setClasses, modelClasses);
        if (ImageNetClasses.areNumbered(modelClasses) && isTooFew(byName)) {
            byName = modelClass(setClasses, ImageNetClasses.all());
        }
        ClassSubset subset = new ClassSubset(setClasses, byName);
        if (isTooFew(byName)) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "%s of %s of the images are classes of the model, less than half: it does not know %s; name the"
                            + " folders as the model's classes are named: %s",
                    subset.size() == 0 ? "none" : "only " + subset.size(),
                    Counts.of(setClasses.size(), "class"),
                    some(subset.unmatched),
                    some(modelClasses)));
        }
        subset.checkDistinct(modelClasses);
        return subset;
    }

    /**
     * Returns the classes of this set that another set has too, as classes of the same model.
     *
     * @throws DataException if there are none
     */
    public ClassSubset within(ClassSubset other) {
        Set<Integer> common = IntStream.of(other.classes).boxed().collect(Collectors.toSet());
        int[] modelClass = IntStream.of(ranks)
                .map(rank -> rank >= 0 && common.contains(classes[rank]) ? classes[rank] : -1)
                .toArray();
        ClassSubset both = new ClassSubset(setClasses, modelClass);
        if (both.size() == 0) {
            throw new DataException("the two sets of images have no class in common");
        }
        return both;
    }

    private static boolean isTooFew(int[] modelClass) {
        return 2 * IntStream.of(modelClass).filter(index -> index >= 0).count() < modelClass.length
                || modelClass.length == 0;
    }

    /** The model's class of each class of a set; -1 where there is none, or it is not certain. */
    private static int[] modelClass(List<String> setClasses, List<String> modelClasses) {
        Map<String, List<Integer>> exact = new HashMap<>();
        Map<String, List<Integer>> loose = new HashMap<>();
        for (int i = 0; i < modelClasses.size(); i++) {
            exact.computeIfAbsent(modelClasses.get(i), name -> new ArrayList<>())
                    .add(i);
            loose.computeIfAbsent(simplified(modelClasses.get(i)), name -> new ArrayList<>())
                    .add(i);
        }
        return setClasses.stream()
                .mapToInt(name -> only(exact.get(name))
                        .or(() -> exact.containsKey(name) ? Optional.empty() : only(loose.get(simplified(name))))
                        .orElse(-1))
                .toArray();
    }

    private static Optional<Integer> only(@Nullable List<Integer> classes) {
        return classes == null || classes.size() > 1 ? Optional.empty() : Optional.of(classes.get(0));
    }

    private static String simplified(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", "");
    }

    private void checkDistinct(List<String> modelClasses) {
        Map<Integer, String> first = new HashMap<>();
        for (int rank = 0; rank < classes.length; rank++) {
            String other = first.putIfAbsent(classes[rank], names.get(rank));
            if (other != null) {
                throw new DataException("the classes " + other + " and " + names.get(rank)
                        + " of the images are both class " + modelClasses.get(classes[rank])
                        + " of the model; put their images into one folder");
            }
        }
    }

    private static String some(List<String> names) {
        String first = String.join(", ", names.stream().limit(NAMED).toList());
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    /** Returns the number S of classes in which the set and the model agree. */
    public int size() {
        return classes.length;
    }

    /** Returns the names of these classes in the set, in its order. */
    public List<String> names() {
        return names;
    }

    /** Returns the names of the set's other classes, whose images cannot be scored. */
    public List<String> unmatched() {
        return unmatched;
    }

    /** Returns the logit of each of these classes. */
    public int[] modelClasses() {
        return classes.clone();
    }

    /**
     * Returns the position, 0 to S - 1, of a class of the set.
     *
     * @param label of the set
     * @return empty if it is not a class of the model
     */
    public OptionalInt rank(int label) {
        return ranks[label] < 0 ? OptionalInt.empty() : OptionalInt.of(ranks[label]);
    }

    /**
     * Returns the logits of these classes only.
     *
     * @param logits (N, K) of the model
     * @return (N, S), to be compared with ranks
     */
    public Tensor select(Tensor logits) {
        return Tensors.scoped(() -> {
            long[] columns = IntStream.of(classes).asLongStream().toArray();
            return logits.index_select(1, Tensors.to(Tensors.ofLongs(columns, columns.length), logits.device()));
        });
    }

    /**
     * Returns the rank of the class that is predicted for each image: that of the largest of these classes' logits.
     *
     * @param logits (N, K) of the model
     */
    public int[] predictions(Tensor logits) {
        try (PointerScope scope = new PointerScope()) {
            return Arrays.stream(Tensors.toLongs(select(logits).argmax(new LongOptional(1), false)))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
    }
}
