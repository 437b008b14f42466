package io.bandpass.corrupt;

import java.util.List;

/** Parameters of a corruption for each scale, each with those of severities 1 to 5. */
record SeverityTable<T>(List<T> imageNet, List<T> tinyImageNet, List<T> cifar) {
    SeverityTable {
        if (imageNet.size() != Severity.LEVELS
                || tinyImageNet.size() != Severity.LEVELS
                || cifar.size() != Severity.LEVELS) {
            throw new IllegalArgumentException("each scale needs parameters for " + Severity.LEVELS + " severities");
        }
    }

    T at(Severity severity) {
        return of(severity.scale()).get(severity.level() - 1);
    }

    List<T> of(CorruptionScale scale) {
        return switch (scale) {
            case IMAGENET -> imageNet;
            case TINY_IMAGENET -> tinyImageNet;
            case CIFAR -> cifar;
        };
    }
}
