package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchWriter;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segmentation checkpoints that are something else than they seem are refused in one sentence. */
final class SegmenterRefusalsTest {
    private static final String CLASSIFIER = "decode_head.conv_seg.";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("x.pth");
    }

    private String refusal(Map<String, ?> meta, Consumer<Map<String, Tensor>> change) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = ForeignSegmenters.models()) {
            Map<String, Tensor> state = ForeignSegmenters.authors(golden, "resnet.state.");
            change.accept(state);
            TorchWriter.write(file(), state, "meta", meta);
        }
        String[] message = new String[1];
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(
                        () -> WeightsImport.of(file(), folder.resolve("out")).run())
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        assertThat(folder.resolve("out")).doesNotExist();
        return message[0];
    }

    private String refusal(Consumer<Map<String, Tensor>> change) throws IOException {
        return refusal(ForeignSegmenters.meta(), change);
    }

    private static Tensor zeros(long... shape) {
        return Tensors.zeros(ScalarType.Float, shape);
    }

    private static void rename(Map<String, Tensor> state, String from, String to) {
        for (String name : List.copyOf(state.keySet())) {
            if (name.startsWith(from)) {
                state.put(to + name.substring(from.length()), Objects.requireNonNull(state.remove(name)));
            }
        }
    }

    @Test
    void headsOfOtherKinds() throws IOException {
        assertThat(refusal(state -> state.keySet().removeIf(name -> name.startsWith("decode_head"))))
                .isEqualTo(file() + " holds a segmentation model without its head: there is"
                        + " auxiliary_head.conv_seg.bias, but nothing named decode_head.*");
        assertThat(refusal(state -> state.keySet().removeIf(name -> name.contains("lateral_convs"))))
                .isEqualTo(file() + " holds a segmentation model whose head is not UperNet's: it lacks"
                        + " decode_head.lateral_convs.0.conv.weight, and only UperNet can be imported");
        assertThat(refusal(state -> state.keySet().removeIf(name -> name.startsWith("backbone"))))
                .contains("no encoder for them, whose tensors would be named backbone.*");
        assertThat(refusal(state ->
                        state.keySet().removeIf(name -> name.contains("decode_head") && name.contains(".bn."))))
                .contains("has a head whose convolutions have neither batch norm nor group norm");
    }

    @Test
    void groupNormsOfOtherGroups() throws IOException {
        Consumer<Map<String, Tensor>> change = state -> {
            state.keySet().removeIf(name -> name.contains("decode_head") && name.contains(".bn."));
            state.put("decode_head.fpn_bottleneck.gn.weight", zeros(16));
        };
        assertThat(refusal(change))
                .isEqualTo(file() + " has a head with group norm of 32 groups of 16 channels, but only 32 groups of at"
                        + " least 4 channels each can be read");
    }

    @Test
    void encodersAndNecksOfOtherKinds() throws IOException {
        assertThat(refusal(state -> rename(state, "backbone.conv1.", "backbone.stem.0.")))
                .contains("holds a ResNet whose stem is three convolutions");
        assertThat(refusal(state -> state.put("neck.lateral_convs.0.conv.weight", zeros(8, 8, 1, 1))))
                .contains("has a neck that is none of UperNet's here: its tensor neck.lateral_convs.0.conv.weight");
        assertThat(refusal(state -> rename(state, "backbone.layer", "backbone.block")))
                .contains("holds no encoder of a known kind");
        assertThat(refusal(state -> {
                    state.keySet().removeIf(name -> name.startsWith("backbone"));
                    state.put("backbone.layers.0.attn.attn.in_proj_weight", zeros(3, 1));
                    state.put("backbone.ln1.weight", zeros(1));
                }))
                .contains("by backbone.ln1; only maps without a norm can be read");
    }

    @Test
    void shapesThatDoNotFit() throws IOException {
        assertThat(refusal(state -> state.put(CLASSIFIER + "weight", zeros(5, 17, 1, 1))))
                .isEqualTo(file() + ": tensor decode_head.conv_seg.weight has the shape [5, 17, 1, 1], where the other"
                        + " tensors ask for [5, 16, 1, 1]");
        assertThat(refusal(state -> state.put("decode_head.lateral_convs.1.conv.weight", zeros(16, 15, 1, 1))))
                .contains(
                        "tensor decode_head.lateral_convs.1.conv.weight has the shape [16, 15, 1, 1], where this model"
                                + " has [16, 16, 1, 1]");
        assertThat(refusal(state -> state.put("auxiliary_head.convs.0.conv.weight", zeros(12, 7, 3, 3))))
                .contains("auxiliary_head.convs.0.conv.weight takes 7 channels, but the maps of its encoder have"
                        + " [8, 16, 24, 32]");
        assertThat(refusal(state -> state.put(CLASSIFIER + "weight", zeros(5))))
                .contains("tensor decode_head.conv_seg.weight has the shape [5], where one of 4 axes is expected");
    }

    @Test
    void classesThatTheHeadDoesNotHave() throws IOException {
        assertThat(refusal(Map.of("CLASSES", List.of("road", "rest")), state -> {}))
                .isEqualTo(file() + " names 2 classes, but its head decode_head.conv_seg tells 5 apart");
    }
}
