package io.bandpass.format;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** What the pickle of a PyTorch file may hold besides plain values: descriptions of tensors, never objects that act. */
public final class TorchValues {
    private TorchValues() {}

    /** The type of the elements of a storage, as its class names it. */
    record StorageType(ScalarType elements) {}

    /**
     * A run of elements in the file.
     *
     * @param key under which the file holds it
     * @param first element that belongs to it
     * @param count of elements, as the pickle claims
     */
    public record Storage(ScalarType type, String key, long first, long count) implements Comparable<Storage> {
        private static final Comparator<Storage> ORDER = Comparator.comparingLong(Storage::first)
                .thenComparingLong(Storage::count)
                .thenComparing(Storage::type)
                .thenComparing(Storage::key);

        /** An order, so that maps find storages fast whose keys a stranger has chosen to have the same hash. */
        @Override
        public int compareTo(Storage other) {
            return ORDER.compare(this, other);
        }

        /** Bytes from its start in the file to its end; first and count must not be negative. */
        long end() {
            return Math.multiplyExact(Math.addExact(first, count), torch.elementSize(type));
        }
    }

    /**
     * A tensor as a view of a storage; nothing of it is read yet.
     *
     * @param offset of its first element in the storage
     * @param strides in elements
     */
    public record StoredTensor(Storage storage, long offset, long[] shape, long[] strides) {
        /** How many elements it has; {@link #problem()} must not have found one. */
        public long elements() {
            long elements = 1;
            for (long extent : shape) {
                elements *= extent;
            }
            return elements;
        }

        /** Why it cannot be a view of its storage, if so. */
        public Optional<String> problem() {
            if (shape.length != strides.length || shape.length > SafetensorsHeader.MOST_DIMENSIONS) {
                return Optional.of("has " + shape.length + " extents and " + strides.length + " strides");
            }
            try {
                long elements = 1;
                long end = Math.addExact(offset, 1);
                boolean empty = false;
                for (int i = 0; i < shape.length; i++) {
                    if (shape[i] < 0 || strides[i] < 0) {
                        return Optional.of("has a negative extent or stride");
                    }
                    elements = Math.multiplyExact(elements, Math.max(1, shape[i]));
                    end = Math.addExact(end, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
                    empty |= shape[i] == 0;
                }
                if (offset < 0 || storage.first() < 0 || storage.count() < 0) {
                    return Optional.of("starts before its storage, or its storage has a negative size");
                }
                if (!empty && end > storage.count()) {
                    return Optional.of(
                            "reaches to element " + end + " of a storage of " + storage.count() + " elements");
                }
                if (!empty && elements > storage.count()) {
                    // A stretched view (stride 0) could claim any size without a byte behind it.
                    return Optional.of(
                            "claims " + elements + " elements of a storage of " + storage.count() + " elements");
                }
                return Optional.empty();
            } catch (ArithmeticException e) {
                return Optional.of("claims an impossible shape");
            }
        }
    }

    /** An {@code argparse.Namespace}: its attributes, as a plain map. */
    static final class Attributes extends LinkedHashMap<Object, @Nullable Object> {
        private static final long serialVersionUID = 1L;
    }

    /** A type of numpy, for its scalars. */
    static final class NumpyType {
        private final String code;
        private boolean bigEndian;

        NumpyType(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }

        boolean isBigEndian() {
            return bigEndian;
        }

        void bigEndian(boolean is) {
            bigEndian = is;
        }
    }

    /** The classes of storages by their names in {@code torch}. */
    static final Map<String, ScalarType> STORAGES = Map.ofEntries(
            Map.entry("FloatStorage", ScalarType.Float),
            Map.entry("DoubleStorage", ScalarType.Double),
            Map.entry("HalfStorage", ScalarType.Half),
            Map.entry("BFloat16Storage", ScalarType.BFloat16),
            Map.entry("LongStorage", ScalarType.Long),
            Map.entry("IntStorage", ScalarType.Int),
            Map.entry("ShortStorage", ScalarType.Short),
            Map.entry("CharStorage", ScalarType.Char),
            Map.entry("ByteStorage", ScalarType.Byte),
            Map.entry("BoolStorage", ScalarType.Bool),
            Map.entry("UntypedStorage", ScalarType.Byte),
            Map.entry("TypedStorage", ScalarType.Byte));
}
