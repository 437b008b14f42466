package io.bandpass.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Names of files and folders that operating systems and programs create among a user's pictures. */
final class SystemNames {
    /** In lower case: of storage devices, archives, file systems, recycle bins and caches. */
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

    /** Returns whether a file is hidden as in POSIX; macOS writes such a companion for each file on a foreign disk. */
    static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }
}
