package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.HeaderCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files below a folder that count as images, under all of their names, for data sets in which names belong
 * together.
 *
 * @param files in the order of their relative paths
 * @param notices human-readable notices about files left out
 */
public record FolderFiles(Path folder, List<Path> files, List<String> notices) {
    /**
     * Searches a folder. Links are followed, hidden files and those of the system left out.
     *
     * @throws DataException if the folder cannot be opened
     */
    public static FolderFiles below(Path folder, Workers workers) {
        LeftOut leftOut = new LeftOut();
        // A mask that many images share may be one file under many names, so that no name is left out.
        List<Path> files = FileCollector.below(folder, workers, FilesOnce.ofNames(leftOut, link -> false));
        return new FolderFiles(folder, List.copyOf(files), leftOut.notices());
    }

    /**
     * Returns the folders in a folder that a search would enter, sorted by name.
     *
     * @throws DataException if the folder cannot be opened
     */
    public static List<Path> foldersIn(Path folder) {
        return Files.isDirectory(folder) ? FolderWalk.foldersIn(folder) : List.of();
    }

    /** Returns the path of a file below a folder with forward slashes on any system. */
    public static String relativeName(Path folder, Path file) {
        return file.startsWith(folder)
                ? FileCollector.relativeName(folder, file)
                : FileCollector.slashed(FileNames.text(file));
    }

    /** Reads format and size of a file that counts as an image. */
    public static HeaderCheck header(Path file) {
        return Found.of(file).header(true);
    }
}
