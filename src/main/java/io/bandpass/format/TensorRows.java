package io.bandpass.format;

import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A tensor collected a few rows at a time, with the number of rows unknown until the end. The rows are buffered
 * in a temporary file rather than in memory; closing deletes it.
 */
public final class TensorRows implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final ScalarType type;
    private long[] shape = {};

    /** Creates an empty float32 tensor, buffered in a new file in this folder. */
    public TensorRows(Path folder) throws IOException {
        this(folder, ScalarType.Float);
    }

    /** Creates an empty tensor of a type that safetensors files can hold. */
    public TensorRows(Path folder, ScalarType type) throws IOException {
        this.type = type;
        file = Files.createTempFile(folder, ".writing-rows-", "");
        channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /**
     * Appends rows.
     *
     * @param rows (n, ...) of any type and device; all dimensions but the first are the same in every call
     */
    public void append(Tensor rows) throws IOException {
        long[] extents = Tensors.shape(rows);
        if (shape.length == 0) {
            shape = extents.clone();
        } else {
            long[] before = shape.clone();
            before[0] = extents[0];
            if (!Arrays.equals(before, extents)) {
                throw new IllegalArgumentException(
                        "rows of shape " + Arrays.toString(extents) + " do not fit " + Arrays.toString(shape));
            }
            shape[0] += extents[0];
        }
        if (rows.numel() == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            ByteBuffer bytes = Tensors.bytes(rows.detach().cpu().to(type).contiguous());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    ScalarType type() {
        return type;
    }

    /** Shape of all rows so far; empty before the first. */
    public long[] shape() {
        return shape.clone();
    }

    /** Bytes of all rows so far. */
    long size() {
        return shape.length == 0 ? 0 : Arrays.stream(shape).reduce(torch.elementSize(type), Math::multiplyExact);
    }

    /** Copies all rows to the current position of another file. */
    void copyTo(FileChannel target) throws IOException {
        long from = 0;
        while (from < size()) {
            from += channel.transferTo(from, size() - from, target);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
