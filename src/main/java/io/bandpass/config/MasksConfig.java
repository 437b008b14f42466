package io.bandpass.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * Masks of images: where they lie and what their values mean.
 *
 * @param format layout of the data set; {@code auto} recognises it by its folders and files
 * @param classes one entry {@code NAME=VALUES} per class, in the order of their ids, where a value is a number or a
 *     colour {@code #RRGGBB}, and several are separated by commas; empty: from {@code classFile}, from a list that lies
 *     beside the masks, or from their values where they leave no doubt. Of outlines the values are further labels of
 *     the class, {@code *} for the pixels that no outline covers; empty: every label is a class, after the background
 * @param classFile list of classes: {@code labelmap.txt}, {@code class_dict.csv}, {@code _classes.csv} or one name per
 *     line; {@code none}: none
 * @param ignore values and colours that count as no class, besides those of the layout
 * @param reduceZeroLabel whether 0 is ignored and class k has the value k + 1, as in ADE20K; {@code auto}: as the layout
 *     has it
 * @param images number of training images, drawn by the seed; none: all
 * @param heldOutFraction share of the images that is held out in a set without a validation part
 */
public record MasksConfig(
        Format format,
        List<String> classes,
        String classFile,
        List<String> ignore,
        ZeroLabel reduceZeroLabel,
        @EmptyWord("none") OptionalInt images,
        double heldOutFraction) {
    /** Values of {@code masks.format}. */
    public enum Format {
        AUTO,
        FOLDERS,
        CSV,
        ADE20K,
        CITYSCAPES,
        VOC,
        COCO_STUFF,
        CVAT,
        ROBOFLOW,
        LABELME,
        COCO,
        YOLO;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code masks.reduce-zero-label}. */
    public enum ZeroLabel {
        AUTO,
        YES,
        NO;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    public MasksConfig {
        classes = List.copyOf(classes);
        ignore = List.copyOf(ignore);
        images.ifPresent(count -> Check.positive("masks.images", count));
        Check.that(
                heldOutFraction >= 0 && heldOutFraction < 1,
                "masks.held-out-fraction",
                heldOutFraction,
                "from 0 to below 1");
        Check.that(
                classes.isEmpty() || classFile.equals("none"),
                "masks.class-file",
                classFile,
                "none where masks.classes lists the classes");
    }
}
