package io.bandpass.compare;

import io.bandpass.BandpassException;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigDifference;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.format.AtomicFiles;
import io.bandpass.run.StoredConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Runs the cells of a plan, one after the other. Several processes may share a folder: each cell is locked by the
 * process that works on it, and shared files are locked briefly while they are written.
 */
final class ComparisonRunner {
    private static final long CELL_POLL_MILLIS = 1000;
    private static final long LOCK_POLL_MILLIS = 20;

    private final ComparisonConfig config;
    private final ComparisonPlan plan;
    private final List<ComparisonPlan.Cell> mine;
    private final Path out;
    private final ComparisonProgress progress;
    private final BooleanSupplier stop;

    /** Writes files that the processes of a comparison share. */
    private interface Writing {
        void write() throws IOException;
    }

    /**
     * Creates a session in a folder.
     *
     * @param mine cells of this process
     */
    ComparisonRunner(
            ComparisonConfig config,
            ComparisonPlan plan,
            List<ComparisonPlan.Cell> mine,
            Path out,
            ComparisonProgress progress,
            BooleanSupplier stop) {
        this.config = config;
        this.plan = plan;
        this.mine = mine;
        this.out = out;
        this.progress = progress;
        this.stop = stop;
    }

    /**
     * Works until all its cells have ended, whichever process ran them, or a stop is requested.
     *
     * @return whether all its cells are complete; false if it was stopped
     * @throws BandpassException if all have ended, but a stage of some has diverged; names the folders to remove for a
     *     retry
     */
    boolean run() throws IOException {
        locked(this::writePlan);
        for (ComparisonPlan.Cell cell : mine) {
            refuseChanges(cell, out.resolve(cell.folder()));
        }
        List<ComparisonPlan.Cell> left = new ArrayList<>(mine);
        removeEnded(left);
        boolean waiting = false;
        while (!left.isEmpty() && !stop.getAsBoolean()) {
            int before = left.size();
            for (ComparisonPlan.Cell cell : List.copyOf(left)) {
                if (left.contains(cell) && !stop.getAsBoolean() && runToEnd(cell)) {
                    left.remove(cell);
                    removeEnded(left);
                    locked(this::writeTables);
                }
            }
            if (left.size() == before && !stop.getAsBoolean()) {
                if (!waiting) {
                    progress.line(waiting(left));
                }
                waiting = true;
                pause(CELL_POLL_MILLIS);
            }
        }
        locked(this::writeTables);
        if (!left.isEmpty()) {
            return false;
        }
        refuseDiverged();
        return true;
    }

    /**
     * Rejects a cell whose runs were begun with other settings, because a recipe has changed since.
     *
     * @param folder of the cell
     */
    private void refuseChanges(ComparisonPlan.Cell cell, Path folder) throws IOException {
        if (cell.pretraining().isPresent()) {
            refuseChanges(
                    PretrainingConfig.class,
                    CellRunner.PRETRAIN,
                    cell.pretraining().get(),
                    folder);
        }
        for (EncoderUse<?> trial : cell.trials()) {
            refuseChanges(trial, folder);
        }
        for (EncoderUse<?> use : cell.uses()) {
            if (cell.searched().contains(use)) {
                // Without what the row chose, there is nothing to compare with.
                Optional<GridSearch.Tried> best = cell.search(out, use).best();
                if (best.isPresent()) {
                    refuseChanges(use.with(best.get().settings()), folder);
                }
            } else {
                refuseChanges(use, folder);
            }
        }
    }

