package io.bandpass.data;

import io.bandpass.text.Addresses;
import io.bandpass.text.PrintableText;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Converts file names to text and back. POSIX names are bytes, which Java decodes in the character set of the locale:
 * in the C or POSIX locale all names beyond ASCII look alike. Here they are UTF-8, and two names never have the same
 * text.
 */
public final class FileNames {
    private static final String ADVICE = "for names beyond ASCII, set a UTF-8 locale such as LC_ALL=C.UTF-8";
    private static final char UNKNOWN = '\uFFFD';

    /** A backslash that seems to start an escape. */
    private static final Pattern LIKE_AN_ESCAPE = Pattern.compile("\\\\(?=x[0-9A-F]{2}|u[0-9A-F]{4})");

    private static final String BACKSLASH = "\\\\x5C";
    private static final boolean POSIX = File.separatorChar == '/';
    private static final Charset OF_LOCALE = charset(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private FileNames() {}

    private static Charset charset(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /** Returns a path with all links resolved; if it cannot be reached, the absolute path as named. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Returns whether bytes that the locale cannot decode may be read as UTF-8 without ambiguity. */
    private static boolean mayBeUtf8() {
        return OF_LOCALE.equals(StandardCharsets.US_ASCII) || OF_LOCALE.equals(StandardCharsets.UTF_8);
    }

    /**
     * Returns a human-readable text that is unique to the path, also for lists. Bytes that are not text, and characters
     * that would break the line, are escaped as {@code \xE9}.
     */
    public static String text(Path path) {
        String whole = path.toString();
        if (isPlain(path, whole)) {
            return fit(whole);
        }
        StringBuilder text = new StringBuilder(path.isAbsolute() ? "/" : "");
        for (Path name : path) {
            text.append(text.length() > 1 || (text.length() == 1 && text.charAt(0) != '/') ? "/" : "")
                    .append(textOfName(name));
        }
        return text.toString();
    }

    private static String textOfName(Path name) {
        String text = name.toString();
        return isPlain(name, text)
                ? fit(text)
                : decoded(bytes(name), mayBeUtf8() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
    }

    /** Returns the human-readable text of a name in an archive, which is UTF-8 in any locale; as {@link #text(Path)}. */
    static String text(byte[] name) {
        return decoded(name, StandardCharsets.UTF_8);
    }

    private static String fit(String text) {
        return PrintableText.of(
                text.indexOf('\\') < 0 || !POSIX
                        ? text
                        : LIKE_AN_ESCAPE.matcher(text).replaceAll(BACKSLASH));
    }

    /** Returns whether a name survives the conversion to text and back. */
    private static boolean isPlain(Path path, String text) {
        try {
            return path.getFileSystem().getPath(text).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String decoded(byte[] bytes, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        StringBuilder text = new StringBuilder();
        CharBuffer known = CharBuffer.allocate(bytes.length);
        while (in.hasRemaining()) {
            CoderResult result = decoder.reset().decode(in, known, true);
            text.append(fit(known.flip().toString()));
            known.clear();
            for (int i = 0; result.isError() && i < result.length(); i++) {
                text.append(String.format(Locale.ROOT, "\\x%02X", in.get() & 0xFF));
            }
        }
        return text.toString();
    }

    /** Returns the bytes of a single POSIX name, which only its URI reveals. */
    static byte[] bytes(Path name) {
        String address = Path.of("/").resolve(name).toUri().getRawPath();
        byte[] bytes = new byte[address.length()];
        int length = 0;
        int end = address.endsWith("/") ? address.length() - 1 : address.length();
        for (int i = 1; i < end; i++) {
            char c = address.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(address, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    /** Returns the POSIX path with these bytes, relative or absolute. */
    static Path ofBytes(byte[] bytes) {
        StringBuilder address = new StringBuilder("file:///");
        for (byte value : bytes) {
            address.append(value == '/' ? "/" : String.format(Locale.ROOT, "%%%02X", value & 0xFF));
        }
        Path absolute = Path.of(URI.create(address.toString()));
        return bytes.length > 0 && bytes[0] == '/' ? absolute : absolute.subpath(0, absolute.getNameCount());
    }

    /**
     * Parses a path typed by the user.
     *
     * @throws DataException if it is not a valid path
     */
    public static Path path(String text) {
        if (Addresses.isAddress(text)) {
            throw new DataException(Addresses.shown(text) + " is an address, where the path of a file or folder of this"
                    + " machine is needed; only `data` takes addresses, of shards");
        }
        try {
            Path path = Path.of(text);
            if (text.indexOf(UNKNOWN) < 0 || Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            if (!POSIX || !mayBeUtf8() || text.indexOf('\0') >= 0) {
                throw new DataException("'" + text.replace('\0', '?') + "' cannot be the name of a file here: "
                        + e.getReason() + "; " + ADVICE);
            }
        }
        if (text.indexOf(UNKNOWN) >= 0) {
            // Arguments in another character set have already been garbled on the command line.
            throw new DataException("'" + text + "' is not the name as it was written: it is no text in the character"
                    + " set of the locale; " + ADVICE);
        }
        return ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
