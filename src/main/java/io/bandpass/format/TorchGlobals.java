package io.bandpass.format;

import io.bandpass.format.TorchValues.Attributes;
import io.bandpass.format.TorchValues.NumpyType;
import io.bandpass.format.TorchValues.Opaque;
import io.bandpass.format.TorchValues.Storage;
import io.bandpass.format.TorchValues.StorageType;
import io.bandpass.format.TorchValues.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/**
 * Allowlist of the classes and functions that the pickle of a PyTorch file may name, each read as data. No Python code
 * runs, and no Java class is looked up by name.
 */
final class TorchGlobals {
    /** Tensor types that a pickle may contain as values. */
    private static final Set<String> TYPES = Set.of(
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "half",
            "float",
            "double",
            "int8",
            "uint8",
            "int16",
            "int32",
            "int64",
            "short",
            "int",
            "long",
            "bool",
            "uint16",
            "uint32",
            "uint64",
            "complex64",
            "complex128",
            "cfloat",
            "cdouble");

    private static final Set<String> MAPS = Set.of(
            "collections.OrderedDict",
            "collections.Counter",
            "collections.defaultdict",
            "yacs.config.CfgNode",
            "mmengine.config.config.ConfigDict",
            "mmcv.utils.config.ConfigDict",
            "addict.addict.Dict",
            "builtins.dict",
            "__builtin__.dict");
    private static final Set<String> SETS = Set.of("builtins.set", "__builtin__.set");

    /**
     * Logs of mmengine's training: arrays, and functions named as attributes of a class. They stand beside the weights
     * and are passed over; {@code getattr} looks up nothing.
     */
    private static final Set<String> PASSED_OVER = Set.of(
            "mmengine.logging.history_buffer.HistoryBuffer",
            "builtins.getattr",
            "__builtin__.getattr",
            "numpy.ndarray",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray._reconstruct");

    private static final Map<String, IObjectConstructor> KNOWN = known();

    private TorchGlobals() {}

    private static Map<String, IObjectConstructor> known() {
        Map<String, IObjectConstructor> known = new LinkedHashMap<>();
        known.put("argparse.Namespace", arguments -> new Attributes());
        known.put("torch._utils._rebuild_tensor", TorchGlobals::tensor);
        known.put("torch._utils._rebuild_tensor_v2", TorchGlobals::tensor);
        known.put("torch._utils._rebuild_parameter", TorchGlobals::parameter);
        known.put("torch._utils._rebuild_parameter_with_state", TorchGlobals::parameter);
        known.put("torch.Size", TorchGlobals::list);
        known.put("torch.device", TorchGlobals::device);
        known.put("numpy.dtype", arguments -> new NumpyType((String) arguments[0]));
        known.put("_codecs.encode", TorchGlobals::encode);
        for (String module : new String[] {"numpy.core.multiarray", "numpy._core.multiarray"}) {
            known.put(module + ".scalar", TorchGlobals::scalar);
        }
        for (String module : new String[] {"builtins", "__builtin__"}) {
            known.put(module + ".list", TorchGlobals::list);
        }
        return Map.copyOf(known);
    }

    /**
     * Resolves a global.
     *
     * @param keys of the pickle that names it
     * @throws WeightsException if it is not on the list; the message names it
     */
    static Object find(String source, String module, String name, PickleKeys keys) {
        String full = module + "." + name;
        IObjectConstructor constructor = KNOWN.get(full);
        if (constructor != null) {
            return constructor;
        }
        if (MAPS.contains(full)) {
            return (IObjectConstructor) arguments -> map(arguments, keys);
        }
        if (SETS.contains(full)) {
            return (IObjectConstructor) arguments -> set(arguments, keys);
        }
        if (PASSED_OVER.contains(full)) {
            return (IObjectConstructor) arguments -> new Opaque();
        }
        if (module.equals("torch") || module.equals("torch.storage")) {
            // Old releases spell the two untyped storages with an underscore.
            String storage = name.startsWith("_") ? name.substring(1) : name;
            if (TorchValues.STORAGES.containsKey(storage)) {
                return new StorageType(TorchValues.STORAGES.get(storage));
            }
        }
        if (module.equals("torch") && TYPES.contains(name)) {
            return name;
        }
        throw new WeightsException(source + " names " + SafetensorsHeader.shown(full)
                + ", which is not on the list of what weights may be made of, so nothing of it was read");
    }

    private static Map<Object, @Nullable Object> map(Object[] arguments, PickleKeys keys) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        if (arguments.length > 0 && arguments[0] instanceof Collection<?> pairs) {
            for (Object pair : pairs) {
                int size = pair instanceof Collection<?> list ? list.size() : ((Object[]) pair).length;
                if (size != 2) {
                    throw new PickleException("an entry of a map is no pair");
                }
                Object[] both = pair instanceof Collection<?> list ? list.toArray() : (Object[]) pair;
                map.put(keys.take(both[0]), both[1]);
            }
        } else if (arguments.length > 0 && arguments[0] instanceof Map<?, ?> other) {
            other.forEach((key, value) -> map.put(keys.take(key), value));
        }
        return map;
    }

    private static List<@Nullable Object> list(Object[] arguments) {
        List<@Nullable Object> list = new ArrayList<>();
        if (arguments.length > 0) {
            list.addAll(arguments[0] instanceof Collection<?> items ? items : Arrays.asList((Object[]) arguments[0]));
        }
        return list;
    }

    private static Set<Object> set(Object[] arguments, PickleKeys keys) {
        Set<Object> set = new LinkedHashSet<>();
        list(arguments).forEach(item -> set.add(keys.take(item)));
        return set;
    }

    private static StoredTensor tensor(Object[] arguments) {
        return new StoredTensor(
                (Storage) arguments[0], whole(arguments[1]), extents(arguments[2]), extents(arguments[3]));
    }

    private static StoredTensor parameter(Object[] arguments) {
        return (StoredTensor) arguments[0];
    }

    /** A device is reduced to its kind: {@code cpu}, {@code cuda}. */
    private static String device(Object[] arguments) {
        return (String) arguments[0];
    }

    private static long[] extents(Object value) {
        Object[] items = value instanceof Collection<?> list ? list.toArray() : (Object[]) value;
        long[] extents = new long[items.length];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = whole(items[i]);
        }
        return extents;
    }

    static long whole(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new PickleException("an extent, stride or offset is not a whole number of 64 bits");
    }

    private static byte[] encode(Object[] arguments) {
        // The encoding is not shown: it may be any object, even one that contains itself.
        if (!"latin1".equals(arguments[1]) && !"latin-1".equals(arguments[1])) {
            throw new PickleException("bytes are in another encoding than latin1");
        }
        return ((String) arguments[0]).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Object scalar(Object[] arguments) {
        NumpyType type = (NumpyType) arguments[0];
        byte[] bytes = arguments[1] instanceof String text
                ? text.getBytes(StandardCharsets.ISO_8859_1)
                : (byte[]) arguments[1];
        ByteBuffer value =
                ByteBuffer.wrap(bytes).order(type.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return switch (type.code()) {
            case "f8" -> value.getDouble();
            case "f4" -> (double) value.getFloat();
            case "i8", "u8" -> value.getLong();
            case "i4" -> (long) value.getInt();
            case "u4" -> value.getInt() & 0xFFFF_FFFFL;
            case "i2" -> (long) value.getShort();
            case "i1" -> (long) value.get();
            case "u1" -> value.get() & 0xFFL;
            case "b1" -> value.get() != 0;
            default -> throw new PickleException("a numpy scalar has the type " + type.code());
        };
    }
}
