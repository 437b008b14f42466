package io.bandpass.format;

import io.bandpass.format.TorchValues.Attributes;
import io.bandpass.format.TorchValues.NumpyType;
import io.bandpass.format.TorchValues.Opaque;
import io.bandpass.format.TorchValues.Storage;
import io.bandpass.format.TorchValues.StorageType;
import io.bandpass.format.TorchValues.StoredTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Unpickles PyTorch files as data. Every opcode that resolves or calls something is overridden: the library's own class
 * table is static and public, and its {@code BUILD} calls methods by reflection. Claimed lengths are checked against
 * the rest of the stream before memory is allocated, and opcodes of protocol 0, which {@code torch.save} never writes,
 * are rejected.
 */
final class TorchUnpickler extends Unpickler {
    /** Checkpoints with optimizer state have some 100,000. */
    private static final int MOST_OPCODES = 4_000_000;

    /**
     * Limit on the values copied by all calls: a memoised list costs only a few bytes in the file each time it is
     * copied.
     */
    private static final int MOST_COPIED = 16 << 20;

    /** One per tensor; encoders with optimizer state have some 1,000. */
    private static final int MOST_STORAGES = 1 << 15;

    private static final int LONGEST_STORAGE_KEY = 1000;

    /** Seeds and counters have a few bytes; decoding numbers of megabytes takes minutes. */
    private static final int LONGEST_NUMBER = 255;

    private final String source;
    private final PickleInput bytes;
    private final PickleKeys keys = new PickleKeys();
    private int opcodes;
    private int storages;
    private long copied;

    private TorchUnpickler(String source, PickleInput bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /**
     * Reads the next pickle of a stream.
     *
     * @param source name of the stream, for messages
     * @throws WeightsException if it is malformed, or names a class that is not on the list
     */
    static @Nullable Object read(String source, PickleInput bytes) throws IOException {
        TorchUnpickler unpickler = new TorchUnpickler(source, bytes);
        try {
            return unpickler.load(bytes);
        } catch (WeightsException e) {
            throw e;
        } catch (RuntimeException e) {
            String reason = e instanceof PickleException ? String.valueOf(e.getMessage()) : "its opcodes do not fit";
            throw new WeightsException(source + " holds no sound pickle: " + SafetensorsHeader.shown(reason));
        }
    }

    @Override
    protected Object dispatch(short key) throws IOException {
        if (++opcodes > MOST_OPCODES) {
            throw new WeightsException(source + " has a pickle of more than " + MOST_OPCODES + " opcodes");
        }
        return switch (key) {
            case Opcodes.GLOBAL -> {
                String module = PickleUtils.readline(input);
                yield push(TorchGlobals.find(source, module, PickleUtils.readline(input), keys));
            }
            case Opcodes.INST -> {
                String module = PickleUtils.readline(input);
                TorchGlobals.find(source, module, PickleUtils.readline(input), keys);
                throw new PickleException("opcode INST is not read");
            }
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                yield push(TorchGlobals.find(source, (String) stack.pop(), name, keys));
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> call();
            case Opcodes.BUILD -> build();
            case Opcodes.BINPERSID -> push(storage(stack.pop()));
            case Opcodes.BINUNICODE -> push(text(length(4)));
            case Opcodes.BINUNICODE8 -> push(text(length(8)));
            case Opcodes.BINSTRING -> push(new String(take(length(4)), StandardCharsets.ISO_8859_1));
            case Opcodes.BINBYTES -> push(take(length(4)));
            case Opcodes.BINBYTES8 -> push(take(length(8)));
            case Opcodes.LONG4 -> push(number(length(4)));
            case Opcodes.EMPTY_DICT -> push(new LinkedHashMap<>());
            case Opcodes.EMPTY_SET -> push(new LinkedHashSet<>());
            case Opcodes.SETITEM, Opcodes.SETITEMS -> setItems(key);
            case Opcodes.APPENDS -> {
                // Overridden because the library copies the whole list each time.
                List<Object> items = stack.pop_all_since_marker();
                listBelow().addAll(items);
                yield NO_RETURN_VALUE;
            }
            case Opcodes.ADDITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                Collection<Object> set = listBelow();
                items.forEach(item -> set.add(keys.take(item)));
                yield NO_RETURN_VALUE;
            }
            case Opcodes.POP_MARK -> {
                stack.pop_all_since_marker();
                yield NO_RETURN_VALUE;
            }
            case Opcodes.PROTO,
                    Opcodes.STOP,
                    Opcodes.FRAME,
                    Opcodes.MARK,
                    Opcodes.POP,
                    Opcodes.DUP,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.LONG1,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINSTRING,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.SHORT_BINBYTES,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.LIST,
                    Opcodes.APPEND,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE -> super.dispatch(key);
            default -> throw new PickleException("opcode " + key + " is none that torch.save writes");
        };
    }

