package io.bandpass.labelmap;

import io.bandpass.config.LabelClasses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The classes of well-known data sets, as their authors number and name them.
 *
 * @param ignored values that count as no class, the usual one first
 * @param palette colour of each value; empty where the data set has none
 */
record BuiltInClasses(List<ClassEntry> entries, Set<Integer> ignored, int[] palette) {
    private static final String COMMENT = "#";
    /** The last labelId of Cityscapes. */
    private static final int LAST_LABEL_ID = 33;

    /** SceneParse150 of ADE20K: 1 to 150; 0 is anything else. */
    static BuiltInClasses ade20k() {
        return read("ade20k", new LinkedHashSet<>(List.of(0, ClassTable.USUAL_IGNORED)));
    }

    /** Pascal VOC 2012: 0 to 20; 255 is the border of objects. */
    static BuiltInClasses voc() {
        return read("voc", Set.of(ClassTable.USUAL_IGNORED));
    }

    /** COCO-Stuff: 171 of the numbers from 0 to 181. */
    static BuiltInClasses cocoStuff() {
        return read("coco-stuff", Set.of(ClassTable.USUAL_IGNORED));
    }

    /** The 19 evaluated classes of Cityscapes, by their labelIds from 7 to 33; the other labelIds are ignored. */
    static BuiltInClasses cityscapes() {
        BuiltInClasses classes = read("cityscapes", Set.of(ClassTable.USUAL_IGNORED));
        Set<Integer> ignored = new LinkedHashSet<>(classes.ignored());
        IntStream.rangeClosed(0, LAST_LABEL_ID).forEach(ignored::add);
        classes.entries().forEach(entry -> ignored.removeAll(entry.values()));
        return new BuiltInClasses(classes.entries(), ignored, classes.palette());
    }

    /** The same classes by their trainIds from 0 to 18, as cityscapesScripts writes them. */
    static BuiltInClasses cityscapesTrainIds() {
        BuiltInClasses byLabelId = cityscapes();
        List<ClassEntry> entries = new ArrayList<>();
        int[] palette = new int[byLabelId.entries().size()];
        for (ClassEntry entry : byLabelId.entries()) {
            palette[entries.size()] = byLabelId.palette()[entry.values().get(0)];
            entries.add(ClassEntry.of(entry.name(), entries.size()));
        }
        return new BuiltInClasses(entries, Set.of(ClassTable.USUAL_IGNORED), palette);
    }

    /** Reads a resource of this jar: value, name and perhaps colour of a class in each line. */
    private static BuiltInClasses read(String name, Set<Integer> ignored) {
        List<ClassEntry> entries = new ArrayList<>();
        int[] palette = new int[LabelClasses.LARGEST_VALUE + 1];
        int coloured = 0;
        try (InputStream stream =
                Objects.requireNonNull(BuiltInClasses.class.getResourceAsStream("/classes/" + name + ".tsv"), name)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            for (String line :
                    text.lines().filter(row -> !row.startsWith(COMMENT)).toList()) {
                List<String> fields = Arrays.asList(line.split("\t"));
                int value = Integer.parseInt(fields.get(0));
                entries.add(ClassEntry.of(fields.get(1), value));
                if (fields.size() > 2) {
                    palette[value] =
                            MaskValue.rgb(MaskValue.parse(fields.get(2)).orElseThrow());
                    coloured = value + 1;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuiltInClasses(entries, ignored, Arrays.copyOf(palette, coloured));
    }
}
