package io.bandpass.testing;

import io.bandpass.checkpoint.RunFolder;
import java.io.IOException;
import java.nio.file.Path;

/** A process that locks a run folder, says so, and holds it until it is killed or its input ends. */
public final class FolderLocker {
    public static final String LOCKED = "locked";

    private FolderLocker() {}

    public static void main(String[] arguments) throws IOException {
        try (RunFolder folder = new RunFolder(Path.of(arguments[0]))) {
            folder.lock();
            System.out.println(LOCKED);
            while (System.in.read() >= 0) {
                // What is said to it does not matter.
            }
        }
    }
}