    private Object push(@Nullable Object value) {
        stack.add(value);
        return NO_RETURN_VALUE;
    }

    private Object call() {
        Object[] arguments = (Object[]) stack.pop();
        if (stack.pop() instanceof IObjectConstructor constructor) {
            count(arguments);
            return push(constructor.construct(arguments));
        }
        throw new PickleException("something is called that is no function");
    }

    /** Counts the values that a call may copy from its arguments. */
    private void count(Object[] arguments) {
        copied += arguments.length;
        for (Object argument : arguments) {
            copied += argument instanceof Collection<?> items
                    ? items.size()
                    : argument instanceof Map<?, ?> map
                            ? map.size()
                            : argument instanceof Object[] array
                                    ? array.length
                                    : argument instanceof String text
                                            ? text.length()
                                            : argument instanceof byte[] content ? content.length : 0;
        }
        if (copied > MOST_COPIED) {
            throw new PickleException("its calls copy more than " + MOST_COPIED + " values");
        }
    }

    /**
     * Sets the attributes of objects read as attribute maps and the byte order of NumPy types; other attributes are
     * ignored.
     */
    private Object build() {
        Object state = stack.pop();
        Object target = stack.peek();
        if (target instanceof Attributes attributes && state instanceof Map<?, ?> values) {
            count(new Object[] {values});
            values.forEach((key, value) -> attributes.put(keys.take(key), value));
        } else if (target instanceof NumpyType type && state instanceof Object[] values && values.length > 1) {
            type.bigEndian(">".equals(values[1]));
        } else if (!(target instanceof Map || target instanceof StoredTensor || target instanceof Opaque)) {
            throw new PickleException("a state is given to something that has none");
        }
        return NO_RETURN_VALUE;
    }

    /** Parses {@code ("storage", class, key, location, count)}; old files add a view as the sixth element. */
    private Storage storage(Object id) {
        Object[] fields = (Object[]) id;
        if (fields.length < 5 || !"storage".equals(fields[0]) || !(fields[1] instanceof StorageType type)) {
            throw new PickleException("a storage is described in an unknown way");
        }
        if (++storages > MOST_STORAGES) {
            throw new PickleException("it names more than " + MOST_STORAGES + " storages");
        }
        String key = (String) fields[2];
        if (key.length() > LONGEST_STORAGE_KEY) {
            throw new PickleException("the key of a storage has more than " + LONGEST_STORAGE_KEY + " characters");
        }
        long count = TorchGlobals.whole(fields[4]);
        if (fields.length > 5 && fields[5] instanceof Object[] view) {
            return new Storage(type.elements(), key, TorchGlobals.whole(view[1]), TorchGlobals.whole(view[2]));
        }
        return new Storage(type.elements(), key, 0, count);
    }

    @SuppressWarnings("unchecked")
    private Object setItems(short key) {
        List<Object> items = key == Opcodes.SETITEMS ? stack.pop_all_since_marker() : new ArrayList<>();
        if (key == Opcodes.SETITEM) {
            Object value = stack.pop();
            items.add(stack.pop());
            items.add(value);
        }
        Map<Object, Object> map = (Map<Object, Object>) stack.peek();
        for (int i = 0; i < items.size(); i += 2) {
            map.put(keys.take(items.get(i)), items.get(i + 1));
        }
        return NO_RETURN_VALUE;
    }

    @SuppressWarnings("unchecked")
    private Collection<Object> listBelow() {
        return (Collection<Object>) stack.peek();
    }

    private long length(int size) throws IOException {
        byte[] prefix = PickleUtils.readbytes(input, size);
        return size == 8 ? PickleUtils.bytes_to_long(prefix, 0) : PickleUtils.bytes_to_uint(prefix, 0);
    }

    private Object number(long length) throws IOException {
        byte[] digits = take(length);
        if (digits.length > LONGEST_NUMBER) {
            throw new PickleException(
                    "a whole number has " + digits.length + " bytes, but at most " + LONGEST_NUMBER + " are read");
        }
        return PickleUtils.decode_long(digits);
    }

    private String text(long length) throws IOException {
        return new String(take(length), StandardCharsets.UTF_8);
    }

    private byte[] take(long length) throws IOException {
        if (length < 0 || length > bytes.left()) {
            throw new PickleException("a text of " + length + " bytes is claimed, and " + bytes.left() + " are left");
        }
        return PickleUtils.readbytes(input, (int) length);
    }
}
