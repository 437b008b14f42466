package io.bandpass.inference;

import io.bandpass.config.ConfigException;
import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names of the masks and overlays of a set of images: the images' relative names without the ending, or with it where
 * several would have the same. They stay below the output folder, wherever the images lie.
 */
final class MaskNames {
    private static final String OVERLAYS = "overlays/";
    private static final String ENDING = ".png";

    private final ImageSource images;
    /** Names without endings that several images have. */
    private final Set<String> shared = new HashSet<>();

    private MaskNames(ImageSource images) {
        this.images = images;
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < images.size(); index++) {
            String stem = stem(below(images.relativeName(index)));
            if (!seen.add(stem)) {
                shared.add(stem);
            }
        }
    }

    /**
     * Names the masks of images.
     *
     * @param folder that they are written to; it exists
     * @throws ConfigException if a mask or an overlay would replace one of the images
     * @throws DataException if it would replace another mask or overlay
     */
    static MaskNames of(ImageSource images, Path folder) throws IOException {
        MaskNames names = new MaskNames(images);
        names.check(folder.toRealPath());
        return names;
    }

    private void check(Path folder) {
        Set<Path> inputs = new HashSet<>();
        for (int index = 0; index < images.size(); index++) {
            images.file(index)
                    .map(MaskNames::real)
                    .filter(file -> file.startsWith(folder))
                    .ifPresent(inputs::add);
        }
        Set<String> taken = new HashSet<>();
        for (int index = 0; index < images.size(); index++) {
            for (String name : List.of(mask(index), overlay(index))) {
                if (inputs.contains(folder.resolve(name))) {
                    throw new ConfigException("the mask or overlay of " + images.name(index)
                            + " would replace the image " + folder.resolve(name) + "; choose another `out`");
                }
                if (!taken.add(name)) {
                    throw new DataException("the mask or overlay of " + images.name(index)
                            + " would replace that of another image, as both are " + name
                            + "; segment them one after the other, into two folders");
                }
            }
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    /** Returns the name of the mask below the folder. */
    String mask(int index) {
        String name = below(images.relativeName(index));
        String stem = stem(name);
        return (shared.contains(stem) ? name : stem) + ENDING;
    }

    /** Returns the name of the overlay below the folder. */
    String overlay(int index) {
        return OVERLAYS + mask(index);
    }

    /** Returns a name that leads out of no folder: that of an image in another one begins with / or has .. in it. */
    private static String below(String name) {
        return Arrays.stream(name.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals(".") && !part.equals(".."))
                .collect(Collectors.joining("/"));
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }
}
