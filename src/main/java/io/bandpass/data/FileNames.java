package io.bandpass.data;

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
 * Names of files as text, and text as names of files. POSIX names are bytes, and Java reads them by the character set of
 * the locale: in that of C or POSIX, all names beyond ASCII look alike. Here they are UTF-8, and two names never give the
 * same text.
 */
final class FileNames {
    private static final String ADVICE = "for names beyond ASCII, set a UTF-8 locale such as LC_ALL=C.UTF-8";
    private static final char UNKNOWN = '\uFFFD';

    /** A backslash that looks as if an escape began there. */
    private static final Pattern LIKE_AN_ESCAPE = Pattern.compile("\\\\(?=x[0-9A-F]{2}|u[0-9A-F]{4})");

    private static final String BACKSLASH = "\\\\x5C";
    private static final boolean POSIX = File.separatorChar == '/';
    private static final Charset OF_LOCALE = charset(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private FileNames() {}

    private static Charset charset(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /** A path with all links followed; of what cannot be reached, the path as it is named. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Whether what the locale does not know of a name can be UTF-8, without meaning something else too. */
    private static boolean mayBeUtf8() {
        return OF_LOCALE.equals(StandardCharsets.US_ASCII) || OF_LOCALE.equals(StandardCharsets.UTF_8);
    }

    /**
     * A path for people, for lists and for telling files apart: another text for each path. Bytes that are no text, and
     * characters that would not stay in a line, stand as {@code \xE9}.
     */
    static String text(Path path) {
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
        return isPlain(name, text) ? fit(text) : decoded(bytes(name));
    }

    private static String fit(String text) {
        return PrintableText.of(
                text.indexOf('\\') < 0 || !POSIX
                        ? text
                        : LIKE_AN_ESCAPE.matcher(text).replaceAll(BACKSLASH));
    }

    /** Whether a name is what its text says. */
    private static boolean isPlain(Path path, String text) {
        try {
            return path.getFileSystem().getPath(text).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String decoded(byte[] bytes) {
        CharsetDecoder decoder = (mayBeUtf8() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII).newDecoder();
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

    /** The bytes of a single name of a POSIX system, which only the address of a file tells. */
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

    /** The path of a POSIX system with these bytes, relative or absolute as they say. */
    static Path ofBytes(byte[] bytes) {
        StringBuilder address = new StringBuilder("file:///");
        for (byte each : bytes) {
            address.append(each == '/' ? "/" : String.format(Locale.ROOT, "%%%02X", each & 0xFF));
        }
        Path absolute = Path.of(URI.create(address.toString()));
        return bytes.length > 0 && bytes[0] == '/' ? absolute : absolute.subpath(0, absolute.getNameCount());
    }

    /**
     * A path that somebody wrote.
     *
     * @throws DataException if it cannot be one
     */
    static Path path(String given) {
        try {
            Path path = Path.of(given);
            if (given.indexOf(UNKNOWN) < 0 || Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            if (!POSIX || !mayBeUtf8() || given.indexOf('\0') >= 0) {
                throw new DataException("'" + given.replace('\0', '?') + "' cannot be the name of a file here: "
                        + e.getReason() + "; " + ADVICE);
            }
        }
        if (given.indexOf(UNKNOWN) >= 0) {
            // What came over the command line in another character set is lost by now.
            throw new DataException("'" + given + "' is not the name as it was written: it is no text in the character"
                    + " set of the locale; " + ADVICE);
        }
        return ofBytes(given.getBytes(StandardCharsets.UTF_8));
    }
}
