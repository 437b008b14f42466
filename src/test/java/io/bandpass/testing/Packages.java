package io.bandpass.testing;

import io.bandpass.dataset.NpmPackage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small packages as npm has them. */
public final class Packages {
    private Packages() {}

    /** An archive with these files, whose names are taken as they are. */
    public static byte[] archive(Map<String, String> files) {
        List<TarArchiveEntry> entries = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        files.forEach((name, text) -> {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(content.length);
            entries.add(entry);
            contents.add(content);
        });
        return archive(entries, contents);
    }

    /** An archive with a symbolic link. */
    public static byte[] link(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
        entry.setLinkName(target);
        return archive(List.of(entry), List.of(new byte[0]));
    }

    private static byte[] archive(List<TarArchiveEntry> entries, List<byte[]> contents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (int i = 0; i < entries.size(); i++) {
                tar.putArchiveEntry(entries.get(i));
                tar.write(contents.get(i));
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The package with this archive, of which these files are wanted. */
    public static NpmPackage pinned(byte[] archive, Map<String, String> wanted) {
        List<NpmPackage.PackedFile> files = new ArrayList<>();
        wanted.forEach((name, text) -> {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            files.add(new NpmPackage.PackedFile(
                    name, content.length, HexFormat.of().formatHex(digest("SHA-256", content))));
        });
        String sha512 = Base64.getEncoder().encodeToString(digest("SHA-512", archive));
        return new NpmPackage("small", "1.2.3", sha512, archive.length, files);
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
