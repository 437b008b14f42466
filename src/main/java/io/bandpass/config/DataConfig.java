package io.bandpass.config;

import io.bandpass.text.Addresses;
import java.util.List;
import java.util.OptionalInt;

/**
 * Source and decoding of images.
 *
 * @param paths folders, list and CSV files, globs, IDX and CIFAR files, shards, Parquet files, in any mixture; empty means the
 *     bundled data
 * @param labels {@code auto} (those of class folders, CSV, IDX, CIFAR or Parquet files or shards, if any) or {@code none}
 * @param workers loader threads; empty means {@code auto}
 * @param maxBad maximum fraction of unreadable files before the run stops (exit code 3)
 * @param maxPixels images whose header claims more pixels are listed as unreadable and never decoded
 * @param reducedDecoding whether training may decode JPEGs at 1/2, 1/4 or 1/8 of their size if the crop allows it
 * @param index location of cached header checks: {@code auto} (the user's cache folder), {@code none}, or a folder
 * @param order {@code full} (of all images at once) or {@code shards} (only some shards are read at a time)
 * @param shardStreams number of streams to which shards are dealt; for {@code order: shards}
 * @param shardBlock number of shards of a stream whose images are permuted together; for {@code order: shards}
 * @param cache folder for what is fetched from other machines: {@code auto} (below the user's cache folder), or a folder
 * @param cacheGb limit of that folder, in units of 10^9 bytes
 * @param mean per-channel mean of the normalisation, of values in [0, 1]
 * @param std per-channel standard deviation of the normalisation
 */
public record DataConfig(
        List<String> paths,
        Labels labels,
        OptionalInt workers,
        double maxBad,
        long maxPixels,
        boolean reducedDecoding,
        String index,
        Order order,
        int shardStreams,
        int shardBlock,
        String cache,
        double cacheGb,
        List<Double> mean,
        List<Double> std) {
    /** Values of {@code data.labels}. */
    public enum Labels {
        AUTO,
        NONE;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Values of {@code data.order}. */
    public enum Order {
        FULL,
        SHARDS;

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /** Maximum number of streams. */
    private static final int MOST_STREAMS = 65_536;

    /** A few blocks for each thread. */
    private static final double LEAST_CACHE_GB = 0.1;

    private static final double MOST_CACHE_GB = 1e6;
    private static final double USUAL_CACHE_GB = 20;

    public DataConfig {
        paths = List.copyOf(paths);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        workers.ifPresent(count -> Check.positive("data.workers", count));
        Check.fraction("data.max-bad", maxBad);
        Check.positive("data.max-pixels", maxPixels);
        Check.that(!index.isBlank(), "data.index", index, "auto, none or a folder");
        Check.that(
                shardStreams >= 1 && shardStreams <= MOST_STREAMS,
                "data.shard-streams",
                shardStreams,
                "a whole number from 1 to " + MOST_STREAMS);
        Check.that(
                shardBlock >= 1 && shardBlock <= MOST_STREAMS,
                "data.shard-block",
                shardBlock,
                "a whole number from 1 to " + MOST_STREAMS);
        Check.that(!cache.isBlank(), "data.cache", cache, "auto or a folder");
        Check.that(
                cacheGb >= LEAST_CACHE_GB && cacheGb <= MOST_CACHE_GB,
                "data.cache-gb",
                cacheGb,
                "a number from " + LEAST_CACHE_GB + " to " + MOST_CACHE_GB);
        checkNormalisation(mean, std);
    }

    static void checkNormalisation(List<Double> mean, List<Double> std) {
        Check.that(mean.size() == 3 && mean.stream().allMatch(Double::isFinite), "data.mean", mean, "three numbers");
        Check.that(
                std.size() == 3 && std.stream().allMatch(s -> s > 0 && Double.isFinite(s)),
                "data.std",
                std,
                "three numbers above 0");
    }

    /** Copy with other paths. */
    public DataConfig withPaths(List<String> others) {
        return with(others, labels, workers, maxBad, index, cache, cacheGb);
    }

    /**
     * Copy that is safe to take from an untrusted source, which must not choose folders to write to or how much,
     * nor servers to contact: without paths if one of them is an address.
     */
    public DataConfig untrusted() {
        boolean remote = paths.stream().anyMatch(Addresses::isAddress);
        return with(
                remote ? List.of() : paths,
                labels,
                workers,
                maxBad,
                index.equals("none") ? index : "auto",
                "auto",
                Math.min(cacheGb, USUAL_CACHE_GB));
    }

    /** Copy to be handed out, without what is secret in addresses. */
    public DataConfig shown() {
        return withPaths(paths.stream().map(Addresses::shown).toList());
    }

    /** Copy with the index in another folder. */
    public DataConfig withIndex(String other) {
        return with(paths, labels, workers, maxBad, other, cache, cacheGb);
    }

    /** Copy with the cache of remote files in another folder. */
    public DataConfig withCache(String other) {
        return with(paths, labels, workers, maxBad, index, other, cacheGb);
    }

    /** Copy with this number of loader threads; empty for {@code auto}. */
    public DataConfig withWorkers(OptionalInt count) {
        return with(paths, labels, count, maxBad, index, cache, cacheGb);
    }

    /** Copy for inspecting images: without labels, and with any number of unreadable files. */
    public DataConfig lenient() {
        return with(List.of(), Labels.NONE, workers, 1, index, cache, cacheGb);
    }

    /** Copy with labels used or not. */
    public DataConfig withLabels(Labels other) {
        return with(paths, other, workers, maxBad, index, cache, cacheGb);
    }

    private DataConfig with(
            List<String> otherPaths,
            Labels otherLabels,
            OptionalInt otherWorkers,
            double otherMaxBad,
            String otherIndex,
            String otherCache,
            double otherCacheGb) {
        return new DataConfig(
                otherPaths,
                otherLabels,
                otherWorkers,
                otherMaxBad,
                maxPixels,
                reducedDecoding,
                otherIndex,
                order,
                shardStreams,
                shardBlock,
                otherCache,
                otherCacheGb,
                mean,
                std);
    }
}
