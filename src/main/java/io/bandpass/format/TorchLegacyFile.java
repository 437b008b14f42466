package io.bandpass.format;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code torch.save} before PyTorch 1.6: five pickles (magic number, version, system information,
 * objects, keys of the storages), then for each storage its number of elements and its values, little endian.
 */
public final class TorchLegacyFile implements TorchStorages {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final int VERSION = 1001;

    private final String source;
    private final FileChannel channel;
    private final @Nullable Object objects;
    /** Start and length of the values in bytes, by key. */
    private final Map<String, long[]> ranges = new HashMap<>();

    private TorchLegacyFile(String source, FileChannel channel) throws IOException {
        this.source = source;
        this.channel = channel;
        PickleInput input = new PickleInput(source, channel);
        if (!Objects.equals(TorchUnpickler.read(source, input), MAGIC)) {
            throw new WeightsException(source + " is a pickle, but none that torch.save wrote");
        }
        Object version = TorchUnpickler.read(source, input);
        if (!(version instanceof Number number) || number.intValue() != VERSION) {
            throw new WeightsException(source + " is a PyTorch file of an unknown version");
        }
        TorchUnpickler.read(source, input);
        objects = TorchUnpickler.read(source, input);
        if (!(TorchUnpickler.read(source, input) instanceof Collection<?> keys)) {
            throw new WeightsException(source + " lacks the list of its storages");
        }
        locate(keys, elementSizes(objects), input.position());
    }

    public static TorchLegacyFile open(Path file) throws IOException {
        FileChannel channel = Safetensors.open(file);
        try {
            return new TorchLegacyFile(file.toString(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Returns the element sizes by storage key. The file does not state them, so they come from the storages its
     * objects use.
     */
    private Map<String, Integer> elementSizes(@Nullable Object root) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (TorchValues.Storage storage : StoredObjects.storages(root)) {
            int size = (int) torch.elementSize(storage.type());
            Integer other = sizes.put(storage.key(), size);
            if (other != null && other != size) {
                throw new WeightsException(source + ": storage " + SafetensorsHeader.shown(storage.key())
                        + " is used with elements of " + other + " and of " + size + " bytes");
            }
        }
        return sizes;
    }

    private void locate(Collection<?> keys, Map<String, Integer> sizes, long start) throws IOException {
        long position = start;
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Set<String> seen = new LinkedHashSet<>();
        for (Object key : keys) {
            if (!(key instanceof String name)) {
                // Not shown: a list may contain itself.
                throw new WeightsException(source + " lists a storage that is not named by a text");
            }
            Integer size = sizes.get(name);
            if (size == null || !seen.add(name)) {
                throw new WeightsException(source + " lists storage " + SafetensorsHeader.shown(name)
                        + (size == null ? ", which nothing uses" : " twice"));
            }
            readAt(count.clear(), position);
            long elements = count.getLong(0);
            position += Long.BYTES;
            if (elements < 0 || elements > (channel.size() - position) / size) {
                throw new WeightsException(source + ": storage " + SafetensorsHeader.shown(name) + " claims " + elements
                        + " elements of " + size + " bytes, and " + (channel.size() - position) + " bytes are left");
            }
            ranges.put(name, new long[] {position, elements * size});
            position += elements * size;
        }
    }

    private void readAt(ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position);
            if (count < 0) {
                throw new WeightsException(source + " was cut short: its storages reach beyond its end");
            }
            position += count;
        }
    }

    /** The saved objects. */
    @Nullable
    public Object objects() {
        return objects;
    }

    private long[] range(String key) {
        long[] range = ranges.get(key);
        if (range == null) {
            throw new WeightsException(source + " lacks storage " + SafetensorsHeader.shown(key));
        }
        return range;
    }

    @Override
    public long size(String key) {
        return range(key)[1];
    }

    @Override
    public Bytes open(String key, long from) {
        long[] at = {range(key)[0] + from};
        return new Bytes() {
            @Override
            public void read(ByteBuffer buffer) throws IOException {
                int size = buffer.remaining();
                readAt(buffer, at[0]);
                at[0] += size;
            }

            @Override
            public void close() {
                // The channel belongs to the file.
            }
        };
    }

    @Override
    public boolean isBigEndian() {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
