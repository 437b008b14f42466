package io.bandpass.format;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Data types that the pickle of a PyTorch file may contain besides plain values: passive descriptions of tensors. */
public final class TorchValues {
    private TorchValues() {}

    /** Element type of a storage, named by its class. */
    record StorageType(ScalarType elements) {}

    /**
     * A range of elements in the file.
     *
     * @param key under which the file stores it
     * @param first index of its first element
     * @param count number of elements, as claimed by the pickle
     */
    public record Storage(ScalarType type, String key, long first, long count) implements Comparable<Storage> {
        private static final Comparator<Storage> ORDER = Comparator.comparingLong(Storage::first)
                .thenComparingLong(Storage::count)
                .thenComparing(Storage::type)
                .thenComparing(Storage::key);

        /** Orders storages, so that hash maps stay fast even if an attacker chooses keys with colliding hashes. */
        @Override
        public int compareTo(Storage other) {
            return ORDER.compare(this, other);
        }

        /** End of the storage in bytes, from the start of its key's data; first and count must not be negative. */
        long end() {
            return Math.multiplyExact(Math.addExact(first, count), torch.elementSize(type));
        }
    }

    /**
     * A tensor as a view of a storage, not yet read.
     *
     * @param offset of its first element in the storage
     * @param strides in elements
     */
    public record StoredTensor(Storage storage, long offset, long[] shape, long[] strides) {
        /** Number of elements; call only if {@link #problem()} is empty. */
        public long elements() {
            long elements = 1;
            for (long extent : shape) {
                elements *= extent;
            }
            return elements;
        }

        /** Returns why it cannot be a view of its storage; empty if it can. */
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
                    // An expanded view (stride 0) could claim any size without data behind it.
                    return Optional.of(
                            "claims " + elements + " elements of a storage of " + storage.count() + " elements");
                }
                return Optional.empty();
            } catch (ArithmeticException e) {
                return Optional.of("claims an impossible shape");
            }
        }
    }

    /** Attributes of an {@code argparse.Namespace}, as a plain map. */
    static final class Attributes extends LinkedHashMap<Object, @Nullable Object> {
        private static final long serialVersionUID = 1L;
    }

    /** An object that is not read: whatever it is made of, given or asked for gives no value. */
    static final class Opaque {}

    /** A NumPy type, for scalars. */
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

    /** Element types by the name of the storage class in {@code torch}. */
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
