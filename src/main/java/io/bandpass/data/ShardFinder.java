package io.bandpass.data;

import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.HeaderCheck;
import io.bandpass.text.Counts;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/** Opens WebDataset shards and Parquet files: takes the results of earlier scans from the index, and scans the others on several threads. */
final class ShardFinder {
    private static final int PORTION = 64;

    /** Each has a page and its dictionary in memory, which may be large. */
    private static final int UNPACKED_AT_ONCE = 2;

    private record Scanned(Found found, ShardCatalog catalog, boolean kept) {}

    private final String indexSetting;
    private final OptionalInt threads;
    private final UnreadableImages unreadable;
    private final long maxPixels;
    private final FileScan.Observer observer;
    private final Semaphore unpacking = new Semaphore(UNPACKED_AT_ONCE);
    private final WidsIndex listed = new WidsIndex();
    private final List<String> notices = new ArrayList<>();
    private final Set<Path> indexes = new TreeSet<>();
    private final Set<Path> lostIndexes = new TreeSet<>();

    ShardFinder(
            String indexSetting,
            OptionalInt threads,
            UnreadableImages unreadable,
            long maxPixels,
            FileScan.Observer observer) {
        this.indexSetting = indexSetting;
        this.threads = threads;
        this.unreadable = unreadable;
        this.maxPixels = maxPixels;
        this.observer = observer;
    }

    /**
     * Opens shards.
     *
     * @param base root of the relative names
     */
    ShardTable open(List<Found> shards, Path base) {
        ShardTable table = new ShardTable();
        int withoutImage = 0;
        int skipped = 0;
        String firstSkipped = "";
        // Shards take long, and there may be only a few: each is a task.
        try (Workers workers = new Workers(threads, () -> {})) {
            for (int from = 0; from < shards.size(); from += PORTION) {
                for (Scanned scanned :
                        workers.map(shards.subList(from, Math.min(shards.size(), from + PORTION)), this::scanned)) {
                    take(scanned, base, table);
                    compare(scanned);
                    ShardCatalog catalog = scanned.catalog();
                    withoutImage += catalog.withoutImage();
                    skipped += catalog.skipped();
                    if (firstSkipped.isEmpty() && catalog.skipped() > 0) {
                        firstSkipped = FileNames.text(scanned.found().path()) + "/" + catalog.firstSkipped();
                    }
                }
            }
        }
        table.finish();
        if (withoutImage > 0) {
            notices.add(Counts.of(withoutImage, "sample") + " of the shards without an image "
                    + Counts.choose(withoutImage, "is", "are") + " left out");
        }
        if (skipped > 0) {
            notices.add("left out of the shards, for a name that is hidden, too long or without an extension: "
                    + (skipped == 1 ? "" : Counts.of(skipped, "member") + ", such as ") + firstSkipped);
        }
        return table;
    }

    private Scanned scanned(Found found) {
        FileFacts facts = found.attributes();
        Path file = found.path();
        if (facts == null && file.getFileSystem() != FileSystems.getDefault()) {
            // A server's failure is not one of the data: a run must not go on with a part of it.
            throw new DataException(FileNames.text(file) + " cannot be opened: " + found.absence());
        }
        if (facts == null) {
            return new Scanned(found, ShardCatalog.unreadable(found.absence()), true);
        }
        Optional<Path> index = IndexFolder.shard(indexSetting, FileNames.text(file.toAbsolutePath()));
        Optional<ShardCatalog> known = index.flatMap(path -> ShardIndex.find(path, file, facts));
        if (known.isPresent()) {
            return new Scanned(found, known.get(), true);
        }
        ShardCatalog catalog = ShardScan.of(file, facts, unpacking);
        return new Scanned(
                found,
                catalog,
                index.map(path -> ShardIndex.keep(path, file, facts, catalog)).orElse(true));
    }

    private void take(Scanned scanned, Path base, ShardTable table) {
        Found found = scanned.found();
        String name = FileNames.text(found.path());
        ShardCatalog catalog = scanned.catalog();
        FileFacts facts = found.attributes();
        if (facts != null) {
            table.add(new ShardTable.Shard(found.path(), relativeName(base, found.path()), facts, catalog.parquet()));
        }
        unreadable.count(catalog.count());
        catalog.forEach(sample -> take(sample, found.path(), table));
        if (!catalog.problem().isEmpty()) {
            // What a shard would have held is unknown, so it counts as one unreadable image itself.
            unreadable.count(1);
            unreadable.add(name, catalog.problem());
            if (catalog.count() > 0) {
                notices.add("the shard " + name + " is read only in part: " + catalog.problem());
            }
        }
        catalog.remarks().forEach(remark -> notices.add("the shard " + name + " " + remark));
        IndexFolder.shard(indexSetting, "")
                .map(Path::getParent)
                .ifPresent((scanned.kept() ? indexes : lostIndexes)::add);
    }

    private void compare(Scanned scanned) {
        FileFacts facts = scanned.found().attributes();
        Path file = scanned.found().path();
        ShardCatalog catalog = scanned.catalog();
        String difference = facts == null
                ? null
                : listed.difference(file, (long) catalog.count() + catalog.withoutImage(), facts.size());
        if (difference != null) {
            notices.add("the shard " + FileNames.text(file) + " " + difference);
        }
    }

    /** Notes shards that belong into a folder, by an index there, but are missing. */
    void noteMissing(Path folder) {
        String missing = listed.missing(folder);
        if (missing != null) {
            notices.add(missing);
        }
    }

    private void take(ShardCatalog.Sample sample, Path shard, ShardTable table) {
        HeaderCheck check = sample.check();
        String rejection = check.refusal(maxPixels);
        if (rejection == null && check.format() != null) {
            if (table.size() == Integer.MAX_VALUE - 16) {
                throw new DataException("the shards hold more than " + table.size() + " images; give fewer");
            }
            observer.found(check.format().word(), sample.length(), check.width(), check.height());
            table.add(sample);
        } else {
            String name = new String(sample.name(), StandardCharsets.UTF_8);
            unreadable.add(ShardNames.image(shard, FileNames.text(shard), name), String.valueOf(rejection));
        }
    }

    private static String relativeName(Path base, Path file) {
        return file.startsWith(base) ? FileCollector.relativeName(base, file) : FileNames.text(file.getFileName());
    }

    List<String> notices() {
        return notices;
    }

    Set<Path> indexes() {
        return indexes;
    }

    Set<Path> lostIndexes() {
        return lostIndexes;
    }
}
