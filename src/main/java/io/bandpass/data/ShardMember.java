package io.bandpass.data;

import java.util.Locale;

/**
 * The name of a member of a WebDataset shard: a key, which all parts of a sample share, and an extension, which says
 * what the part is. The key ends at the first dot of the base name.
 *
 * @param name the whole name, without a leading {@code ./}
 * @param key empty for a hidden file, and for a name without a dot
 * @param extension in lower case, of one or more components; empty for a name without a dot
 */
record ShardMember(String name, String key, String extension) {
    private static final String HERE = "./";

    static ShardMember of(String stored) {
        String name = stored;
        while (name.startsWith(HERE)) {
            name = name.substring(HERE.length());
        }
        int base = name.lastIndexOf('/') + 1;
        int dot = name.indexOf('.', base);
        return dot < 0
                ? new ShardMember(name, "", "")
                : new ShardMember(
                        name,
                        dot == base ? "" : name.substring(0, dot),
                        name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    boolean isHidden() {
        return name.startsWith(".", name.lastIndexOf('/') + 1);
    }

    /** Returns whether the name leads out of a folder in which the archive would be extracted. */
    boolean leadsOut() {
        return name.startsWith("/") || ("/" + name + "/").contains("/../");
    }

    /** The last component of the extension: {@code jpg} of {@code left.jpg}. */
    String ending() {
        return extension.substring(extension.lastIndexOf('.') + 1);
    }

    boolean isCompound() {
        return extension.indexOf('.') >= 0;
    }
}
