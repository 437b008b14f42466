package io.bandpass.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CIFAR-10 or CIFAR-100 as stored in a folder.
 *
 * @param train one set per file
 */
record CifarParts(List<CifarImages> train, CifarImages heldOut) {
    /**
     * Opens the CIFAR files of a folder: binary files or PNG sheets.
     *
     * @return the sets; empty if the folder has neither
     * @throws DataException if some of the files are missing, or one is invalid
     */
    static Optional<CifarParts> find(Path folder, boolean withLabels) {
        Optional<CifarFormat> binary = CifarFormat.of(folder);
        if (binary.isPresent()) {
            return binary.map(format -> format.open(folder, withLabels));
        }
        return CifarSheets.isIn(folder) ? Optional.of(CifarSheets.open(folder, withLabels)) : Optional.empty();
    }

    static void require(Path folder, String title, Stream<String> files) {
        List<String> missing =
                files.filter(name -> !Files.isRegularFile(folder.resolve(name))).toList();
        if (!missing.isEmpty()) {
            throw new DataException("the folder " + folder + " holds a part of " + title + " but not "
                    + String.join(", ", missing) + "; unpack all of it there");
        }
    }

    static void checkLabel(Path file, int image, int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new DataException(file + " gives image " + image + " the label " + label + ", which must be 0 to "
                    + (classes - 1) + "; it is damaged, or another kind of file");
        }
    }
}
