package io.bandpass.checkpoint;

import io.bandpass.format.AtomicFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the files of a run lie. Locked by the operating system while a run writes into it. */
public final class RunFolder implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String REPLAY = "replay";

    /**
     * Folders that this process has locked. Closing a second channel of a locked file would release the lock, as POSIX
     * locks belong to the process, so none is opened.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path root;
    private @Nullable FileChannel lockFile;
    private @Nullable Path locked;

    /** Names a folder; nothing is read or made. */
    public RunFolder(Path root) {
        this.root = root;
    }

    /**
     * Makes the folder and locks it until {@link #close()} or the end of the process, however it ends.
     *
     * @throws RunFolderException if another process is writing into it, or it cannot be written
     */
    public void lock() {
        if (!tryLock()) {
            throw new RunFolderException("another process is writing into " + root + "; choose another `out`");
        }
    }

    /**
     * As {@link #lock()}, but says so where another process is writing into it.
     *
     * @return whether it is locked now
     * @throws RunFolderException if it cannot be written
     */
    public boolean tryLock() {
        try {
            Files.createDirectories(root);
            Path real = root.toRealPath();
            if (!LOCKED.add(real)) {
                return false;
            }
            locked = real;
            lockFile = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lockFile.tryLock() == null) {
                close();
                return false;
            }
            return true;
        } catch (IOException e) {
            close();
            throw new RunFolderException("the run folder " + root + " cannot be written: " + reason(e));
        }
    }

    /** In words, for exceptions whose message is often a path and no reason. */
    private static String reason(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "there is no permission";
        }
        if (error instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is a file";
        }
        if (error instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return String.valueOf(error.getMessage());
    }

    /** Whether there is nothing in it but the lock and what a killed process has half written. */
    public boolean isEmpty() {
        try {
            return isEmpty(root);
        } catch (IOException e) {
            throw new RunFolderException("the run folder " + root + " cannot be read: " + reason(e));
        }
    }

    /** Whether it is a run's, or what is left of one. */
    public boolean isOfARun() {
        return Files.isRegularFile(recipe());
    }

    /** Whether a run has begun in it, which can be gone on with: its configuration is the last file of a start. */
    public boolean hasBegun() {
        return Files.isRegularFile(config());
    }

    /**
     * Whether a process was killed while it started a run in it, or emptied it, and there is nothing left that somebody
     * could miss: to a new run it is as good as empty.
     */
    public boolean isHalfStarted() throws IOException {
        return isOfARun() && !hasBegun() && nothingIsSaved() && isEmpty(weights(""));
    }

    /** Whether a run has failed in it before it saved anything. */
    public boolean failedAtTheStart() throws IOException {
        return isOfARun() && Files.exists(failed()) && nothingIsSaved();
    }

    private boolean nothingIsSaved() throws IOException {
        return isEmpty(checkpoints()) && isEmpty(root.resolve(REPLAY));
    }

    /**
     * What a small file holds that each run has from its start.
     *
     * @throws RunFolderException if it is not there, is empty, or is no text
     */
    public String text(Path file) throws IOException {
        try {
            String text = Files.readString(file).replaceFirst("\\R\\z", "");
            if (text.isBlank() || text.indexOf('\0') >= 0) {
                throw damaged(file, text.isBlank() ? "is empty" : "is damaged: it is no text");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw damaged(file, "is damaged: it is no text");
        } catch (NoSuchFileException e) {
            throw damaged(file, "is not there");
        }
    }

    /** A file that is needed to go on with a run, and what is wrong with it. */
    public static RunFolderException damaged(Path file, String what) {
        return new RunFolderException(
                file + " " + what + ", so the run cannot be gone on with; put the file back, or start a new run");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> isLock(file) || AtomicFiles.isAside(file));
        }
    }

    /**
     * Removes everything but the lock: what an earlier run left. The configuration goes first, so that nobody goes on with
     * the rest, and last what says that it is a run's, so that a process which is killed in between can be followed by
     * another.
     *
     * @throws RunFolderException if there is something that no run has left; then nothing is removed
     */
    public void removeContent() throws IOException {
        if (!isEmpty() && !isOfARun()) {
            throw new RunFolderException(
                    root + " is not the folder of a run, so it is not emptied; choose another `out`");
        }
        AtomicFiles.delete(config());
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.toList()) {
                if (!isLock(file) && !file.equals(recipe())) {
                    AtomicFiles.delete(file);
                }
            }
        }
        AtomicFiles.delete(recipe());
    }

    private static boolean isLock(Path file) {
        return String.valueOf(file.getFileName()).equals(LOCK);
    }

    public Path root() {
        return root;
    }

    /** The configuration as it was asked for. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** The name of the recipe. The first file of a run: a folder without it is not one. */
    public Path recipe() {
        return root.resolve(".recipe");
    }

    /** The names of the classes that a run tells apart, in the order of its head. */
    public Path classes() {
        return root.resolve(".classes.json");
    }

    /** Which images are held out of those that the run was given, and of those that its first weights had seen. */
    public Path split() {
        return root.resolve("split.safetensors");
    }

    /** Where a classifier of a run has the norm before its head, where there is a choice. */
    public Path headNorm() {
        return root.resolve(".head-norm");
    }

    /** The command of a run: {@code pretrain}, {@code finetune}. */
    public Path command() {
        return root.resolve(".command");
    }

    /**
     * Whether a command started this run.
     *
     * @throws RunFolderException if no command did, as this is no run folder
     */
    public boolean isOf(String command) {
        try {
            return Files.readString(command()).equals(command);
        } catch (IOException e) {
            throw new RunFolderException(root + " is no run folder: it does not say which command started it");
        }
    }

    /** The path of the weights that the run began with, if any: a run without a checkpoint begins with them again. */
    public Path initFrom() {
        return root.resolve(".init-from");
    }

    /** The configuration with everything that {@code auto} chose. */
    public Path resolvedConfig() {
        return root.resolve("config.resolved.yaml");
    }

    public Path environment() {
        return root.resolve("environment.json");
    }

    public Path log() {
        return root.resolve("train.log");
    }

    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    public Path tensorBoard() {
        return root.resolve("tensorboard");
    }

    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** A file of weights: {@code encoder.safetensors}, {@code full.safetensors}, or one of the moving average. */
    public Path weights(String name) {
        return root.resolve("weights").resolve(name);
    }

    /** The picture of a step. */
    public Path samples(long step) {
        return root.resolve("samples").resolve("step-" + step + ".png");
    }

    public Path badImages() {
        return root.resolve("bad_images.txt");
    }

    public Path report() {
        return root.resolve("report.html");
    }

    public Path summary() {
        return root.resolve("summary.json");
    }

    /** How well a classifier does on each class. */
    public Path scores() {
        return root.resolve("scores.json");
    }

    /** What a step with a non-finite loss or gradient was computed from. */
    public Path replay(long step) {
        return root.resolve(REPLAY).resolve("step-" + step);
    }

    /** Exists when the run has ended by itself. */
    public Path done() {
        return root.resolve("DONE");
    }

    /** Exists when the run has failed; says why. */
    public Path failed() {
        return root.resolve("FAILED");
    }

    @Override
    public void close() {
        try {
            if (lockFile != null) {
                lockFile.close();
                lockFile = null;
            }
        } catch (IOException e) {
            throw new RunFolderException("the lock of " + root + " cannot be released: " + reason(e));
        } finally {
            if (locked != null) {
                LOCKED.remove(locked);
                locked = null;
            }
        }
    }
}
