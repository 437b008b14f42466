package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.bandpass.format.PickleKeys;
import io.bandpass.format.Safetensors;
import io.bandpass.format.StoredObjects;
import io.bandpass.format.TorchValues.Storage;
import io.bandpass.format.WeightsException;
import io.bandpass.interop.CheckpointNaming.Family;
import io.bandpass.testing.RawSafetensors;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.testing.RawTorchFile.Pickle;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and keys that are made to take hours to look through, or to find. */
final class HostileNamesTest {
    private static final String LONG = "n".repeat(1001);

    @TempDir
    private Path folder;

    @Test
    @Timeout(20)
    void namesWithLineEndsAreLookedThroughOnce() {
        for (String part : new String[] {"rope_.", "rotary", "freqs_cis."}) {
            Set<String> names = Set.of(part.repeat(1_400_000) + "\n");
            assertThatThrownBy(() -> CheckpointSigns.refuse("x", Family.VIT, names))
                    .isInstanceOf(WeightsException.class)
                    .hasMessageContaining("rotary positions");
        }
    }

    @Test
    void aLineEndDoesNotHideAPartOfTheEncoder() {
        assertThatThrownBy(() -> CheckpointSigns.refuseInside("x", Family.VIT, List.of("blocks.0.a\nb")))
                .isInstanceOf(WeightsException.class);
    }

    @Test
    void longNamesAreRefused() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Files.write(
                file,
                RawSafetensors.file("{\"" + LONG + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0));
        assertThatThrownBy(() -> Safetensors.read(file).close())
                .isInstanceOf(WeightsException.class)
                .hasMessageEndingWith("has 1001 characters, but at most 1000 are read");
        Pickle pickle = new Pickle().op('}').text(LONG);
        assertThat(refusal(pickle.tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                        .op('s')
                        .stop()))
                .endsWith("has 1001 characters, but at most 1000 are read");
    }

    /** Fractions can have the hash of a whole number, and Java has no order between the two. */
    @Test
    void keysThatNoProgramUsesAreRefused() {
        String fraction = "a key is a number with a fraction, or one of more than 64 bits";
        assertThat(refusal(new Pickle()
                        .op('}', 'G', 63, 0, 0, 0, 0, 0, 0, 0, 'N', 's')
                        .stop()))
                .contains(fraction);
        assertThat(refusal(new Pickle()
                        .op('}', 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'N', 's')
                        .stop()))
                .contains(fraction);
    }

    @ParameterizedTest
    @ValueSource(strings = {"set items", "OrderedDict", "set"})
    void manyKeysThatAreNumbersAreRefused(String way) {
        Pickle pickle = new Pickle();
        switch (way) {
            case "OrderedDict" -> pickle.global("collections", "OrderedDict").op(']', '(');
            case "set" -> pickle.global("builtins", "set").op(']', '(');
            default -> pickle.op('}', '(');
        }
        for (int i = 0; i <= 4096; i++) {
            pickle.whole(i);
            if (way.equals("set items")) {
                pickle.op('N');
            } else if (way.equals("OrderedDict")) {
                pickle.op('N', 0x86);
            }
        }
        pickle.op(way.equals("set items") ? new int[] {'u'} : new int[] {'e', 0x85, 'R'});
        assertThat(refusal(pickle.stop())).contains("more than 4096 keys of its maps are no text");
    }

    @Test
    void keysAreCountedInAllMapsTogether() {
        PickleKeys keys = new PickleKeys();
        for (int i = 0; i < PickleKeys.MOST; i++) {
            keys.take("k");
        }
        assertThatThrownBy(() -> keys.take("k")).hasMessageContaining("more than 262144 keys");
    }

    @Test
    void storagesOfTheSameHashAreFoundAtOnce() {
        List<Storage> storages = new ArrayList<>(List.of(new Storage(ScalarType.Float, "", 0, 1)));
        for (int half = 0; half < 15; half++) {
            List<Storage> longer = new ArrayList<>();
            for (Storage storage : storages) {
                longer.add(new Storage(ScalarType.Float, storage.key() + "Aa", 0, 1));
                longer.add(new Storage(ScalarType.Float, storage.key() + "BB", 0, 1));
            }
            storages = longer;
        }
        List<Object> root = Collections.unmodifiableList(new ArrayList<>(storages));
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> StoredObjects.storages(root)))
                .hasSize(1 << 15);
    }

    @Test
    void tooManyStoragesAreRefused() {
        Pickle pickle = new Pickle().op('(');
        pickle.text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .op('K', 2, 't', 'q', 0, '0');
        for (int i = 0; i <= 1 << 15; i++) {
            pickle.op('h', 0, 'Q', '0');
        }
        assertThat(refusal(pickle.op('N').stop())).contains("it names more than 32768 storages");
    }

    @Test
    void whatOptimizersNumberIsRead() {
        Pickle pickle = new Pickle().op('}').text("optimizer").op('}', '(');
        for (int i = 0; i < 1000; i++) {
            pickle.whole(140_000_000_000_000L + i).op('N');
        }
        pickle.op('u', 's').text("t").tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1});
        assertThatCode(() -> read(pickle.op('s').stop())).doesNotThrowAnyException();
    }

    private void read(byte[] pickle) throws IOException {
        Path file = folder.resolve("x.pth");
        byte[] values = RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, 1, 2);
        Files.write(file, RawTorchFile.zip(RawTorchFile.entries(pickle, values)));
        CheckpointWeights.read(file).close();
    }

    private String refusal(byte[] pickle) {
        String[] message = new String[1];
        assertThatExceptionOfType(WeightsException.class)
                .isThrownBy(() -> read(pickle))
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }
}