    /** Whether a cell has done what it can until another one of its row has chosen settings. */
    private boolean awaitsSettings(ComparisonPlan.Cell cell) throws IOException {
        boolean pretrained = cell.pretraining().isEmpty()
                || Files.exists(new RunFolder(out.resolve(cell.folder()).resolve(CellRunner.PRETRAIN)).done());
        if (cell.searches() || !pretrained) {
            return false;
        }
        for (EncoderUse<?> use : cell.searched()) {
            if (cell.search(out, use).isUnderWay()) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing is left to run. Settings that were missing may have been chosen since. */
    private boolean hasEnded(ComparisonPlan.Cell cell) throws IOException {
        Path folder = out.resolve(cell.folder());
        CellResult result = CellResult.read(folder);
        if (!result.isSettled(folder)) {
            return false;
        }
        for (EncoderUse<?> use : cell.searched()) {
            if (result.diverged().containsKey(cell.searchOf(use.stage()))
                    && cell.search(out, use).best().isPresent()) {
                return false;
            }
        }
        return true;
    }

    private static <C extends Record & RunConfig> void refuseChanges(EncoderUse<C> use, Path folder)
            throws IOException {
        refuseChanges(use.kind().config(), use.stage(), use.config(), folder);
    }

    private static <T extends Record & RunConfig> void refuseChanges(Class<T> type, String stage, T config, Path folder)
            throws IOException {
        RunFolder files = new RunFolder(folder.resolve(stage));
        if (!Files.isRegularFile(files.config())) {
            return;
        }
        List<ConfigDifference> differences = ConfigDifference.between(StoredConfig.read(type, files.config()), config);
        if (!differences.isEmpty()) {
            throw new RunFolderException(String.format(
                    Locale.ROOT,
                    "%s was begun with other settings, as a recipe has changed since (%s); remove it to run it anew, or compare in another `out`",
                    files.root(),
                    String.join(
                            ", ",
                            differences.stream().map(ConfigDifference::toString).toList())));
        }
    }

    private void refuseDiverged() throws IOException {
        Set<String> stages = new LinkedHashSet<>();
        int cells = 0;
        for (ComparisonPlan.Cell cell : mine) {
            Path folder = out.resolve(cell.folder());
            Map<String, String> diverged = CellResult.read(folder).diverged();
            cells += diverged.isEmpty() ? 0 : 1;
            diverged.keySet().stream()
                    .map(stage ->
                            Path.of(cell.folder(), CellResult.folderOf(stage)).normalize())
                    .map(path -> path.toString().replace('\\', '/'))
                    .forEach(stages::add);
        }
        if (cells > 0) {
            throw new BandpassException(
                    BandpassException.Kind.DIVERGED,
                    String.format(
                            Locale.ROOT,
                            "%d of %d cells diverged and have not all of their scores, for the reasons in %s; the same settings diverge again: compare with others in another `out`, or remove %s from %s and give the same command to try again",
                            cells,
                            mine.size(),
                            out.resolve("results.md"),
                            String.join(", ", stages),
                            out));
        }
    }

    private static String waiting(List<ComparisonPlan.Cell> left) {
        String first = left.get(0).name();
        return left.size() == 1
                ? "another process works on the last cell, " + first + "; waiting for it"
                : "other processes work on the " + left.size() + " cells that are left, the first of them " + first
                        + "; waiting for them";
    }

    private void writeTables() throws IOException {
        ComparisonTables.write(config, plan, out);
    }

    /** Removes cells that other processes have ended in the meantime, so that they do not count towards the ETA. */
    private void removeEnded(List<ComparisonPlan.Cell> left) throws IOException {
        for (ComparisonPlan.Cell cell : List.copyOf(left)) {
            if (hasEnded(cell)) {
                progress.wasThere(cell);
                left.remove(cell);
            }
        }
    }

    /**
     * Runs a cell; returns whether it has ended. False if another process works on it or on the settings that it needs, or
     * a stop was requested.
     */
    private boolean runToEnd(ComparisonPlan.Cell cell) throws IOException {
        if (awaitsSettings(cell)) {
            return false;
        }
        Path folder = out.resolve(cell.folder());
        try (RunFolder lock = new RunFolder(folder)) {
            if (!lock.tryLock()) {
                return false;
            }
            if (hasEnded(cell)) {
                progress.wasThere(cell);
                return true;
            }
            return new CellRunner(cell, out, progress, stop).run().ended();
        }
    }

    private void writePlan() throws IOException {
        Path file = out.resolve("plan.yaml");
        if (Files.isRegularFile(file)) {
            ComparisonConfig stored = ComparisonConfig.fromYaml(Files.readString(file), file.toString());
            List<ConfigDifference> differences = ConfigDifference.between(stored, config);
            if (!differences.isEmpty()) {
                throw new RunFolderException(String.format(
                        Locale.ROOT,
                        "%s was begun with another plan (%s); go on with that one, or choose another `out`",
                        out,
                        String.join(
                                ", ",
                                differences.stream()
                                        .map(ConfigDifference::toString)
                                        .toList())));
            }
        } else if (new RunFolder(out).isEmpty()) {
            AtomicFiles.writeText(file, config.toYaml());
        } else {
            throw new RunFolderException(
                    out + " is not empty and has no plan.yaml of a comparison; choose another `out`");
        }
    }

    /** Writes under the lock of the folder. Other processes hold it only briefly, so this waits for it. */
    private void locked(Writing writing) throws IOException {
        try (RunFolder lock = new RunFolder(out)) {
            while (!lock.tryLock()) {
                pause(LOCK_POLL_MILLIS);
            }
            writing.write();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFolderException("the comparison was interrupted while it waited for another process");
        }
    }
}
