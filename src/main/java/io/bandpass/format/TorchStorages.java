package io.bandpass.format;

import io.bandpass.format.TorchValues.Storage;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Raw values of a PyTorch file. */
public interface TorchStorages extends AutoCloseable {
    /** Stream of a storage's bytes. */
    interface Bytes extends AutoCloseable {
        void read(ByteBuffer buffer) throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * Returns the number of bytes stored under a key.
     *
     * @throws WeightsException if the key does not exist
     */
    long size(String key);

    /** Opens the bytes under a key, starting at an offset. */
    Bytes open(String key, long from) throws IOException;

    /** Whether elements are big-endian, so that their bytes have to be reversed. */
    boolean isBigEndian();

    @Override
    void close() throws IOException;

    /** Reads a storage as a flat CPU tensor, which the caller closes. */
    default Tensor read(String source, Storage storage) throws IOException {
        long held = size(storage.key());
        long end;
        try {
            end = storage.end();
        } catch (ArithmeticException e) {
            end = Long.MAX_VALUE;
        }
        if (storage.first() < 0 || storage.count() < 0 || end > held) {
            throw new WeightsException(source + ": storage " + SafetensorsHeader.shown(storage.key()) + " holds " + held
                    + " bytes, where its description claims " + storage.count() + " elements from element "
                    + storage.first() + " on");
        }
        String name = "storage " + SafetensorsHeader.shown(storage.key());
        long bytes = storage.count() * torch.elementSize(storage.type());
        Tensor tensor = Safetensors.allocate(source, name, bytes, storage.type(), storage.count());
        try {
            fill(storage, tensor);
        } catch (IOException | RuntimeException e) {
            tensor.close();
            throw e;
        }
        return tensor;
    }

    private void fill(Storage storage, Tensor tensor) throws IOException {
        if (storage.count() == 0) {
            return;
        }
        int size = (int) tensor.element_size();
        long step = Safetensors.CHUNK / size;
        try (PointerScope scope = new PointerScope();
                Bytes bytes = open(storage.key(), storage.first() * size)) {
            for (long from = 0; from < storage.count(); from += step) {
                ByteBuffer chunk =
                        Tensors.bytes(Tensors.slice(tensor, 0, from, Math.min(storage.count(), from + step)));
                bytes.read(chunk);
                if (isBigEndian()) {
                    reverse(chunk, size);
                }
            }
        }
    }

    private static void reverse(ByteBuffer chunk, int size) {
        for (int at = 0; at < chunk.capacity(); at += size) {
            for (int i = 0; i < size / 2; i++) {
                byte first = chunk.get(at + i);
                chunk.put(at + i, chunk.get(at + size - 1 - i));
                chunk.put(at + size - 1 - i, first);
            }
        }
    }
}
