package io.bandpass.labelmap;

import io.bandpass.data.DataException;
import io.bandpass.data.FileNames;
import io.bandpass.image.BadImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Images, categories and annotations of a file in COCO's format. Of an annotation only its place in the file is kept.
 *
 * @param images in the order of the file
 * @param categories names by their ids
 */
record CocoFile(Path json, List<Image> images, Map<Long, String> categories) {
    private static final int FIRST_CAPACITY = 256;

    /** Numbers kept of an annotation. */
    private static final int MARK = 3;

    private static final int MOST = Integer.MAX_VALUE / MARK - 1;

    /**
     * An image and its annotations, in the order of the file.
     *
     * @param height 0 if the file does not say
     * @param width 0 if the file does not say
     * @param offsets of the annotations, in bytes
     * @param labels names of their categories
     */
    record Image(String fileName, int height, int width, long[] offsets, String[] labels) {}

    /** What has been read so far; the lists may come in any order. */
    private static final class Content {
        private final List<Header> headers = new ArrayList<>();
        private final TreeMap<Long, String> categories = new TreeMap<>();
        private boolean hasAnnotations;
        private boolean hasImages;
        private boolean hasCategories;
        /** Image, category and offset of each annotation. */
        private long[] marks = new long[FIRST_CAPACITY * MARK];

        private int annotations;
    }

    private static final class Header {
        private long id = -1;
        private String fileName = "";
        private long height;
        private long width;
    }

    /**
     * Reads a file.
     *
     * @throws DataException if it is unreadable, damaged, not of this format, or refers to an image or category that it
     *     does not list
     */
    static CocoFile read(Path json) {
        try {
            Content content = new Content();
            JsonPieces.read(json, 0, pieces -> pieces.object("content", name -> readList(pieces, name, content)));
            if (!content.hasImages || !content.hasAnnotations || !content.hasCategories) {
                throw new BadImageException("is no file of COCO: it must have images, annotations and categories");
            }
            return new CocoFile(json, images(content), content.categories);
        } catch (BadImageException e) {
            throw new DataException(FileNames.text(json) + " " + e.reason());
        }
    }

    private static void readList(JsonPieces json, String name, Content content) throws IOException, BadImageException {
        switch (name) {
            case "images" -> {
                content.hasImages = true;
                json.array(name, () -> content.headers.add(header(json)));
            }
            case "categories" -> {
                content.hasCategories = true;
                json.array(name, () -> readCategory(json, content));
            }
            case "annotations" -> {
                content.hasAnnotations = true;
                json.array(name, () -> readMark(json, content));
            }
            default -> json.skip();
        }
    }

    private static Header header(JsonPieces json) throws IOException, BadImageException {
        Header header = new Header();
        json.object("image", name -> {
            switch (name) {
                case "id" -> header.id = json.whole("id of an image");
                case "file_name" -> header.fileName = json.name("file_name of an image");
                case "height" -> header.height = json.isNull() ? 0 : json.whole("height of an image");
                case "width" -> header.width = json.isNull() ? 0 : json.whole("width of an image");
                default -> json.skip();
            }
        });
        if (header.id < 0 || header.fileName.isEmpty()) {
            throw new BadImageException("has an image without id or file_name");
        }
        return header;
    }

    private static void readCategory(JsonPieces json, Content content) throws IOException, BadImageException {
        long[] id = {-1};
        String[] label = {""};
        json.object("category", name -> {
            switch (name) {
                case "id" -> id[0] = json.whole("id of a category");
                case "name" -> label[0] = json.name("name of a category");
                default -> json.skip();
            }
        });
        if (id[0] < 0 || label[0].isEmpty()) {
            throw new BadImageException("has a category without id or name");
        }
        if (content.categories.put(id[0], label[0]) != null) {
            throw new BadImageException("has the category " + id[0] + " twice");
        }
    }

    private static void readMark(JsonPieces json, Content content) throws IOException, BadImageException {
        if (content.annotations == MOST) {
            throw new BadImageException("has more than " + MOST + " annotations");
        }
        int at = content.annotations * MARK;
        if (at == content.marks.length) {
            content.marks = Arrays.copyOf(content.marks, (int) Math.min(2L * at, (long) MOST * MARK));
        }
        long[] marks = content.marks;
        marks[at] = -1;
        marks[at + 1] = -1;
        marks[at + 2] = json.offset();
        if (marks[at + 2] < 0) {
            throw new BadImageException("is not UTF-8 text");
        }
        json.object("annotation", name -> {
            switch (name) {
                case "image_id" -> marks[at] = json.whole("image_id of an annotation");
                case "category_id" -> marks[at + 1] = json.whole("category_id of an annotation");
                default -> json.skip();
            }
        });
        content.annotations++;
    }

    private static List<Image> images(Content content) throws BadImageException {
        Map<Long, Integer> numbers = new HashMap<>();
        for (Header header : content.headers) {
            if (numbers.put(header.id, numbers.size()) != null) {
                throw new BadImageException("has the image " + header.id + " twice");
            }
        }
        int[] counts = new int[numbers.size()];
        for (int i = 0; i < content.annotations; i++) {
            long image = content.marks[i * MARK];
            long category = content.marks[i * MARK + 1];
            Integer number = numbers.get(image);
            if (number == null) {
                throw new BadImageException("has an annotation of the image " + image + ", which it does not list");
            }
            if (!content.categories.containsKey(category)) {
                throw new BadImageException(
                        "has an annotation of the category " + category + ", which it does not list");
            }
            counts[number]++;
        }
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            Header header = content.headers.get(i);
            boolean hasSize = header.height > 0 && header.width > 0;
            images.add(new Image(
                    header.fileName,
                    hasSize ? (int) Math.min(Integer.MAX_VALUE, header.height) : 0,
                    hasSize ? (int) Math.min(Integer.MAX_VALUE, header.width) : 0,
                    new long[counts[i]],
                    new String[counts[i]]));
        }
        Arrays.fill(counts, 0);
        for (int i = 0; i < content.annotations; i++) {
            int number = numbers.getOrDefault(content.marks[i * MARK], 0);
            Image image = images.get(number);
            image.labels()[counts[number]] = content.categories.get(content.marks[i * MARK + 1]);
            image.offsets()[counts[number]++] = content.marks[i * MARK + 2];
        }
        return images;
    }
}
