package io.bandpass.checkpoint;

import io.bandpass.format.AtomicFiles;
import io.bandpass.format.FolderLock;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Layout of a run folder, which the operating system locks while a run writes into it. */
public final class RunFolder implements AutoCloseable {
    private static final String REPLAY = "replay";

    private final Path root;
    private @Nullable FolderLock lock;

    /** Creates the layout of a folder, without reading or creating files. */
    public RunFolder(Path root) {
        this.root = root;
    }

    /**
     * Creates the folder and locks it until {@link #close()} or the end of the process, even if killed.
     *
     * @throws RunFolderException if another process is writing into it, or it is not writable
     */
    public void lock() {
        if (!tryLock()) {
            throw new RunFolderException("another process is writing into " + root + "; choose another `out`");
        }
    }

    /**
     * As {@link #lock()}, but returns false if another process is writing into it.
     *
     * @return whether the lock was acquired
     * @throws RunFolderException if it is not writable
     */
    public boolean tryLock() {
        try {
            Optional<FolderLock> acquired = FolderLock.tryLock(root);
            acquired.ifPresent(held -> lock = held);
            return acquired.isPresent();
        } catch (IOException e) {
            throw new RunFolderException("the run folder " + root + " cannot be written: " + reason(e));
        }
    }

    /** Returns a readable reason, as the message of these exceptions is often only a path. */
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

    /** Whether the folder holds nothing but the lock and unfinished files of a killed process. */
    public boolean isEmpty() {
        try {
            return isEmpty(root);
        } catch (IOException e) {
            throw new RunFolderException("the run folder " + root + " cannot be read: " + reason(e));
        }
    }

    /** Whether the folder belongs to a run, or holds remains of one. */
    public boolean isOfARun() {
        return Files.isRegularFile(recipe());
    }

    /** Whether a run has started in it and can be resumed; a start writes the configuration last. */
    public boolean hasBegun() {
        return Files.isRegularFile(config());
    }

    /**
     * Whether a process was killed while it started a run in the folder or emptied it, leaving nothing of value, so
     * that a new run may treat it as empty.
     */
    public boolean isHalfStarted() throws IOException {
        return isOfARun() && !hasBegun() && nothingIsSaved() && isEmpty(weights(""));
    }

    /** Whether a run failed in it before saving anything. */
    public boolean failedAtTheStart() throws IOException {
        return isOfARun() && Files.exists(failed()) && nothingIsSaved();
    }

    private boolean nothingIsSaved() throws IOException {
        return isEmpty(checkpoints()) && isEmpty(root.resolve(REPLAY));
    }

    /**
     * Reads one of the small text files that each run has from its start.
     *
     * @throws RunFolderException if it is missing, empty, or not text
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

    /** Returns the exception for a file that is needed to resume a run. */
    public static RunFolderException damaged(Path file, String what) {
        return new RunFolderException(
                file + " " + what + ", so the run cannot be gone on with; put the file back, or start a new run");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> FolderLock.isLock(file) || AtomicFiles.isAside(file));
        }
    }

    /**
     * Removes the output of an earlier run: everything but the lock. Deletes the configuration first, so that nobody
     * resumes from the rest, and last the file that marks a run folder, so that another process can finish the removal.
     *
     * @throws RunFolderException if the content is not that of a run; nothing is removed then
     */
    public void removeContent() throws IOException {
        if (!isEmpty() && !isOfARun()) {
            throw new RunFolderException(
                    root + " is not the folder of a run, so it is not emptied; choose another `out`");
        }
        AtomicFiles.delete(config());
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.toList()) {
                if (!FolderLock.isLock(file) && !file.equals(recipe())) {
                    AtomicFiles.delete(file);
                }
            }
        }
        AtomicFiles.delete(recipe());
    }

    public Path root() {
        return root;
    }

    /** Configuration as requested. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** Name of the recipe. The first file of a run: a folder without it is not a run folder. */
    public Path recipe() {
        return root.resolve(".recipe");
    }

    /** Class names of a run, in the order of its head. */
    public Path classes() {
        return root.resolve(".classes.json");
    }

    /** Classes of the label maps of a segmentation run, in the order of its head. */
    public Path labelClasses() {
        return root.resolve(".label-classes.yaml");
    }

    /**
     * Split of the run's images into training and held-out ones, and that of the images its initial weights had seen.
     */
    public Path split() {
        return root.resolve("split.safetensors");
    }

    /** Position of the norm before a classifier's head, if the encoder family leaves a choice. */
    public Path headNorm() {
        return root.resolve(".head-norm");
    }

    /** Command of the run: {@code pretrain} or {@code finetune}. */
    public Path command() {
        return root.resolve(".command");
    }

    /**
     * Returns whether this command started the run.
     *
     * @throws RunFolderException if this is not a run folder
     */
    public boolean isOf(String command) {
        try {
            return Files.readString(command()).equals(command);
        } catch (IOException e) {
            throw new RunFolderException(root + " is no run folder: it does not say which command started it");
        }
    }

    /** Path of the initial weights, if any; a run resumed without a checkpoint loads them again. */
    public Path initFrom() {
        return root.resolve(".init-from");
    }

    /** Configuration with every {@code auto} resolved. */
    public Path resolvedConfig() {
        return root.resolve("config.resolved.yaml");
    }

    public Path environment() {
        return root.resolve("environment.json");
    }

    public Path log() {
        return root.resolve("train.log");
    }

    /** Log of a process other than the first, of a run with several. */
    public Path log(int process) {
        return root.resolve("processes").resolve("process-" + process + ".log");
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

    /** A weights file: {@code encoder.safetensors}, {@code full.safetensors}, or one of the EMA. */
    public Path weights(String name) {
        return root.resolve("weights").resolve(name);
    }

    /** Sample picture of a step. */
    public Path samples(long step) {
        return root.resolve("samples").resolve("step-" + step + ".png");
    }

    /** A picture that the report shows. */
    public Path picture(String name) {
        return root.resolve("samples").resolve(name + ".png");
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

    /** Scores of a classifier per class. */
    public Path scores() {
        return root.resolve("scores.json");
    }

    /** Inputs of a step with a non-finite loss or gradient. */
    public Path replay(long step) {
        return root.resolve(REPLAY).resolve("step-" + step);
    }

    /** Exists when the run is complete. */
    public Path done() {
        return root.resolve("DONE");
    }

    /** Exists when the run has failed; contains the reason. */
    public Path failed() {
        return root.resolve("FAILED");
    }

    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new RunFolderException("the lock of " + root + " cannot be released: " + reason(e));
        } finally {
            lock = null;
        }
    }
}
