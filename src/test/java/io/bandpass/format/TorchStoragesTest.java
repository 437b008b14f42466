package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.format.TorchValues.Storage;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Values that a file really holds, as a sparse one does, and for which there is no memory. */
final class TorchStoragesTest {
    private static final class Huge implements TorchStorages {
        @Override
        public long size(String key) {
            return Long.MAX_VALUE;
        }

        @Override
        public Bytes open(String key, long from) {
            throw new AssertionError("nothing is to be read");
        }

        @Override
        public boolean isBigEndian() {
            return false;
        }

        @Override
        public void close() {}
    }

    @Test
    void memoryThatIsNotThereHasASentence() {
        Storage storage = new Storage(ScalarType.Float, "0", 0, 1L << 55);
        assertThatThrownBy(() -> new Huge().read("x.pth", storage).close())
                .isInstanceOf(WeightsException.class)
                .hasMessage("x.pth: there is no memory for storage 0 of " + (1L << 57) + " bytes");
    }
}
