package io.bandpass.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.interop.CheckpointWeights;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.testing.RawTorchFile.Pickle;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where programs put the weights in a file, and what they put beside them. */
final class StoredStatesTest {
    private static final byte[] STORAGE = RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, new float[64]);

    @TempDir
    private Path folder;

    private static Pickle tensor(Pickle pickle, String name) {
        return pickle.text(name)
                .tensor("FloatStorage", "0", 64, 0, new long[] {2}, new long[] {1})
                .op('s');
    }

    /** A map of so many tensors below a key. */
    private static Pickle state(Pickle pickle, String key, int tensors) {
        pickle.text(key).op('}');
        for (int i = 0; i < tensors; i++) {
            tensor(pickle, key + "." + i);
        }
        return pickle.op('s');
    }

    private CheckpointWeights read(Pickle pickle) throws IOException {
        return CheckpointWeights.read(RawTorchFile.write(folder.resolve("x.pth"), pickle.stop(), STORAGE));
    }

    /** As PyTorch's own example for ImageNet writes them. */
    @ParameterizedTest
    @ValueSource(strings = {"best_acc1", "rng_state", "loss", "a_last"})
    void looseTensorsDoNotHideAState(String loose) throws IOException {
        Pickle before = state(tensor(new Pickle().op('}'), loose), "state_dict", 5);
        try (CheckpointWeights weights = read(before)) {
            assertThat(weights.foundUnder()).isEqualTo("state_dict");
            assertThat(weights.tensors().names()).hasSize(5).doesNotContain(loose);
        }
        try (CheckpointWeights weights = read(tensor(state(new Pickle().op('}'), "model", 5), loose))) {
            assertThat(weights.foundUnder()).isEqualTo("model");
        }
    }

    @Test
    void fewTensorsBelowAKeyDoNotHideAState() throws IOException {
        Pickle pickle = state(state(new Pickle().op('}'), "model", 1), "state_dict", 6);
        try (CheckpointWeights weights = read(pickle)) {
            assertThat(weights.foundUnder()).isEqualTo("state_dict");
        }
        Pickle top = state(new Pickle().op('}'), "module", 1);
        for (int i = 0; i < 6; i++) {
            tensor(top, "t" + i);
        }
        try (CheckpointWeights weights = read(top)) {
            assertThat(weights.foundUnder()).isEmpty();
        }
    }

    @Test
    void aStateOneLevelDeeperIsFound() throws IOException {
        Pickle pickle = state(new Pickle().op('}').text("model").op('}'), "state_dict", 3)
                .op('s');
        try (CheckpointWeights weights = read(pickle)) {
            assertThat(weights.foundUnder()).isEqualTo("model.state_dict");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict_ema", "model_ema", "ema", "ema_state_dict", "model_ema_state_dict"})
    void averagesThatArePassedOverAreNamed(String key) throws IOException {
        Pickle pickle = state(state(new Pickle().op('}'), "state_dict", 5), key, 5);
        try (CheckpointWeights weights = read(pickle)) {
            assertThat(weights.foundUnder()).isEqualTo("state_dict");
            assertThat(weights.passedOver()).containsExactly(key);
        }
    }

    @Test
    void averagesAloneAreTaken() throws IOException {
        try (CheckpointWeights weights = read(state(new Pickle().op('}'), "model_ema", 5))) {
            assertThat(weights.foundUnder()).isEqualTo("model_ema");
            assertThat(weights.passedOver()).isEmpty();
        }
    }

    /** MultiStepLR keeps its milestones in a Counter, and arguments may name a device. */
    @Test
    void whatSchedulersAndArgumentsAreMadeOfIsRead() throws IOException {
        Pickle pickle = state(new Pickle().op('}'), "state_dict", 2)
                .text("milestones")
                .global("collections", "Counter")
                .op('}', 'K', 30, 'K', 1, 's', 0x85, 'R', 's')
                .text("device")
                .global("torch", "device")
                .text("cuda")
                .op('K', 0, 0x86, 'R', 's')
                .text("other device")
                .raw("ctorch\ndevice\n".getBytes(StandardCharsets.US_ASCII))
                .text("cpu")
                .op(0x85, 'R', 's');
        try (CheckpointWeights weights = read(pickle)) {
            assertThat(weights.tensors().names()).hasSize(2);
        }
    }
}
