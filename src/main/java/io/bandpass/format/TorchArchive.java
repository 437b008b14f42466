package io.bandpass.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code torch.save} since PyTorch 1.6: a zip archive of uncompressed entries, {@code data.pkl} with the
 * objects, {@code data/KEY} with the values of each storage, {@code byteorder} with their byte order.
 */
public final class TorchArchive implements TorchStorages {
    private static final String PICKLE = "data.pkl";

    private final String source;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new HashMap<>();
    private final String root;
    private final boolean bigEndian;

    private TorchArchive(Path file, ZipFile zip) throws IOException {
        source = file.toString();
        this.zip = zip;
        long left = Files.size(file);
        for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
            String name = SafetensorsHeader.shown(entry.getName());
            if (entries.put(entry.getName(), entry) != null) {
                throw new WeightsException(source + " has two entries named " + name);
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                throw new WeightsException(
                        source + " has the compressed entry " + name + ", which torch.save never writes");
            }
            left -= entry.getSize();
            if (entry.getSize() < 0 || left < 0) {
                throw new WeightsException(source + " has entries of more bytes than the file, up to " + name);
            }
        }
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw new WeightsException(source + " is no PyTorch file: its archive has " + pickles.size()
                    + " entries data.pkl, where one is expected");
        }
        root = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
        if (entries.containsKey(root + "constants.pkl")) {
            throw new WeightsException(
                    source + " is a TorchScript program; save the state_dict of the model with torch.save instead");
        }
        bigEndian = readsBigEndian();
    }

    /**
     * Opens an archive.
     *
     * @throws WeightsException if it is malformed
     */
    public static TorchArchive open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException | IllegalArgumentException e) {
            throw unsound(file.toString(), e);
        }
        try {
            return new TorchArchive(file, zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static WeightsException unsound(String source, Exception reason) {
        return new WeightsException(source + " is no sound PyTorch file, or was cut short: "
                + SafetensorsHeader.shown(String.valueOf(reason.getMessage())));
    }

    private boolean readsBigEndian() throws IOException {
        ZipEntry order = entries.get(root + "byteorder");
        if (order == null) {
            return false;
        }
        String word = new String(content(order, 16), StandardCharsets.US_ASCII).trim();
        return switch (word) {
            case "little" -> false;
            case "big" -> true;
            default ->
                throw new WeightsException(source + " has the byte order '" + SafetensorsHeader.shown(word)
                        + "', which is neither little nor big");
        };
    }

    /** Unpickles the saved objects. */
    @Nullable
    public Object objects() throws IOException {
        ZipEntry pickle = entry(root + PICKLE);
        return TorchUnpickler.read(source, new PickleInput(source, content(pickle, PickleInput.LARGEST)));
    }

    private ZipEntry entry(String name) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw new WeightsException(source + " lacks its entry " + SafetensorsHeader.shown(name));
        }
        return entry;
    }

    private byte[] content(ZipEntry entry, long most) throws IOException {
        if (entry.getSize() > most) {
            throw new WeightsException(source + ": " + SafetensorsHeader.shown(entry.getName()) + " has "
                    + entry.getSize() + " bytes, but at most " + most + " are read");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) entry.getSize());
        try (Bytes bytes = bytes(entry, 0)) {
            bytes.read(buffer);
        }
        return buffer.array();
    }

    @Override
    public long size(String key) {
        return entry(root + "data/" + key).getSize();
    }

    @Override
    public Bytes open(String key, long from) throws IOException {
        return bytes(entry(root + "data/" + key), from);
    }

    private Bytes bytes(ZipEntry entry, long from) throws IOException {
        InputStream stream;
        try {
            stream = zip.getInputStream(entry);
            stream.skipNBytes(from);
        } catch (ZipException | java.io.EOFException e) {
            throw unsound(source, e);
        }
        ReadableByteChannel channel = Channels.newChannel(stream);
        return new Bytes() {
            @Override
            public void read(ByteBuffer buffer) throws IOException {
                try {
                    while (buffer.hasRemaining()) {
                        if (channel.read(buffer) < 0) {
                            throw SafetensorsHeader.cutShort(source);
                        }
                    }
                } catch (ZipException | java.io.EOFException e) {
                    throw unsound(source, e);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public boolean isBigEndian() {
        return bigEndian;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
