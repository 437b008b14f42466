package io.bandpass.torch;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Record of the cache's files after a process has loaded all native libraries of a set: a text file in the cache that
 * begins with their origin, followed by one line per file or link. While it is accurate, JavaCPP has nothing to write.
 */
final class UnpackedFiles {
    private static final String JAVACPP = "org.bytedeco.";

    private final Path cache;
    private final Path list;

    /**
     * Creates the record of a set. The cache may lie behind links: libraries are identified by their real paths.
     *
     * @param name of the set
     */
    UnpackedFiles(Path cache, String name) {
        this.cache = real(cache);
        list = this.cache.resolve(".bandpass-" + name + ".txt");
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder.toAbsolutePath();
        }
    }

    /** Whether all files are present and unchanged; the caller holds the lock. */
    boolean areWhole() {
        try {
            List<String> lines = Files.readAllLines(list, StandardCharsets.UTF_8);
            List<String> origin = origin();
            int lead = origin.size();
            return lines.size() > lead
                    && lines.subList(0, lead).equals(origin)
                    && lines.subList(lead, lines.size()).stream().allMatch(this::holds);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a line still matches its file. */
    private boolean holds(String line) {
        try {
            int space = line.indexOf(' ');
            return space > 0 && line(cache.resolve(line.substring(space + 1))).equals(line);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /**
     * Rewrites the list; the caller holds the lock exclusively.
     *
     * @param libraries paths of the loaded libraries; those outside the cache are ignored
     */
    void remember(Collection<String> libraries) throws IOException {
        TreeSet<Path> folders = new TreeSet<>();
        for (String library : libraries) {
            Path folder = Path.of(library).getParent();
            if (folder != null && folder.startsWith(cache)) {
                folders.add(folder);
            }
        }
        List<String> lines = new ArrayList<>(origin());
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(path -> !Files.isDirectory(path)).sorted().toList()) {
                    lines.add(line(file));
                }
            }
        }
        Path aside = list.resolveSibling(list.getFileName() + ".tmp");
        Files.write(aside, lines, StandardCharsets.UTF_8);
        Files.move(aside, list, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Size and time of a file, or target of a link, followed by its path in the cache. */
    private String line(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String state = attributes.isSymbolicLink()
                ? "->" + Files.readSymbolicLink(file).toString().replace(' ', '\u00a0')
                : attributes.size() + "@" + attributes.lastModifiedTime().toMillis();
        return state + " " + cache.relativize(file);
    }

    /**
     * Everything that determines the content of the cache: options of JavaCPP and its presets, and this platform's
     * jars.
     */
    private static List<String> origin() {
        TreeSet<String> lines = new TreeSet<>();
        for (String key : System.getProperties().stringPropertyNames()) {
            if (key.startsWith(JAVACPP)) {
                lines.add(key + "=" + System.getProperty(key));
            }
        }
        String platform = Loader.getPlatform();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            File jar = new File(entry);
            if (jar.getName().contains(platform) && jar.isFile()) {
                lines.add(jar.getName() + " " + jar.length() + "@" + jar.lastModified());
            }
        }
        return List.copyOf(lines);
    }
}
