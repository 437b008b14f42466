package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that do not fit, folders that are not empty, and what a person must say. */
final class WeightsImportRefusalsTest {
    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void whatIsMissingOrLeftOverIsRefusedUnlessAPartIsEnough() throws Exception {
        Path file = changed(state -> {
            state.put("surprise", Objects.requireNonNull(state.get("norm.weight")));
            state.remove("blocks.0.norm1.bias");
        });
        assertThat(refusal(WeightsImport.of(file, out()).heads(3)))
                .startsWith(file + " is not of this model: 1 of its 34 tensors are missing, and 1 are unexpected")
                .contains("missing    blocks.0.norm1.bias")
                .contains("unexpected surprise");
        assertThat(out()).doesNotExist();

        List<String> lines =
                WeightsImport.of(file, out()).heads(3).partial(true).run().lines();
        assertThat(lines)
                .contains("33/34 tensors loaded from " + file)
                .contains("  missing    blocks.0.norm1.bias", "  unexpected surprise")
                .contains("what is missing has its starting values");
        try (TensorFile encoder = Safetensors.read(out().resolve("encoder.safetensors"))) {
            assertThat(Golden.largest(encoder.get("blocks.0.norm1.bias"))).isZero();
            assertThat(encoder.names()).doesNotContain("surprise");
        }
    }

    @Test
    void anotherShapeIsRefusedUnlessAPartIsEnough() throws Exception {
        Path file = changed(state -> state.put("blocks.1.norm2.bias", Tensors.zeros(ScalarType.Float, 5)));
        assertThat(refusal(WeightsImport.of(file, out()).heads(3)))
                .isEqualTo(file + ": tensor blocks.1.norm2.bias has the shape [5], where this model has [24]");
        assertThat(WeightsImport.of(file, out()).heads(3).partial(true).run().lines())
                .contains("  missing    blocks.1.norm2.bias", "  unexpected blocks.1.norm2.bias of another shape, [5]");
    }

    @Test
    void aFileOfOneOfManyBlocksIsNoPart() throws Exception {
        Path file = folder.resolve("x.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = new LinkedHashMap<>();
            state.put("patch_embed.proj.weight", Tensors.zeros(ScalarType.Float, 3000, 3, 1, 1));
            state.put("blocks.0.mlp.fc1.weight", Tensors.zeros(ScalarType.Float, 3000, 1));
            state.put("blocks.0.attn.qkv.weight", Tensors.zeros(ScalarType.Float, 1, 1));
            Safetensors.write(file, state, Map.of());
            assertThat(refusal(WeightsImport.of(file, out()).partial(true)))
                    .contains("has the shape [1, 1], where the other tensors ask for [9000, 3000]");
            state.put("blocks.0.attn.qkv.weight", Tensors.zeros(ScalarType.Float, 9000, 3000));
            state.put("blocks.0.mlp.fc1.weight", Tensors.zeros(ScalarType.Float, 30000, 3000));
            state.put("blocks.1.attn.qkv.weight", Tensors.zeros(ScalarType.Float, 9000, 3000));
            Safetensors.write(file, state, Map.of());
        }
        assertThat(refusal(WeightsImport.of(file, out()).heads(3).imageSize(4).partial(true)))
                .contains("holds less than half of its encoder");
    }

    private interface Change {
        void of(Map<String, Tensor> state);
    }

    /** The ViT of timm, changed. */
    private Path changed(Change change) throws Exception {
        Path file = folder.resolve("changed.safetensors");
        try (PointerScope scope = new PointerScope();
                CheckpointWeights foreign = CheckpointWeights.read(ForeignFiles.path("vit-legacy-views.pth"))) {
            Map<String, Tensor> state = new LinkedHashMap<>(foreign.tensors().all());
            change.of(state);
            Safetensors.write(file, state, Map.of());
        }
        return file;
    }

    @Test
    void headsThatNothingShowsMustBeSaid() {
        assertThat(refusal(WeightsImport.of(ForeignFiles.path("vit.pth"), out())))
                .contains("the file does not say it, and width 24 is none of the usual ones; give it with `heads`");
        assertThat(refusal(WeightsImport.of(ForeignFiles.path("vit.pth"), out()).heads(5)))
                .contains("encoder.heads is 5, but must be a divisor of encoder.width 24");
        assertThat(refusal(
                        WeightsImport.of(ForeignFiles.path("beit.pth"), out()).heads(4)))
                .contains("`heads` is 4, but the file has tables for 2");
    }

