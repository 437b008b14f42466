package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.DecodeOptions;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Images in WebDataset shards and Parquet files, in the order of the shards and within each of the members or rows.
 * Each is read from its position, with one read, or from a page that is decompressed. Takes 25 bytes per image and its
 * name.
 */
final class ShardImages implements ImageSource {
    private final ShardTable table;
    private final List<String> classNames;
    private final DecodeOptions decoding;
    private final PageCache pages = new PageCache();

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
        return table.fullName(index);
    }

    @Override
    public String relativeName(int index) {
        ShardTable.Shard shard = table.shard(index);
        return ShardNames.image(shard.file(), shard.relativeName(), table.name(index));
    }

    @Override
    public Optional<ArchiveMember> member(int index) {
        ShardTable.Shard shard = table.shard(index);
        return Optional.of(new ArchiveMember(
                shard.file(),
                table.name(index),
                table.offset(index),
                table.length(index),
                () -> stored(index),
                shard.facts()));
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

    /** Opens the bytes of an image, behind which others may follow. */
    private InputStream stored(int index) throws IOException {
        Path file = table.shard(index).file();
        return PackedPlace.isPacked(table.offset(index))
                ? new ByteArrayInputStream(unpacked(index))
                : Channels.newInputStream(FileChannel.open(file).position(table.offset(index)));
    }

    private byte[] unpacked(int index) throws IOException {
        ShardTable.Shard shard = table.shard(index);
        long place = table.offset(index);
        return pages.bytes(
                shard.file(),
                shard.parquet().pages().get(PackedPlace.page(place)),
                PackedPlace.at(place),
                table.length(index));
    }

    private RgbImage decoded(int index, Reduction reduction) throws BadImageException {
        ShardTable.Shard shard = table.shard(index);
        try {
            if (!shard.isUnchanged()) {
                throw new BadImageException("its shard has changed since it was opened; start again");
            }
            if (PackedPlace.isPacked(table.offset(index))) {
                return ImageDecoder.read(unpacked(index), reduction, decoding.maxPixels());
            }
        } catch (IOException e) {
            throw BadImageException.unreadable(e);
        }
        return ImageDecoder.read(
                shard.file(), table.offset(index), table.length(index), reduction, decoding.maxPixels());
    }
}
