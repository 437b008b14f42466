package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.format.TorchWriter;
import io.bandpass.nn.Normalisation;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.SegmenterWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segmentation models under the names of other programs give the golden logits, and go back under the same names. */
final class SegmenterImportTest {
    private static final double TOLERANCE = 2e-5;
    private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> STD = List.of(0.229, 0.224, 0.225);

    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    private Path written(Map<String, Tensor> state) throws IOException {
        Path file = folder.resolve("x.pth");
        TorchWriter.write(file, state, "meta", ForeignSegmenters.meta());
        return file;
    }

    private double difference(Tensor images, Tensor expected) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                SegmenterWeights weights = SegmenterWeights.open(out());
                Normalisation normalisation = new Normalisation(MEAN, STD, new Device("cpu"))) {
            Tensor logits = weights.segmenter().logits(normalisation.apply(normalisation.unit(images)));
            return Golden.largestDifference(logits, expected);
        }
    }

    private void assertSameBack(Map<String, Tensor> state) throws IOException {
        Path back = folder.resolve("back.pth");
        WeightsExport.write(out(), "mmsegmentation", back, false);
        try (CheckpointWeights checkpoint = CheckpointWeights.read(back)) {
            assertThat(checkpoint.tensors().names()).isEqualTo(state.keySet());
            state.forEach((name, tensor) -> assertThat(
                            Golden.largestDifference(checkpoint.tensors().get(name), tensor))
                    .as(name)
                    .isZero());
            assertThat(checkpoint.meta().words("CLASSES")).startsWith("table").hasSize(5);
            assertThat(checkpoint.meta().words("dataset_meta.classes"))
                    .startsWith("table")
                    .hasSize(5);
            assertThat(checkpoint.meta().colours("PALETTE"))
                    .startsWith(0x787878)
                    .endsWith(0x04C8FF);
        }
    }

    @Test
    void namesOfBeit() throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation")) {
            Map<String, Tensor> state = ForeignSegmenters.beit(golden);
            List<String> lines =
                    WeightsImport.of(written(state), out()).heads(4).run().lines();
            assertThat(lines).anyMatch(line -> line.contains("after which blocks the head reads its maps"));
            assertThat(difference(golden.get("vit.img_u8"), golden.get("vit.logits")))
                    .isLessThan(TOLERANCE);
            try (SegmenterWeights weights = SegmenterWeights.open(out())) {
                assertThat(weights.description().classes().names()).contains("saucer");
                assertThat(weights.description().classes().colours()).startsWith(0x787878, 0xB47878);
                assertThat(weights.description().classes().values()).containsExactly(0, 1, 2, 3, 4);
                assertThat(weights.description().validate().mode()).hasToString("slide");
                assertThat(weights.description().validate().cropOr(64)).isEqualTo(64);
                assertThat(weights.description().validate().strideOr(64)).isEqualTo(42);
            }
            state.keySet().removeIf(name -> name.contains("fc_norm"));
            assertSameBack(state);
        }
    }

    @Test
    void namesOfMmsegmentationsVit() throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation")) {
            Map<String, Tensor> state = ForeignSegmenters.mmsegmentationVit(ForeignSegmenters.beit(golden));
            WeightsImport.of(written(state), out()).heads(4).run();
            assertThat(difference(golden.get("vit.img_u8"), golden.get("vit.logits")))
                    .isLessThan(TOLERANCE);
            try (SegmenterWeights weights = SegmenterWeights.open(out())) {
                assertThat(weights.description().head().levels()).containsExactly(0, 1, 2, 3);
                assertThat(weights.description().head().auxiliaryLevel()).isEqualTo(3);
            }
            assertSameBack(state);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"authors", "mmsegmentation"})
    void namesOfSwin(String program) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = ForeignSegmenters.models()) {
            Map<String, Tensor> authors = ForeignSegmenters.swin(golden);
            Map<String, Tensor> state =
                    program.equals("authors") ? authors : ForeignSegmenters.mmsegmentationSwin(authors);
            WeightsImport.of(written(state), out()).run();
            assertThat(difference(golden.get("img_u8"), golden.get("swin.logits")))
                    .isLessThan(TOLERANCE);
            assertThat(difference(golden.get("odd_img_u8"), golden.get("swin.odd_logits")))
                    .isLessThan(TOLERANCE);
            try (SegmenterWeights weights = SegmenterWeights.open(out())) {
                assertThat(weights.description().validate().mode()).hasToString("whole");
                assertThat(weights.description().validate().resize()).containsExactly(2048, 512);
                assertThat(weights.description().head().auxiliaryWidth()).isEqualTo(12);
            }
            assertSameBack(state);
        }
    }

    @Test
    void namesOfResnet() throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = ForeignSegmenters.models()) {
            Map<String, Tensor> state = ForeignSegmenters.authors(golden, "resnet.state.");
            WeightsImport.of(written(state), out()).run();
            assertThat(difference(golden.get("img_u8"), golden.get("resnet.logits")))
                    .isLessThan(TOLERANCE);
            assertThat(difference(golden.get("odd_img_u8"), golden.get("resnet.odd_logits")))
                    .isLessThan(TOLERANCE);
            assertSameBack(state);
        }
    }

    /** As DistributedDataParallel and averaging name tensors, in safetensors, without auxiliary head and counters. */
    @Test
    void wrappersAndWhatIsMissingDoNotMatter() throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = ForeignSegmenters.models()) {
            Map<String, Tensor> state = new TreeMap<>();
            ForeignSegmenters.swin(golden).forEach((name, tensor) -> {
                if (!name.startsWith("auxiliary_head") && !name.endsWith("num_batches_tracked")) {
                    state.put("module." + name, tensor);
                }
            });
            state.put(
                    "module.ema_backbone_norm0_weight",
                    Tensors.zeros(org.bytedeco.pytorch.global.torch.ScalarType.Float, 6));
            Path file = folder.resolve("x.safetensors");
            Safetensors.write(file, state, Map.of());
            List<String> lines = WeightsImport.of(file, out()).run().lines();
            assertThat(lines).anyMatch(line -> line.contains("counters of batches"));
            assertThat(difference(golden.get("img_u8"), golden.get("swin.logits")))
                    .isLessThan(TOLERANCE);
            try (SegmenterWeights weights = SegmenterWeights.open(out())) {
                assertThat(weights.description().classes().names()).startsWith("class 0", "class 1");
                assertThat(weights.description().head().hasAuxiliary()).isFalse();
            }
            assertThat(Files.exists(out().resolve("encoder.safetensors"))).isFalse();
        }
    }
}
