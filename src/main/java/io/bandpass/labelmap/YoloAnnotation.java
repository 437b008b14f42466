package io.bandpass.labelmap;

import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * The shapes of an image in a text file of YOLO: in each line a class and the corners of a polygon, relative to the
 * sides of the image. Later lines cover earlier ones. An image without a file has no shapes.
 *
 * @param file the image
 * @param labels the text file
 * @param names of the classes
 */
record YoloAnnotation(Path file, Path labels, Map<Integer, String> names) implements Annotation {
    private static final long LARGEST_FILE = 1L << 26;

    /** How far a corner may lie outside by rounding. */
    private static final double ROUNDING = 1e-3;

    private static final int BOX = 4;
    private static final int LONGEST_WORD = 40;

    @Override
    public int height() {
        return 0;
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public void paint(LabelCanvas canvas, ShapeClasses classes) throws BadImageException {
        int number = 0;
        for (String line : (Iterable<String>) content().lines()::iterator) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                StringTokenizer words = new StringTokenizer(line);
                short id = classes.id(name(words.nextToken()));
                canvas.polygon(corners(words, canvas), id);
            } catch (BadImageException e) {
                throw new BadImageException(
                        "line " + number + " of " + FileNames.text(labels) + " " + PrintableText.of(e.reason()));
            }
        }
    }

    private String content() throws BadImageException {
        try {
            if (Files.size(labels) > LARGEST_FILE) {
                throw new BadImageException(FileNames.text(labels) + " is larger than 64 MiB");
            }
            return Files.readString(labels);
        } catch (NoSuchFileException e) {
            return "";
        } catch (CharacterCodingException e) {
            throw new BadImageException(FileNames.text(labels) + " is no UTF-8 text");
        } catch (IOException e) {
            throw new BadImageException(FileNames.text(labels) + " cannot be read: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    private String name(String word) throws BadImageException {
        double index = number(word);
        String name = index == Math.rint(index) ? names.get((int) index) : null;
        if (name == null) {
            throw new BadImageException(
                    "has the class " + shortened(word) + ", which `names` of the data set does not have");
        }
        return name;
    }

    private static double[] corners(StringTokenizer words, LabelCanvas canvas) throws BadImageException {
        NumberList corners = new NumberList();
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            double value = number(word);
            if (!(value >= -ROUNDING && value <= 1 + ROUNDING)) {
                throw new BadImageException("has the coordinate " + shortened(word)
                        + ", but coordinates are parts of the sides, from 0 to 1");
            }
            corners.add(value * (corners.size() % 2 == 0 ? canvas.width() : canvas.height()));
        }
        if (corners.size() == BOX) {
            throw new BadImageException("has a box, not an outline: it must have x and y of at least three corners");
        }
        return corners.toArray();
    }

    private static String shortened(String word) {
        return word.length() <= LONGEST_WORD ? word : word.substring(0, LONGEST_WORD) + "...";
    }

    private static double number(String word) throws BadImageException {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new BadImageException("has '" + shortened(word) + "', which is no number");
        }
    }
}
