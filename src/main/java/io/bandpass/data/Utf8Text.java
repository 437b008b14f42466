package io.bandpass.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** UTF-8 check of text files, for parsers that do not report where the encoding is invalid. */
public final class Utf8Text {
    private static final class NotUtf8Exception extends CharacterCodingException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        NotUtf8Exception(String reason) {
            this.reason = reason;
        }

        @Override
        public String getMessage() {
            return reason;
        }
    }

    private static final int CHUNK = 1 << 16;

    private long line = 1;
    private boolean afterReturn;

    private Utf8Text() {}

    /**
     * Checks a file.
     *
     * @throws CharacterCodingException if it is not UTF-8 or contains a NUL; the message names the line
     */
    public static void check(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            new Utf8Text().check(stream);
        }
    }

    private void check(InputStream stream) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        CharBuffer chars = CharBuffer.allocate(CHUNK);
        boolean first = true;
        boolean ended = false;
        while (!ended) {
            int wanted = bytes.remaining();
            int read = stream.readNBytes(bytes.array(), bytes.position(), wanted);
            ended = read < wanted;
            bytes.limit(bytes.position() + read).position(0);
            if (first) {
                rejectOtherKinds(bytes);
                first = false;
            }
            CoderResult result = decoder.decode(bytes, chars, ended);
            checkLines(chars.flip());
            chars.clear();
            if (result.isError()) {
                throw new NotUtf8Exception("line " + line + " is not UTF-8; save the file as UTF-8 text");
            }
            bytes.compact();
        }
    }

    private static void rejectOtherKinds(ByteBuffer bytes) throws NotUtf8Exception {
        int start = bytes.remaining() < 2 ? 0 : bytes.getShort(0) & 0xFFFF;
        String problem = switch (start) {
            case 0x1F8B -> "it is compressed by gzip; unpack it first";
            case 0x504B -> "it is a zip archive or a spreadsheet; unpack or export it as UTF-8 text first";
            case 0xFEFF, 0xFFFE -> "it is UTF-16; save it as UTF-8 text";
            default -> "";
        };
        // Text may begin with PK; in an archive one of three bytes follows.
        if (!problem.isEmpty() && (start != 0x504B || (bytes.remaining() > 2 && isOfArchive(bytes.get(2))))) {
            throw new NotUtf8Exception("line 1 is not UTF-8: " + problem);
        }
    }

    /** Returns whether this is the third byte of a zip archive, an empty one or a segment of one. */
    private static boolean isOfArchive(byte third) {
        return third == 3 || third == 5 || third == 7;
    }

    private void checkLines(CharBuffer chars) throws NotUtf8Exception {
        while (chars.hasRemaining()) {
            char c = chars.get();
            if (c == 0) {
                throw new NotUtf8Exception(
                        "line " + line
                                + " is not UTF-8 text: it holds a NUL, as UTF-16 and binary files do; save the file as UTF-8 text");
            }
            if (c == '\r' || (c == '\n' && !afterReturn)) {
                line++;
            }
            afterReturn = c == '\r';
        }
    }
}
