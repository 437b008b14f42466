package io.bandpass.format;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Recognises, by their first bytes, files that are often mistaken for weights. */
public final class OtherFileKinds {
    /** Number of bytes needed. */
    public static final int START = 64;

    private OtherFileKinds() {}

    /**
     * Identifies a file that contains no readable weights.
     *
     * @param start its first bytes, at most {@link #START}
     * @return what it is and what to do, as the rest of a sentence; empty if unknown
     */
    public static Optional<String> of(byte[] start) {
        if (start.length == 0) {
            return Optional.of("is empty: it has 0 bytes; get the file again");
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("version https://git-lfs")) {
            return Optional.of("is a pointer of Git LFS and not the weights themselves; fetch them with git lfs pull");
        }
        String word = text.replace("\u00EF\u00BB\u00BF", "").strip().toLowerCase(Locale.ROOT);
        if (word.startsWith("<!doctype") || word.startsWith("<html") || word.startsWith("<head")) {
            return Optional.of("is an HTML page and no weights: the download gave a page instead of the file");
        }
        if (word.startsWith("<?xml")) {
            return Optional.of("is XML and no weights: the download gave an answer of a server instead of the file");
        }
        if (text.startsWith("\u001F\u008B")) {
            return Optional.of("is compressed with gzip; unpack it first");
        }
        if (text.startsWith("\u0089HDF")) {
            return Optional.of("is an HDF5 file, which is not read; PyTorch files and safetensors are");
        }
        return Optional.empty();
    }
}
