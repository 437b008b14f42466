package io.bandpass.interop;

import io.bandpass.format.OtherFileKinds;
import io.bandpass.format.Safetensors;
import io.bandpass.format.SafetensorsHeader;
import io.bandpass.format.StoredObjects;
import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchArchive;
import io.bandpass.format.TorchLegacyFile;
import io.bandpass.format.TorchStorages;
import io.bandpass.format.TorchValues.Storage;
import io.bandpass.format.TorchValues.StoredTensor;
import io.bandpass.format.WeightsException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Weights of another program: a PyTorch file in either format, or safetensors. Everything is checked against the file
 * before it is used, and nothing in it is executed.
 *
 * @param tensors tensors with the names and types of the file
 * @param settings settings stored with them
 * @param meta what mmsegmentation and others of its family store beside them: classes, palette, configuration
 * @param foundUnder key in the file that holds them, empty at the top
 * @param passedOver keys in the file with moving averages that were not used
 */
public record CheckpointWeights(
        TensorFile tensors,
        CheckpointSettings settings,
        CheckpointSettings meta,
        String foundUnder,
        List<String> passedOver)
        implements AutoCloseable {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    /** Opcode PROTO, the first of every binary pickle. */
    private static final byte PICKLE = (byte) 0x80;

    /** Reads something from an open PyTorch file. */
    interface Reader<T> {
        T read(@Nullable Object root, TorchStorages storages) throws IOException;
    }

    /**
     * Reads a file in any of the formats.
     *
     * @throws WeightsException if it is invalid, or in none of them
     */
    public static CheckpointWeights read(Path file) throws IOException {
        Optional<CheckpointWeights> ofPyTorch = open(file, (root, storages) -> of(file, root, storages));
        return ofPyTorch.isPresent()
                ? ofPyTorch.get()
                : new CheckpointWeights(
                        Safetensors.read(file), CheckpointSettings.none(), CheckpointSettings.none(), "", List.of());
    }

    /**
     * Opens a PyTorch file of either format.
     *
     * @return empty for safetensors
     * @throws WeightsException if it is invalid, or neither
     */
    static <T> Optional<T> open(Path file, Reader<T> reader) throws IOException {
        byte[] start = start(file);
        if (start.length >= 9 && start[8] == '{') {
            return Optional.empty();
        }
        if (start.length >= 4 && Arrays.equals(start, 0, 4, ZIP, 0, 4)) {
            try (TorchArchive archive = TorchArchive.open(file)) {
                return Optional.of(reader.read(archive.objects(), archive));
            }
        }
        if (start.length > 0 && start[0] == PICKLE) {
            try (TorchLegacyFile legacy = TorchLegacyFile.open(file)) {
                return Optional.of(reader.read(legacy.objects(), legacy));
            }
        }
        throw new WeightsException(
                file + " " + OtherFileKinds.of(start).orElse("is neither a PyTorch file (.pth) nor safetensors"));
    }

    private static byte[] start(Path file) throws IOException {
        try (FileChannel channel = Safetensors.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(OtherFileKinds.START);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Repeat until the buffer is full or the file ends.
            }
            byte[] start = new byte[buffer.position()];
            buffer.flip().get(start);
            return start;
        }
    }

    private static CheckpointWeights of(Path file, @Nullable Object root, TorchStorages storages) throws IOException {
        StoredObjects.State state = StoredObjects.state(file.toString(), root);
        return new CheckpointWeights(
                tensors(file, state.tensors(), storages),
                CheckpointSettings.of(root),
                CheckpointSettings.meta(root),
                state.key(),
                state.averages());
    }

    /** Reads tensors of a file, owned by the caller, after checking their descriptions against it. */
    static TensorFile tensors(Path file, Map<String, StoredTensor> described, TorchStorages storages)
            throws IOException {
        String source = file.toString();
        check(source, described, Files.size(file));
        Map<Storage, Tensor> read = new LinkedHashMap<>();
        Map<String, Tensor> views = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, StoredTensor> entry : described.entrySet()) {
                StoredTensor stored = entry.getValue();
                Tensor flat = read.get(stored.storage());
                if (flat == null) {
                    flat = storages.read(source, stored.storage());
                    read.put(stored.storage(), flat);
                }
                views.put(entry.getKey(), view(flat, stored));
            }
        } catch (IOException | RuntimeException e) {
            views.values().forEach(Tensor::close);
            throw e;
        } finally {
            // Views keep their memory alive.
            read.values().forEach(Tensor::close);
        }
        return new TensorFile(source, views, Map.of());
    }

    private static void check(String source, Map<String, StoredTensor> tensors, long fileSize) {
        long elements = 0;
        long left = fileSize;
        Set<Storage> storages = new LinkedHashSet<>();
        for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
            String name = SafetensorsHeader.shown(entry.getKey());
            entry.getValue().problem().ifPresent(problem -> {
                throw new WeightsException(source + ": tensor " + name + " " + problem);
            });
            long more = entry.getValue().elements();
            // Many views of one storage could add up to more than any file holds.
            if (more > fileSize - elements) {
                throw new WeightsException(
                        source + ": its tensors have more elements than the file has bytes, up to " + name);
            }
            elements += more;
            Storage storage = entry.getValue().storage();
            if (storages.add(storage)) {
                long size = torch.elementSize(storage.type());
                if (storage.count() > left / size) {
                    throw new WeightsException(source + ": its tensors claim storages of more bytes than the file has,"
                            + " up to " + name);
                }
                left -= storage.count() * size;
            }
        }
    }

    private static Tensor view(Tensor flat, StoredTensor stored) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(flat.as_strided(stored.shape(), stored.strides(), new LongOptional(stored.offset())));
        }
    }

    /** Says which moving averages were not used. */
    List<String> passedOverLines() {
        return passedOver.stream()
                .map(key -> "moving averages under the key " + SafetensorsHeader.shown(key)
                        + " are passed over; the weights under the key '" + foundUnder + "' are taken")
                .toList();
    }

    @Override
    public void close() {
        tensors.close();
    }
}
