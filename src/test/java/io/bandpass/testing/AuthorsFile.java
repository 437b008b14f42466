package io.bandpass.testing;

import io.bandpass.testing.RawTorchFile.Pickle;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Checkpoints as the authors' program writes them: the state under {@code model}, its yacs settings under {@code config}. */
public final class AuthorsFile {
    private AuthorsFile() {}

    /**
     * Settings by path, such as {@code DATA.BLUR.SIGMA_X}, as the tree that they are stored as. What every checkpoint of
     * theirs says of the mask is there already.
     */
    public static Map<String, Object> settings(Map<String, ?> byPath) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("DATA.MASK_RADIUS1", 16);
        all.put("DATA.MASK_RADIUS2", 999);
        all.put("DATA.SAMPLE_RATIO", 0.5);
        all.put("DATA.FILTER_TYPE", "mfm");
        all.put("MODEL.RECOVER_TARGET_TYPE", "masked");
        all.putAll(byPath);
        return tree(all);
    }

    /** Settings by path as the tree that they are stored as. */
    public static Map<String, Object> tree(Map<String, ?> byPath) {
        Map<String, Object> tree = new LinkedHashMap<>();
        byPath.forEach((path, value) -> put(tree, path, value));
        return tree;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String path, Object value) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            tree.put(path, value);
        } else {
            Object inner = tree.computeIfAbsent(path.substring(0, dot), key -> new LinkedHashMap<String, Object>());
            put((Map<String, Object>) inner, path.substring(dot + 1), value);
        }
    }

    /** Writes a checkpoint; tensors are float32 or int64. */
    public static Path write(Path file, Map<String, Tensor> model, Map<String, Object> settings) throws IOException {
        return write(file, model, pickle -> {
            pickle.text("config");
            value(pickle, settings);
        });
    }

    /** Writes a checkpoint as MAE does: with the arguments of its command line under {@code args}. */
    public static Path writeWithArguments(Path file, Map<String, Tensor> model, Map<String, Object> arguments)
            throws IOException {
        return write(file, model, pickle -> {
            pickle.text("args").global("argparse", "Namespace").op(')', 0x81, '}', '(');
            arguments.forEach((name, argument) -> {
                pickle.text(name);
                value(pickle, argument);
            });
            pickle.op('u', 'b');
        });
    }

    private static Path write(Path file, Map<String, Tensor> model, Consumer<Pickle> settings) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        Pickle pickle = new Pickle().op('}', '(').text("model").op('}', '(');
        int key = 0;
        for (Map.Entry<String, Tensor> entry : model.entrySet()) {
            Tensor tensor = entry.getValue();
            boolean whole = tensor.scalar_type().intern() == ScalarType.Long;
            long[] shape = Tensors.shape(tensor);
            pickle.text(entry.getKey())
                    .tensor(
                            whole ? "LongStorage" : "FloatStorage",
                            "" + key,
                            tensor.numel(),
                            0,
                            shape,
                            contiguous(shape));
            entries.put("x/data/" + key++, whole ? longs(tensor) : floats(tensor));
        }
        pickle.op('u');
        settings.accept(pickle);
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("x/data.pkl", pickle.op('u').stop());
        all.put("x/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        all.putAll(entries);
        all.put("x/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return Files.write(file, RawTorchFile.zip(all));
    }

    private static void value(Pickle pickle, Object value) {
        if (value instanceof Map<?, ?> map) {
            pickle.global("yacs.config", "CfgNode").op(')', 0x81, '(');
            map.forEach((key, inner) -> {
                pickle.text((String) key);
                value(pickle, inner);
            });
            pickle.op('u').op('}', '(').text("__immutable__").op(0x88, 'u', 'b');
        } else if (value instanceof List<?> list) {
            pickle.op(']', '(');
            list.forEach(item -> value(pickle, item));
            pickle.op('e');
        } else if (value instanceof String text) {
            pickle.text(text);
        } else if (value instanceof Boolean flag) {
            pickle.op(flag ? 0x88 : 0x89);
        } else if (value instanceof Integer number) {
            pickle.whole(number);
        } else {
            pickle.op('G')
                    .raw(ByteBuffer.allocate(Double.BYTES)
                            .putDouble((Double) value)
                            .array());
        }
    }

    private static long[] contiguous(long[] shape) {
        long[] strides = new long[shape.length];
        long next = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= shape[i];
        }
        return strides;
    }

    private static byte[] floats(Tensor tensor) {
        return RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, Tensors.toFloats(tensor));
    }

    private static byte[] longs(Tensor tensor) {
        double[] values = Tensors.toDoubles(tensor);
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            buffer.putLong((long) value);
        }
        return buffer.array();
    }
}
