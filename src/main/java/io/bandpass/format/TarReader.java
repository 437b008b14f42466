package io.bandpass.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the member headers of a tar archive in one pass, without extracting anything: the forms of V7, POSIX (ustar and
 * pax) and GNU tar, with long names. Sizes are not believed: whoever reads a member checks it against the archive.
 */
public final class TarReader {
    /** What a member is. */
    public enum Kind {
        FILE,
        FOLDER,
        LINK,
        /** A file of which only some pieces are stored. */
        SPARSE,
        /** A device, a pipe, or something unknown. */
        OTHER
    }

    /**
     * A member.
     *
     * @param name as stored; UTF-8 in most archives
     * @param offset of its content from the start of the archive
     * @param size of its content in the archive, which may be truncated before its end
     */
    public record Member(byte[] name, Kind kind, long offset, long size) {}

    private static final int BLOCK = TarHeader.BLOCK;

    /** Names of compressions by the first bytes of a file, each byte a character. */
    private static final Map<String, String> COMPRESSIONS = Map.of(
            "\u001F\u008B", "gzip",
            "(\u00B5/\u00FD", "Zstandard",
            "BZh", "bzip2",
            "\u00FD7zXZ", "xz",
            "\u0004\"M\u0018", "lz4",
            "PK\u0003\u0004", "zip");

    /** Largest number of zero blocks after the end mark that are looked through for further content. */
    private static final int MOST_PADDING = 1 << 20;

    private final FileWindow window;
    private final long end;
    private final TarExtension global = new TarExtension();
    private long position;
    private boolean atEnd;

    /**
     * Creates a reader.
     *
     * @param channel read by position; stays open
     * @param end length of the archive, beyond which nothing is read
     */
    public TarReader(FileChannel channel, long end) {
        window = new FileWindow(channel);
        this.end = end;
    }

    /**
     * Returns the next member.
     *
     * @return null at the end
     * @throws TarException if there is no valid header
     */
    public @Nullable Member next() throws IOException {
        TarExtension own = new TarExtension(global);
        while (!atEnd && position < end) {
            long start = position;
            if (end - start < BLOCK) {
                throw start == 0
                        ? noTar()
                        : new TarException("it ends within a header, at byte " + start + ": it is truncated");
            }
            TarHeader header = new TarHeader(bytes(start, BLOCK));
            if (header.isZero()) {
                atEnd = true;
                return null;
            }
            if (!header.isValid()) {
                throw start == 0 ? noTar() : damaged(start);
            }
            position += BLOCK;
            if (header.isExtension()) {
                readExtension(header, start, own);
            } else {
                return member(header, start, own);
            }
        }
        if (end == 0) {
            throw new TarException("it is empty");
        }
        return null;
    }

    private static TarException damaged(long start) {
        return new TarException("there is no valid header at byte " + start
                + ": it is truncated or damaged, and nothing from there on can be read");
    }

    private TarException noTar() throws IOException {
        byte[] magic = bytes(0, (int) Math.min(BLOCK, end));
        String compression = compression(magic);
        return new TarException(
                compression.isEmpty()
                        ? "it is no tar archive: it does not begin with the header of a member"
                        : "it is compressed with " + compression
                                + "; images are read from their positions, so decompress it first");
    }

    private void readExtension(TarHeader header, long start, TarExtension own) throws IOException {
        long size = header.size(start);
        if (size > TarExtension.LONGEST) {
            throw new TarException("the extended header at byte " + start + " claims " + size + " bytes, more than "
                    + TarExtension.LONGEST + ": it is damaged");
        }
        if (size > end - position) {
            throw new TarException("it ends within the extended header at byte " + start + ": it is truncated");
        }
        byte[] content = bytes(position, (int) size);
        position += TarHeader.padded(size);
        switch (header.type()) {
            case 'L' -> own.setLongName(content);
            case 'x', 'X' -> own.read(content, start);
            case 'g' -> {
                global.read(content, start);
                own.read(content, start);
            }
            default -> {
                // The long name of a link's target.
            }
        }
    }

    private Member member(TarHeader header, long start, TarExtension own) throws IOException {
        if (header.type() == 'S') {
            skipSparseMap(header, start);
        }
        Kind kind = own.isSparse() ? Kind.SPARSE : header.kind();
        long size = header.hasContent() ? own.size().orElse(header.size(start)) : 0;
        byte[] name = own.name() == null ? header.name() : own.name();
        long offset = position;
        // A claim beyond the end of the archive is left to the caller, who names the member.
        position = size > end - offset ? end : offset + TarHeader.padded(size);
        return new Member(name, kind, offset, size);
    }

    /** Moves past the blocks of GNU's old sparse form that follow the header. */
    private void skipSparseMap(TarHeader header, long start) throws IOException {
        boolean more = header.hasSparseMap();
        while (more) {
            if (end - position < BLOCK) {
                throw new TarException("it ends within the header at byte " + start + ": it is truncated");
            }
            more = TarHeader.isSparseMapContinued(bytes(position, BLOCK));
            position += BLOCK;
        }
    }

    /** Returns whether the archive has ended with its end mark, without which it may be truncated. */
    public boolean hasEndMark() {
        return atEnd;
    }

    /**
     * Returns the position of content behind the end mark, as in archives that were joined; -1 for none.
     *
     * @throws IOException if it cannot be read
     */
    public long trailing() throws IOException {
        long last = Math.min(end, position + MOST_PADDING);
        for (long at = position; atEnd && at + BLOCK <= last; at += BLOCK) {
            if (!new TarHeader(bytes(at, BLOCK)).isZero()) {
                return at;
            }
        }
        return -1;
    }

    /** Returns whether a member lies in the archive as a whole. */
    public boolean isWhole(Member member) {
        return member.size() <= end - member.offset();
    }

    /** Reads a small member that is {@linkplain #isWhole whole}. */
    public byte[] content(Member member) throws IOException {
        return bytes(member.offset(), Math.toIntExact(member.size()));
    }

    /** Returns a view of a member that is {@linkplain #isWhole whole}; closing it does nothing. */
    public SeekableByteChannel view(Member member) {
        return window.view(member.offset(), member.size());
    }

    private byte[] bytes(long at, int count) throws IOException {
        try {
            return window.bytes(at, count);
        } catch (EOFException e) {
            throw new TarException(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the name of the compression of a file that begins with these bytes, empty for none. */
    private static String compression(byte[] start) {
        String magic = new String(start, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> each : COMPRESSIONS.entrySet()) {
            if (magic.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return "";
    }
}
