package io.bandpass;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file can be written, to be asked before the work whose result it takes. */
final class Writable {
    private Writable() {}

    /**
     * Refuses a file that cannot be written.
     *
     * @param what the file is to people, such as {@code the JSON file}
     * @throws ConfigException if it cannot
     */
    static void check(String what, Path file) {
        String problem = what + " " + file + " cannot be written: ";
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ConfigException(problem + "there is something of that name that is no file; name another");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigException(problem + folder + " is no folder; make it first");
        }
        try {
            Files.delete(Files.createTempFile(folder, ".writing-", ""));
        } catch (IOException e) {
            throw new ConfigException(problem + "nothing can be made in " + folder + "; name another");
        }
    }
}
