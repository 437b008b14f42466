package io.bandpass.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Silences C libraries that write to the terminal directly, as libjpeg does for each damaged file without naming it.
 * They write to C's {@code stderr}, which is a variable: while it points to the {@code stdin} stream, which is not
 * writable, their output is dropped. Java and C++ do not write through that variable.
 *
 * <p>The GNU C library guarantees that the variable can be assigned ("Standard Streams" in its manual); macOS has it
 * under another name. On systems without it, such as Windows, nothing changes.
 */
public final class QuietLibraries implements AutoCloseable {
    private static final @Nullable PointerPointer<Pointer> ERROR;
    private static final Pointer ERROR_STREAM;
    private static final Pointer UNWRITABLE_STREAM;
    private static int users;

    static {
        boolean glibc = Loader.addressof("gnu_get_libc_version") != null;
        Pointer error = Loader.addressof(glibc ? "stderr" : "__stderrp");
        Pointer input = Loader.addressof(glibc ? "stdin" : "__stdinp");
        if (error == null || input == null) {
            ERROR = null;
            ERROR_STREAM = new Pointer();
            UNWRITABLE_STREAM = new Pointer();
        } else {
            ERROR = new PointerPointer<>(error);
            ERROR_STREAM = ERROR.get(0);
            UNWRITABLE_STREAM = new PointerPointer<>(input).get(0);
        }
    }

    private QuietLibraries() {}

    /** Starts the silence, which ends when every caller has closed its instance. */
    public static QuietLibraries begin() {
        change(1);
        return new QuietLibraries();
    }

    @Override
    public void close() {
        change(-1);
    }

    private static synchronized void change(int by) {
        users += by;
        if (ERROR != null) {
            ERROR.put(0, users > 0 ? UNWRITABLE_STREAM : ERROR_STREAM);
        }
    }
}
