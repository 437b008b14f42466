package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the values of masks mean. */
final class MaskOptions {
    static final List<String> FLAGS = List.of("--format", "--classes", "--ignore", "--reduce-zero-label");

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "Layout of the data: folders, csv, ade20k, cityscapes, voc, coco-stuff, cvat, roboflow, labelme,"
                            + " coco or yolo. Default: recognised.")
    private @Nullable String format;

    @Option(
            names = "--classes",
            paramLabel = "FILE|NAME=VALUES",
            description =
                    "Classes: a file such as labelmap.txt or classes.txt, or NAME=VALUES for each class, where a value"
                            + " is a number or a colour: road=7,8 sky=#4682b4.")
    private List<String> classes = new ArrayList<>();

    @Option(
            names = "--ignore",
            paramLabel = "VALUE",
            description = "Value or colour of pixels that belong to no class. May be repeated.")
    private List<String> ignore = new ArrayList<>();

    @Option(
            names = "--reduce-zero-label",
            paramLabel = "yes|no",
            description = "Whether 0 is no class, and class k has the value k + 1. Default: as the layout has it.")
    private @Nullable String reduceZeroLabel;

    /** As assignments of settings. */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        SettingsOption.add(settings, "masks.format", format);
        if (classes.stream().anyMatch(String::isBlank)) {
            throw new ConfigException("`classes` is empty; give a file, or NAME=VALUES for each class");
        }
        if (classes.size() == 1 && !classes.get(0).contains("=")) {
            settings.add("masks.class-file=" + quoted(classes.get(0)));
        } else if (!classes.isEmpty()) {
            settings.add("masks.classes=" + list(classes));
        }
        if (!ignore.isEmpty()) {
            settings.add("masks.ignore=" + list(ignore));
        }
        SettingsOption.add(settings, "masks.reduce-zero-label", quoted(reduceZeroLabel));
        return settings;
    }

    private static String list(List<String> values) {
        return values.stream().map(MaskOptions::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    /** As a YAML string, so that 255 or yes stays the text that it is. */
    private static @Nullable String quoted(@Nullable String text) {
        return text == null ? null : "'" + text.replace("'", "''") + "'";
    }
}