    @Test
    void aFolderThatIsNotEmptyIsLeftAlone() throws Exception {
        Files.createDirectories(out());
        Files.writeString(out().resolve("notes.txt"), "mine");
        WeightsImport job = WeightsImport.of(ForeignFiles.path("beit.pth"), out());
        assertThat(refusal(job)).isEqualTo(out() + " is not empty: use `overwrite`, or another `out`");
        job.overwrite(true).run();
        assertThat(out().resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void theFullModelOfAnEarlierImportDoesNotStayBesideAnotherEncoder() throws Exception {
        WeightsImport.of(Golden.path("official_ckpt.pth"), out()).run();
        WeightsImport.of(ForeignFiles.path("beit.pth"), out()).overwrite(true).run();
        assertThat(out().resolve("full.safetensors")).doesNotExist();
    }

    /** Commands take a classifier first, and would go on with the earlier one. */
    @Test
    void theClassifierOfAnEarlierModelDoesNotStayBesideAnotherEncoder() throws Exception {
        Path earlier = Files.createDirectories(out()).resolve("classifier.safetensors");
        Files.writeString(earlier, "earlier");
        assertThat(refusal(WeightsImport.of(ForeignFiles.path("vit.pth"), out()).overwrite(true)))
                .contains("`heads`");
        assertThat(earlier).exists();
        WeightsImport.of(ForeignFiles.path("beit.pth"), out()).overwrite(true).run();
        assertThat(earlier).doesNotExist();
        Files.writeString(earlier, "earlier");
        WeightsImport.of(Golden.path("official_ckpt.pth"), out())
                .overwrite(true)
                .run();
        assertThat(earlier).doesNotExist();
        assertThat(out().resolve("full.safetensors")).exists();
    }

    /** Other programs have a key for their configuration too. */
    @Test
    void aConfigurationInTheMetadataMakesNoFileOurs() throws Exception {
        Path file = folder.resolve("other.safetensors");
        try (PointerScope scope = new PointerScope();
                CheckpointWeights foreign = CheckpointWeights.read(ForeignFiles.path("beit.pth"))) {
            Safetensors.write(file, foreign.tensors().all(), Map.of("config", "{}", "format", "pt"));
        }
        WeightsImport.of(file, out()).run();
        assertThat(out().resolve("encoder.safetensors")).exists();
    }

    @Test
    void biasesOfOtherAxesHaveASentence() throws Exception {
        for (long[] shape : new long[][] {{}, {2, 24}}) {
            Path file = changed(state -> {
                state.remove("blocks.0.attn.qkv.bias");
                state.put("blocks.0.attn.q_bias", Tensors.zeros(ScalarType.Float, 24));
                state.put("blocks.0.attn.v_bias", Tensors.zeros(ScalarType.Float, shape));
            });
            assertThat(refusal(WeightsImport.of(file, out()).heads(3))).contains("blocks.0.attn.v_bias");
        }
    }

    @Test
    void emptyTablesOfPositionsHaveASentence() throws Exception {
        for (long[] shape : new long[][] {{1, 26, 0}, {1, (1L << 40) + 1, 0}, {1, 0, 24}, {1, 1, 24}}) {
            Path file = changed(state -> state.put("pos_embed", Tensors.zeros(ScalarType.Float, shape)));
            assertThat(refusal(WeightsImport.of(file, out()).heads(3))).contains("pos_embed");
        }
    }

    @Test
    void ourOwnFilesNeedNoImport() throws Exception {
        WeightsImport.of(ForeignFiles.path("beit.pth"), out()).run();
        assertThat(refusal(WeightsImport.of(out().resolve("encoder.safetensors"), folder.resolve("b"))))
                .endsWith("is a weights file of Bandpass already; name it with `weights`");
        assertThat(Arrays.stream(Objects.requireNonNull(folder.toFile().list())))
                .doesNotContain("b");
    }

    private static String refusal(WeightsImport job) {
        String[] message = new String[1];
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(job::run)
                .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
        return message[0];
    }
}
