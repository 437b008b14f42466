package io.bandpass.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps lines off the terminal that C libraries print by themselves, as libjpeg does about each damaged file, without its
 * name. They go to C's {@code stderr}, which is a variable; while it holds the stream of {@code stdin}, which cannot be
 * written, they go nowhere. What Java and C++ print does not pass through that variable.
 *
 * <p>That the variable may be set is a promise of the GNU C library ("Standard Streams" in its manual); macOS has it under
 * another name. Where there is none, as in Windows, nothing changes.
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

    /** Begins the silence, which ends when all who began it have closed theirs. */
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
