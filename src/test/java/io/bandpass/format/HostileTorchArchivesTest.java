package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.interop.CheckpointWeights;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.testing.RawTorchFile.Pickle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives and old files of PyTorch from strangers: what surrounds the pickle is not believed either. */
final class HostileTorchArchivesTest {
    private static final byte[] TWO = RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, 1, 2);
    private static final byte[] SOUND = RawTorchFile.oneTensor("FloatStorage", 2, 0, new long[] {2}, new long[] {1});

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.pth");
    }

    @Test
    void anArchiveCutShortAnywhereIsRefused() {
        byte[] whole = RawTorchFile.zip(RawTorchFile.entries(SOUND, TWO));
        for (int length = 0; length < whole.length; length += 7) {
            assertThat(refusalOfFile(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .startsWith(file.toString());
        }
    }

    @Test
    void entriesThatAreMissingOrTwiceThereAreRefused() {
        Map<String, byte[]> entries = RawTorchFile.entries(SOUND, TWO);
        entries.remove("x/data/0");
        assertThat(refusalOfFile(RawTorchFile.zip(entries))).isEqualTo(file + " lacks its entry x/data/0");
        entries.remove("x/data.pkl");
        assertThat(refusalOfFile(RawTorchFile.zip(entries)))
                .isEqualTo(file + " is no PyTorch file: its archive has 0 entries data.pkl, where one is expected");
        entries = RawTorchFile.entries(SOUND, TWO);
        entries.put("y/data.pkl", SOUND);
        assertThat(refusalOfFile(RawTorchFile.zip(entries))).contains("has 2 entries data.pkl");
        entries = RawTorchFile.entries(SOUND, TWO);
        entries.put("x/data/1", TWO);
        byte[] zip = RawTorchFile.zip(entries);
        for (int i = 0; i + 8 < zip.length; i++) {
            if (new String(zip, i, 8, StandardCharsets.US_ASCII).equals("x/data/1")) {
                zip[i + 7] = '0';
            }
        }
        assertThat(refusalOfFile(zip)).isEqualTo(file + " has two entries named x/data/0");
    }

    @Test
    void aBombIsRefusedBeforeItIsOpened() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("x/data.pkl"));
            zip.write(new byte[1 << 24]);
            zip.closeEntry();
        }
        assertThat(refusalOfFile(bytes.toByteArray()))
                .isEqualTo(file + " has the compressed entry x/data.pkl, which torch.save never writes");
    }

    @Test
    void anEntryBeyondTheFileIsRefused() {
        byte[] zip = RawTorchFile.zip(RawTorchFile.entries(SOUND, TWO));
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int changed = 0;
        for (int i = 0; i + 46 < zip.length; i++) {
            // Compressed and plain size in the central directory.
            if (buffer.getInt(i) == 0x02014b50) {
                buffer.putInt(i + 20, 0x7FFFFFF0).putInt(i + 24, 0x7FFFFFF0);
                changed++;
            }
        }
        assertThat(changed).isEqualTo(4);
        assertThat(refusalOfFile(zip)).startsWith(file.toString());
    }

    @Test
    void otherOrdersAndPrograms() {
        Map<String, byte[]> entries = RawTorchFile.entries(SOUND, TWO);
        entries.put("x/byteorder", "middle".getBytes(StandardCharsets.US_ASCII));
        assertThat(refusalOfFile(RawTorchFile.zip(entries))).contains("byte order 'middle'");
        entries = RawTorchFile.entries(SOUND, TWO);
        entries.put("x/constants.pkl", new byte[0]);
        assertThat(refusalOfFile(RawTorchFile.zip(entries))).contains("is a TorchScript program");
    }

    @Test
    void oldFilesAreCheckedToo() {
        byte[] magic = new byte[] {
            (byte) 0x80,
            2,
            (byte) 0x8a,
            10,
            0x6c,
            (byte) 0xfc,
            (byte) 0x9c,
            0x46,
            (byte) 0xf9,
            0x20,
            0x6a,
            (byte) 0xa8,
            0x50,
            0x19,
            '.'
        };
        byte[] version = new Pickle().whole(1001).stop();
        byte[] empty = new Pickle().op('}').stop();
        byte[] keys = new Pickle().op(']').text("0").op('a').stop();
        byte[] count = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(1L << 60)
                .array();
        assertThat(refusalOfFile(join(empty))).contains("is a pickle, but none that torch.save wrote");
        assertThat(refusalOfFile(join(magic, empty))).contains("of an unknown version");
        assertThat(refusalOfFile(join(magic, version, empty, SOUND, empty))).contains("lacks the list of its storages");
        assertThat(refusalOfFile(join(magic, version, empty, empty, keys))).contains("which nothing uses");
        assertThat(refusalOfFile(join(magic, version, empty, SOUND, keys, count)))
                .contains("storage 0 claims 1152921504606846976 elements of 4 bytes, and 0 bytes are left");
        assertThat(refusalOfFile(join(magic, version, empty, SOUND, keys))).contains("was cut short");
        byte[] none = new Pickle().op(']').stop();
        assertThat(refusalOfFile(join(magic, version, empty, SOUND, none))).contains("lacks storage 0");
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private String refusalOfFile(byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String[] message = new String[1];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> CheckpointWeights.read(file).close())
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        assertThat(message[0]).doesNotContain("\n").hasSizeLessThan(500);
        return message[0];
    }
}
