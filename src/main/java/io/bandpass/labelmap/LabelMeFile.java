package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.RgbImage;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The shapes of an image in a file of LabelMe; later ones cover earlier ones.
 *
 * @param json the file
 * @param file the image; the file itself, if the image is only in there
 * @param height of the image; 0 if the file does not say
 * @param width of the image; 0 if the file does not say
 * @param labels of the shapes
 */
record LabelMeFile(Path json, Path file, int height, int width, Set<String> labels) implements Annotation {
    private static final String IMAGE = "imageData";

    /** What a file says besides the corners of its shapes. */
    private static final class Head {
        private final Set<String> labels = new HashSet<>();
        private boolean hasShapes;
        private boolean hasImage;
        private String imagePath = "";
        private long height;
        private long width;
    }

    LabelMeFile {
        labels = Set.copyOf(labels);
    }

    /**
     * Reads a file.
     *
     * @return empty if it is JSON, but has no shapes as LabelMe's have
     * @throws BadImageException if it is unreadable or damaged
     */
    static Optional<LabelMeFile> read(Path json) throws BadImageException {
        Head head = new Head();
        JsonPieces.read(json, 0, pieces -> {
            if (!pieces.isObject()) {
                return;
            }
            pieces.object("content", name -> {
                switch (name) {
                    case "shapes" -> {
                        head.hasShapes = pieces.isArray();
                        readLabels(pieces, head.labels);
                    }
                    case "imagePath" -> head.imagePath = pieces.isText() ? pieces.name(name) : "";
                    case "imageHeight" -> head.height = pieces.isNull() ? 0 : pieces.whole(name);
                    case "imageWidth" -> head.width = pieces.isNull() ? 0 : pieces.whole(name);
                    case IMAGE -> head.hasImage = pieces.isText();
                    default -> pieces.skip();
                }
            });
        });
        if (!head.hasShapes) {
            return Optional.empty();
        }
        boolean hasSize = head.height > 0 && head.width > 0;
        return Optional.of(new LabelMeFile(
                json,
                image(json, head),
                hasSize ? (int) Math.min(Integer.MAX_VALUE, head.height) : 0,
                hasSize ? (int) Math.min(Integer.MAX_VALUE, head.width) : 0,
                head.labels));
    }

    private static void readLabels(JsonPieces json, Set<String> labels) throws IOException, BadImageException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.array("shapes", () -> {
            if (!json.isObject()) {
                json.skip();
                return;
            }
            json.object("shape", name -> {
                if (name.equals("label")) {
                    String label = json.name(name);
                    if (label.isBlank()) {
                        throw new BadImageException("has a shape with an empty label");
                    }
                    labels.add(label);
                } else {
                    json.skip();
                }
            });
        });
    }

    /** Returns the image that a file names, else one of that name beside it, else the one that it holds. */
    private static Path image(Path json, Head head) throws BadImageException {
        if (head.imagePath.isBlank()) {
            if (head.hasImage) {
                return json;
            }
            throw new BadImageException("has neither imagePath nor imageData");
        }
        try {
            // Written on Windows, read anywhere.
            Path named = json.resolveSibling(head.imagePath.replace('\\', '/'));
            Path name = named.getFileName();
            Path beside = name == null ? named : json.resolveSibling(name);
            for (Path image : List.of(named, beside)) {
                if (Files.isRegularFile(image)) {
                    return image.normalize();
                }
            }
            return head.hasImage ? json : beside;
        } catch (InvalidPathException e) {
            throw new BadImageException("has an imagePath that cannot be the name of a file here");
        }
    }

    @Override
    public String problem(DataConfig config) {
        // What is in a text is decoded when it is needed.
        return holdsImage() ? "" : Annotation.super.problem(config);
    }

    @Override
    public RgbImage image(long maxPixels) throws BadImageException {
        if (!holdsImage()) {
            return Annotation.super.image(maxPixels);
        }
        List<byte[]> found = new ArrayList<>();
        JsonPieces.read(
                json,
                0,
                pieces -> pieces.object("content", name -> {
                    if (name.equals(IMAGE)) {
                        found.add(pieces.binary(name));
                    } else {
                        pieces.skip();
                    }
                }));
        if (found.isEmpty()) {
            throw new BadImageException("has no " + IMAGE + " any more");
        }
        return ImageDecoder.read(found.get(0), maxPixels);
    }

    private boolean holdsImage() {
        return file.equals(json);
    }

    @Override
    public void paint(LabelCanvas canvas, ShapeClasses classes) throws BadImageException {
        int[] painted = {0};
        try {
            JsonPieces.read(
                    json,
                    0,
                    pieces -> pieces.object("content", name -> {
                        if (name.equals("shapes")) {
                            pieces.array(name, () -> {
                                painted[0]++;
                                LabelMeShape shape = LabelMeShape.read(pieces);
                                shape.paint(canvas, classes.id(shape.label()));
                            });
                        } else {
                            pieces.skip();
                        }
                    }));
        } catch (BadImageException e) {
            String shape = painted[0] == 0 ? " " : ": shape " + painted[0] + " ";
            throw new BadImageException(FileNames.text(json) + shape + PrintableText.of(e.reason()));
        }
    }
}
