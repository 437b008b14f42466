package io.bandpass.data;

import io.bandpass.config.DataConfig;
import io.bandpass.data.FolderWalk.Found;
import io.bandpass.image.BadImageException;
import io.bandpass.store.RemoteFiles;
import io.bandpass.text.Addresses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shards on other machines, named by address. */
final class RemoteShards {
    private static final long GB = 1_000_000_000;

    private final DataConfig config;
    private @Nullable RemoteFiles files;

    RemoteShards(DataConfig config) {
        this.config = config;
    }

    /**
     * Shards that an address stands for.
     *
     * @param base the folder of their relative names
     */
    record Named(List<Path> shards, Path base) {
        /** Returns those of found files that lie below a folder of the base. */
        List<Found> below(String folder, List<Found> found) {
            Path whole = base.resolve(folder);
            return found.stream()
                    .filter(shard -> shard.path().startsWith(whole))
                    .toList();
        }
    }

    /**
     * Returns the shard of an address, those of an address with ranges of numbers, or all below a folder.
     *
     * @throws DataException if they are not addresses of shards
     * @throws io.bandpass.store.StoreException if they are not valid addresses, or the store does not answer
     */
    Named shards(String address) {
        boolean isRange = NumberRanges.isIn(address);
        checkWildcards(address);
        if (isRange || ShardNames.isShard(files().path(address))) {
            List<Path> shards = (isRange ? NumberRanges.expand(address) : List.of(address))
                    .stream().map(this::shard).toList();
            return new Named(shards, Objects.requireNonNull(shards.get(0).getParent()));
        }
        try {
            List<Path> shards =
                    files().below(address).stream().filter(ShardNames::isShard).toList();
            if (shards.isEmpty()) {
                throw new DataException(
                        "there is no WebDataset shard (.tar) or Parquet file at " + Addresses.shown(address));
            }
            return new Named(shards, files().path(address));
        } catch (IOException e) {
            throw new DataException(Addresses.shown(address) + " cannot be listed: "
                    + BadImageException.unreadable(e).reason());
        }
    }

    /** Returns the path of the shard at an address. */
    Path shard(String address) {
        checkWildcards(address);
        Path path = files().path(address);
        if (!ShardNames.isShard(path)) {
            throw new DataException(
                    Addresses.shown(address) + " is no WebDataset shard (.tar) or Parquet file, and only these are"
                            + " read from other machines; pack the images with `data shard`, or download the file");
        }
        return path;
    }

    private static void checkWildcards(String address) {
        if (Addresses.shown(address).indexOf('*') >= 0) {
            throw new DataException(Addresses.shown(address)
                    + " has a wildcard, which addresses cannot have; give a range such as {000000..000146}, or a list file"
                    + " with an address in each line");
        }
    }

    private RemoteFiles files() {
        if (files == null) {
            files = new RemoteFiles(
                    IndexFolder.cache(config.cache()), (long) (config.cacheGb() * GB), IndexFolder.home());
        }
        return files;
    }
}
