package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.DecodeOptions;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Images in WebDataset shards, in the order of the shards and within each of the members. Each is read from its
 * position, with one read. Takes 25 bytes per image and its name.
 */
final class ShardImages implements ImageSource {
    private final ShardTable table;
    private final List<String> classNames;
    private final DecodeOptions decoding;

    /**
     * Creates a set.
     *
     * @param classNames by label; empty for no labels
     */
    ShardImages(ShardTable table, List<String> classNames, DecodeOptions decoding) {
        this.table = table;
        this.classNames = List.copyOf(classNames);
        this.decoding = decoding;
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public String name(int index) {
        return FileNames.text(table.shard(index).file()) + "/" + table.name(index);
    }

    @Override
    public String relativeName(int index) {
        return table.shard(index).relativeName() + "/" + table.name(index);
    }

    @Override
    public Optional<ArchiveMember> member(int index) {
        ShardTable.Shard shard = table.shard(index);
        return Optional.of(new ArchiveMember(
                shard.file(), table.name(index), table.offset(index), table.length(index), shard.facts()));
    }

    @Override
    public int[] shardStarts() {
        return table.starts();
    }

    @Override
    public int label(int index) {
        return classNames.isEmpty() ? UNLABELLED : table.label(index);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return decoded(index, Reduction.NONE);
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return decoded(index, decoding.reduced() ? reduction : Reduction.NONE);
    }

    private RgbImage decoded(int index, Reduction reduction) throws BadImageException {
        ShardTable.Shard shard = table.shard(index);
        try {
            if (!shard.isUnchanged()) {
                throw new BadImageException("its shard has changed since it was opened; start again");
            }
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
        return ImageDecoder.read(
                shard.file(), table.offset(index), table.length(index), reduction, decoding.maxPixels());
    }
}
