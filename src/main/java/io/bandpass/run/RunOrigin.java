package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Folder of a run and what the run began with, as its folder keeps it: which folders a new run may take, and which hold a
 * run that can be resumed.
 *
 * @param recipe name of the recipe
 * @param initFrom initial weights; empty for random ones
 */
public record RunOrigin(RunFolder folder, String recipe, Optional<Path> initFrom) {
    /** Writes the origin of a new run into its folder, which is locked and empty. */
    void write(String command, String config) throws IOException {
        AtomicFiles.writeText(folder.recipe(), recipe);
        AtomicFiles.writeText(folder.command(), command);
        if (initFrom.isPresent()) {
            AtomicFiles.writeText(folder.initFrom(), initFrom.get().toString());
        }
        AtomicFiles.writeText(folder.config(), config);
    }

    /**
     * Reads the origin of a run that is resumed.
     *
     * @throws RunFolderException if a file is missing or damaged
     */
    static RunOrigin read(RunFolder folder) throws IOException {
        return new RunOrigin(folder, folder.text(folder.recipe()), initFrom(folder));
    }

    /** Rejects a folder with content, except what a run left that failed before its first checkpoint. */
    static void rejectContent(RunFolder folder, boolean overwrite) throws IOException {
        if (folder.isEmpty() || overwrite || folder.failedAtTheStart() || folder.isHalfStarted()) {
            return;
        }
        String why = " is not empty, and not the folder of a run; choose another `out`";
        if (folder.hasBegun()) {
            why = " is not empty: use `resume` " + folder.root()
                    + " to go on with it, `overwrite` to start anew, or another `out`";
        } else if (folder.isOfARun()) {
            why =
                    " is not empty, and what is left in it of a run cannot be gone on with, as its config.yaml is not there:"
                            + " use `overwrite` to start anew, or another `out`";
        }
        throw new RunFolderException(folder.root() + why);
    }

    /**
     * Rejects anything but the folder of a run of this command, before creating files in it.
     *
     * @param startsRuns whether there is a command of this name that starts runs
     */
    static void rejectOtherFolders(RunFolder folder, String expected, Predicate<String> startsRuns) throws IOException {
        Path out = folder.root();
        if (!folder.hasBegun()) {
            throw new RunFolderException(out
                    + (folder.isOfARun()
                            ? " has nothing to go on with: a run was being started in it, or removed, and its config.yaml is not there;"
                                    + " start it anew" + (folder.isHalfStarted() ? "" : " with `overwrite`")
                            : " is no run folder: it has no config.yaml of a run"));
        }
        String command = folder.text(folder.command());
        if (!command.equals(expected)) {
            if (!startsRuns.test(command)) {
                throw RunFolder.damaged(folder.command(), "is damaged: it names no command that starts runs");
            }
            throw new RunFolderException(out + " is a run of bandpass " + command + ": resume it with bandpass "
                    + command + " --resume " + out);
        }
    }

    private static Optional<Path> initFrom(RunFolder folder) throws IOException {
        if (!Files.exists(folder.initFrom())) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(folder.text(folder.initFrom())));
        } catch (InvalidPathException e) {
            throw RunFolder.damaged(folder.initFrom(), "is damaged: it is no path");
        }
    }
}
