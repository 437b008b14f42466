package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageHeader;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images with shapes, which are painted when an image is read. */
final class AnnotatedImages implements LabelMapSource {
    private final Path root;
    private final List<Annotation> annotations;
    private final ShapeClasses classes;
    private final long maxPixels;

    private AnnotatedImages(Path root, List<Annotation> annotations, ShapeClasses classes, long maxPixels) {
        this.root = root;
        this.annotations = List.copyOf(annotations);
        this.classes = classes;
        this.maxPixels = maxPixels;
    }

    /**
     * Reads the headers of images.
     *
     * @param root of the relative names
     * @param unreadable counts the images, and collects those that are missing, unreadable, or of another size than
     *     their shapes
     */
    static AnnotatedImages open(
            Path root,
            List<? extends Annotation> annotations,
            ShapeClasses classes,
            DataConfig config,
            UnreadableImages unreadable) {
        List<String> problems;
        try (Workers workers = new Workers(config.workers())) {
            problems = workers.map(annotations, annotation -> annotation.problem(config));
        }
        unreadable.count(annotations.size());
        List<Annotation> usable = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            if (problems.get(i).isEmpty()) {
                usable.add(annotations.get(i));
            } else {
                unreadable.add(name(annotations.get(i)), problems.get(i));
            }
        }
        return new AnnotatedImages(root, usable, classes, config.maxPixels());
    }

    private static String name(Annotation annotation) {
        return FileNames.text(annotation.file());
    }

    @Override
    public LabelClasses classes() {
        return classes.classes();
    }

    @Override
    public LabelledImage readLabelled(int index) throws BadImageException {
        Annotation annotation = annotations.get(index);
        RgbImage image = annotation.image(maxPixels);
        if (ImageSizes.isAsStored(annotation, image.height(), image.width())) {
            LabelMap stored = painted(annotation, image.width(), image.height());
            return new LabelledImage(image, ImageSizes.upright(stored, ImageHeader.orientation(annotation.file())));
        }
        return new LabelledImage(image, painted(annotation, image.height(), image.width()));
    }

    private LabelMap painted(Annotation annotation, int height, int width) throws BadImageException {
        LabelCanvas canvas = new LabelCanvas(height, width, classes.uncovered());
        annotation.paint(canvas, classes);
        return canvas.labels();
    }

    @Override
    public LabelMapSource select(int[] indices) {
        return new AnnotatedImages(
                root, IntStream.of(indices).mapToObj(annotations::get).toList(), classes, maxPixels);
    }

    @Override
    public int size() {
        return annotations.size();
    }

    @Override
    public String name(int index) {
        return name(annotations.get(index));
    }

    @Override
    public String relativeName(int index) {
        return FolderFiles.relativeName(root, annotations.get(index).file());
    }

    @Override
    public Optional<Path> file(int index) {
        return Optional.of(annotations.get(index).file());
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return annotations.get(index).image(maxPixels);
    }
}
