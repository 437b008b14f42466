package io.bandpass.labelmap;

import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The shapes of an image in a file of COCO; later ones cover earlier ones, those of crowds like others.
 *
 * @param json the file
 * @param file the image
 */
record CocoAnnotation(Path json, Path file, CocoFile.Image image) implements Annotation {
    private static final int SIZE_NUMBERS = 2;
    private static final String NO_OUTLINE = "has no outline, at most a box; export outlines or masks";

    /** Runs as they stand in the file; plain or packed. */
    private static final class Runs {
        private final NumberList size = new NumberList();
        private final NumberList plain = new NumberList();
        private String packed = "";
        private boolean hasCounts;

        void readField(JsonPieces json, String name) throws IOException, BadImageException {
            switch (name) {
                case "size" -> json.numbers(name, size);
                case "counts" -> {
                    hasCounts = true;
                    if (json.isText()) {
                        packed = json.text(name);
                    } else {
                        json.numbers(name, plain);
                    }
                }
                default -> json.skip();
            }
        }

        RunLengths decoded(int height, int width) throws BadImageException {
            if (!hasCounts || size.size() != SIZE_NUMBERS) {
                throw new BadImageException("has runs without size or counts");
            }
            if (size.get(0) != height || size.get(1) != width) {
                throw new BadImageException(
                        "has runs for another size than the " + width + " x " + height + " pixels of the image");
            }
            return packed.isEmpty() ? RunLengths.plain(plain, height, width) : RunLengths.packed(packed, height, width);
        }
    }

    @Override
    public int height() {
        return image.height();
    }

    @Override
    public int width() {
        return image.width();
    }

    @Override
    public void paint(LabelCanvas canvas, ShapeClasses classes) throws BadImageException {
        for (int i = 0; i < image.offsets().length; i++) {
            try {
                short id = classes.id(image.labels()[i]);
                boolean[] hasOutline = {false};
                JsonPieces.read(
                        json,
                        image.offsets()[i],
                        pieces -> pieces.object("content", name -> {
                            if (name.equals("segmentation")) {
                                hasOutline[0] = true;
                                paint(pieces, canvas, id);
                            } else {
                                pieces.skip();
                            }
                        }));
                if (!hasOutline[0]) {
                    throw new BadImageException(NO_OUTLINE);
                }
            } catch (BadImageException e) {
                throw new BadImageException(FileNames.text(json) + ": annotation " + (i + 1) + " of this image "
                        + PrintableText.of(e.reason()));
            }
        }
    }

    private static void paint(JsonPieces json, LabelCanvas canvas, short id) throws IOException, BadImageException {
        if (json.isObject()) {
            Runs runs = new Runs();
            json.object("runs", name -> runs.readField(json, name));
            canvas.runs(runs.decoded(canvas.height(), canvas.width()), id);
            return;
        }
        int[] parts = {0};
        json.array("segmentation", () -> {
            NumberList corners = new NumberList();
            json.numbers("outline", corners);
            canvas.polygon(corners.toArray(), id);
            parts[0]++;
        });
        if (parts[0] == 0) {
            throw new BadImageException(NO_OUTLINE);
        }
    }
}
