package io.bandpass.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Names that systems and programs give to folders and files of their own, wherever people keep pictures. */
final class SystemNames {
    /** In lower case: storage boxes, archives, file systems, waste baskets and caches. */
    private static final Set<String> NAMES = Set.of(
            "@eadir",
            "@recycle",
            "@recently-snapshot",
            "@tmp",
            "#recycle",
            "#snapshot",
            "__macosx",
            "__pycache__",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "found.000",
            "network trash folder",
            "temporary items",
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            ".@__thumb",
            ".ipynb_checkpoints",
            ".thumbnails",
            ".trashes");

    private SystemNames() {}

    static boolean contains(Path file) {
        return NAMES.contains(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT));
    }

    /** Hidden files and folders, as POSIX has them; macOS writes one beside each file of a foreign disk. */
    static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }
}
