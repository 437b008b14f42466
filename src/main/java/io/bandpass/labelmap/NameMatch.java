package io.bandpass.labelmap;

import io.bandpass.data.FileNames;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds the mask of each image by its name: the same path but for the ending, and perhaps a suffix. */
final class NameMatch {
    /** Suffixes of masks, the preferred first. */
    static final List<String> SUFFIXES =
            List.of("_mask", "_masks", "_label", "_labels", "_seg", "_gt", "_gtFine_labelTrainIds", "_gtFine_labelIds");

    /** What a mask may add to the name of an image in another folder. */
    static final List<String> NONE_OR_SUFFIX =
            Stream.concat(Stream.of(""), SUFFIXES.stream()).toList();

    /** Suffixes of images that masks have not. */
    private static final List<String> IMAGE_SUFFIXES = List.of("_leftImg8bit", "_image", "_img");

    private static final int MOST_HINTS = 20;

    private final NamedFiles images;
    private final NamedFiles masks;
    private final List<String> suffixes;
    private final PairedFiles paired = PairedFiles.empty();
    private final Set<Path> used = new HashSet<>();
    private final TreeSet<String> matched = new TreeSet<>();

    private NameMatch(NamedFiles images, NamedFiles masks, List<String> suffixes) {
        this.images = images;
        this.masks = masks;
        this.suffixes = suffixes;
    }

    /**
     * Matches images with masks.
     *
     * @param suffixes what a mask's name may add to that of its image, the preferred first
     * @param wanted whether an image or mask of this key belongs to the set
     * @param heldOut whether an image of this key is held out
     */
    static PairedFiles of(
            NamedFiles images,
            NamedFiles masks,
            List<String> suffixes,
            Predicate<String> wanted,
            Predicate<String> heldOut) {
        NameMatch match = new NameMatch(images, masks, suffixes);
        images.byKey().forEach((key, image) -> {
            if (wanted.test(key)) {
                match.add(key, image, heldOut.test(key));
            }
        });
        images.again().forEach((key, others) -> {
            if (wanted.test(key)) {
                others.forEach(
                        image -> match.paired
                                .unpaired()
                                .put(
                                        FileNames.text(image),
                                        "it has the name of "
                                                + images.text(key)
                                                + " but for the ending, so that it is not known whose mask is theirs; rename one"));
            }
        });
        match.addUnused(wanted);
        return match.paired;
    }

    private void add(String key, Path image, boolean heldOut) {
        for (String name : names(key)) {
            Optional<Path> mask = masks.find(name, suffixes);
            if (mask.isPresent()) {
                matched.add(name);
                used.add(mask.get());
                Optional<Path> second = masks.second(keyOf(name));
                if (second.isPresent()) {
                    paired.unpaired()
                            .put(
                                    FileNames.text(image),
                                    "it has two masks, " + FileNames.text(mask.get()) + " and "
                                            + FileNames.text(second.get()) + "; leave one");
                } else {
                    paired.pairs().add(new MaskPair(image, mask.get(), heldOut));
                }
                return;
            }
        }
        paired.unpaired().put(FileNames.text(image), "it has no mask in " + FileNames.text(masks.folder()) + hint(key));
    }

    /** Returns the key of the mask that is found by a name. */
    private String keyOf(String name) {
        return suffixes.stream()
                .map(suffix -> name + suffix)
                .filter(masks.byKey()::containsKey)
                .findFirst()
                .orElse(name);
    }

    private static List<String> names(String key) {
        return Stream.concat(
                        Stream.of(key),
                        IMAGE_SUFFIXES.stream()
                                .filter(key::endsWith)
                                .map(suffix -> key.substring(0, key.length() - suffix.length())))
                .toList();
    }

    private String hint(String key) {
        // Each search goes over all masks, and one example says enough.
        List<String> similar = paired.unpaired().size() < MOST_HINTS ? masks.similar(key) : List.of();
        if (similar.isEmpty()) {
            return "";
        }
        String name = similar.get(0);
        String difference = name.toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT))
                ? "differs from its name in upper and lower case only"
                : "has '" + name.substring(key.length()) + "' behind its name, which is none of the endings "
                        + String.join(", ", SUFFIXES);
        return "; " + masks.text(name) + " " + difference + ": rename it, or name the pairs in a CSV file image,mask";
    }

    /** Adds the masks without an image. Other files about an image that has a mask are left alone. */
    private void addUnused(Predicate<String> wanted) {
        masks.byKey().forEach((key, mask) -> {
            if (wanted.test(key) && !used.contains(mask) && !isAboutMatched(key)) {
                paired.unpaired()
                        .put(
                                FileNames.text(mask),
                                "it is a mask without an image in " + FileNames.text(images.folder()));
            }
        });
    }

    /** Returns whether a name begins with that of an image that has a mask. */
    private boolean isAboutMatched(String key) {
        for (int end = key.length(); end > 0; end--) {
            if (NamedFiles.goesOn(key, end) && matched.contains(key.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
