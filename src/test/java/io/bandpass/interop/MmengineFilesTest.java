package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.format.WeightsException;
import io.bandpass.testing.RawTorchFile;
import io.bandpass.testing.RawTorchFile.Pickle;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What mmengine stores beside weights: classes, its configuration as text, and logs that are objects of its own. */
final class MmengineFilesTest {
    private static final int MARK = '(';
    private static final int EMPTY_DICT = '}';
    private static final int EMPTY_LIST = ']';
    private static final int EMPTY_TUPLE = ')';
    private static final int SETITEM = 's';
    private static final int APPEND = 'a';
    private static final int TUPLE = 't';
    private static final int REDUCE = 'R';
    private static final int NEWOBJ = 0x81;
    private static final int BUILD = 'b';

    @TempDir
    private Path folder;

    private Path written(Pickle pickle) throws IOException {
        return RawTorchFile.write(
                folder.resolve("x.pth"), pickle.stop(), RawTorchFile.floats(ByteOrder.LITTLE_ENDIAN, 1, 2));
    }

    private static Pickle start() {
        return new Pickle()
                .op(EMPTY_DICT)
                .text("state_dict")
                .op(EMPTY_DICT)
                .text("decode_head.conv_seg.bias")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .op(SETITEM, SETITEM);
    }

    /** An empty array and its state, as NumPy pickles it. */
    private static Pickle array(Pickle pickle) {
        return pickle.global("numpy.core.multiarray", "_reconstruct")
                .op(MARK)
                .global("numpy", "ndarray")
                .tuple(0)
                .text("b")
                .op(TUPLE, REDUCE)
                .op(MARK)
                .whole(1)
                .tuple(0)
                .global("numpy", "dtype")
                .op(MARK)
                .text("f8")
                .op(0x89, 0x88, TUPLE, REDUCE)
                .op(0x89)
                .text("")
                .op(TUPLE, BUILD);
    }

    @Test
    void logsArePassedOver() throws IOException {
        Pickle pickle = start().text("message_hub")
                .op(EMPTY_DICT)
                .text("train/loss")
                .global("mmengine.logging.history_buffer", "HistoryBuffer")
                .op(EMPTY_TUPLE, NEWOBJ, EMPTY_DICT)
                .text("_log_history");
        array(pickle)
                .op(SETITEM)
                .text("min")
                .global("__builtin__", "getattr")
                .op(MARK)
                .global("mmengine.logging.history_buffer", "HistoryBuffer")
                .text("min")
                .op(TUPLE, REDUCE, SETITEM, BUILD)
                .op(SETITEM, SETITEM);
        pickle.text("meta")
                .op(EMPTY_DICT)
                .text("dataset_meta")
                .op(EMPTY_DICT)
                .text("classes")
                .op(MARK)
                .text("sea")
                .text("land")
                .op(TUPLE, SETITEM)
                .text("palette")
                .op(EMPTY_LIST)
                .tuple(1, 2, 3)
                .op(APPEND)
                .tuple(255, 0, 16)
                .op(APPEND, SETITEM, SETITEM)
                .text("cfg")
                .text("""
                        model = dict(
                            backbone=dict(
                                out_indices=(
                                    2,
                                    5,
                                    8,
                                    11,
                                ),
                                num_heads=12,
                                type='BEiT'),
                            test_cfg=dict(crop_size=(640, 640), mode='slide', stride=(426, 426)))
                        data = dict(crop_size=(640, 640), x_stride=(7, 7), strides=(1, 2), num=3)
                        other = dict(mode='max', y=[4])
                        """)
                .op(SETITEM, SETITEM);
        try (CheckpointWeights checkpoint = CheckpointWeights.read(written(pickle))) {
            assertThat(checkpoint.tensors().get("decode_head.conv_seg.bias").size(0))
                    .isEqualTo(2);
            assertThat(checkpoint.meta().words("dataset_meta.classes")).containsExactly("sea", "land");
            assertThat(checkpoint.meta().colours("dataset_meta.palette")).containsExactly(0x010203, 0xFF0010);
            StoredConfigText text = StoredConfigText.of(checkpoint.meta());
            assertThat(text.numbers("out_indices")).containsExactly(2, 5, 8, 11);
            assertThat(text.numbers("crop_size")).containsExactly(640, 640);
            assertThat(text.numbers("stride")).containsExactly(426, 426);
            assertThat(text.numbers("strides")).containsExactly(1, 2);
            assertThat(text.number("num_heads")).hasValue(12);
            assertThat(text.number("heads")).isEmpty();
            assertThat(text.word("mode")).as("two modes").isEmpty();
            assertThat(text.word("type")).hasValue("BEiT");
        }
    }

    @Test
    void otherObjectsAreRefusedAsBefore() throws IOException {
        Path file =
                written(start().text("x").global("mmengine.runner", "Runner").op(EMPTY_TUPLE, NEWOBJ, SETITEM));
        assertThatThrownBy(() -> CheckpointWeights.read(file))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("names mmengine.runner.Runner, which is not on the list");
    }

    /** What is passed over is no value: it cannot be called, nor can anything be put into it. */
    @Test
    void whatIsPassedOverHoldsNothing() throws IOException {
        Path called = written(
                start().text("x").global("builtins", "getattr").op(EMPTY_TUPLE, REDUCE, EMPTY_TUPLE, REDUCE, SETITEM));
        assertThatThrownBy(() -> CheckpointWeights.read(called))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("something is called that is no function");
        Path filled = written(start().text("x")
                .global("builtins", "getattr")
                .op(EMPTY_TUPLE, REDUCE)
                .text("key")
                .text("value")
                .op(SETITEM, SETITEM));
        assertThatThrownBy(() -> CheckpointWeights.read(filled)).isInstanceOf(WeightsException.class);
    }
}
