package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images with polygons as YOLO has them: {@code data.yaml}, and beside each folder {@code images} one {@code labels}
 * with a text file for each image. Without {@code masks.classes} the classes are the background and the names by their
 * index.
 */
final class YoloPolygons {
    private YoloPolygons() {}

    /**
     * Opens a file {@code data.yaml}, or the folder with it.
     *
     * @param unreadable counts the images, and collects those that cannot be used
     * @param notices receives a sentence if the training images are named for validation, too
     * @throws DataException if the file is not there or damaged, or names a folder without images
     */
    static List<LabelMapPart> open(
            Path root, MasksConfig masks, DataConfig config, UnreadableImages unreadable, List<String> notices) {
        YoloDescription description = YoloDescription.read(root);
        ShapeClasses classes = ShapeClasses.of(description.names().values(), FileNames.text(description.file()), masks);
        List<Path> train = description.paths("train");
        if (train.equals(description.paths("val"))) {
            notices.add(FileNames.text(description.file()) + " names the same images for train and val; scores on"
                    + " images that a model was trained on say nothing, so val is left alone");
        }
        List<Path> heldOut = Stream.of("val", "valid", "test")
                .map(description::paths)
                .filter(paths -> !paths.isEmpty() && !paths.equals(train))
                .findFirst()
                .orElse(List.of());
        List<LabelMapPart> parts = new ArrayList<>();
        for (List<Path> paths : List.of(train, heldOut)) {
            if (!paths.isEmpty()) {
                parts.add(new LabelMapPart(
                        !parts.isEmpty(),
                        AnnotatedImages.open(
                                description.base(), annotations(paths, description), classes, config, unreadable)));
            }
        }
        return parts;
    }

    private static List<YoloAnnotation> annotations(List<Path> paths, YoloDescription description) {
        List<YoloAnnotation> annotations = new ArrayList<>();
        for (Path path : paths) {
            List<Path> images = Files.isDirectory(path)
                    ? FilesBelow.of(path, ImageHeader::isNamedLikeImage)
                    : listed(path, description);
            if (images.isEmpty()) {
                throw new DataException("there are no images in " + FileNames.text(path) + ", which "
                        + FileNames.text(description.file()) + " names");
            }
            images.forEach(image -> annotations.add(new YoloAnnotation(image, labels(image), description.names())));
        }
        return annotations;
    }

    /** Reads a file with a path in each line. */
    private static List<Path> listed(Path list, YoloDescription description) {
        try {
            List<Path> images = new ArrayList<>();
            for (String line : Files.readAllLines(list)) {
                if (!line.isBlank()) {
                    images.add(description.base().resolve(line.strip()).normalize());
                }
            }
            return images;
        } catch (InvalidPathException e) {
            throw new DataException(
                    FileNames.text(list) + " has a line that cannot be the name of a file here: " + e.getReason());
        } catch (IOException e) {
            throw new DataException(FileNames.text(description.file()) + " names " + FileNames.text(list)
                    + ", which is no folder of images and no" + " list of them: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    /** Returns the file of labels: as the image, but below the last folder of images renamed to labels. */
    private static Path labels(Path image) {
        String name = String.valueOf(image.getFileName()).replaceFirst("\\.[^.]*$", "") + ".txt";
        for (int i = image.getNameCount() - 2; i >= 0; i--) {
            if (image.getName(i).toString().equals("images")) {
                Path above = image.getRoot() == null ? Path.of("") : image.getRoot();
                Path start = i == 0 ? above : above.resolve(image.subpath(0, i));
                return start.resolve("labels")
                        .resolve(image.subpath(i + 1, image.getNameCount()))
                        .resolveSibling(name);
            }
        }
        return image.resolveSibling(name);
    }
}
