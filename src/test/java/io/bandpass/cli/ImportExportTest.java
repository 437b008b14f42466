package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.testing.ForeignFiles;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import io.bandpass.testing.RawTorchFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands import and export, and that others take what they write. */
final class ImportExportTest {
    @TempDir
    private Path folder;

    @Test
    void anImportedModelIsUsedByFolder() throws Exception {
        Path weights = folder.resolve("weights");
        Said imported = Said.by("import", Golden.path("official_ckpt.pth"), "--out", weights);
        assertThat(imported.error()).isEmpty();
        assertThat(imported.exitCode()).isZero();
        assertThat(imported.out())
                .contains("32/32 tensors loaded")
                .contains("written: " + weights.resolve("encoder.safetensors"))
                .contains("written: " + weights.resolve("full.safetensors"));

        Path photos = folder.resolve("photos");
        for (String name : List.of("ant/1.png", "ant/2.png", "bee/1.png")) {
            Images.write(photos.resolve(name), 1, 40, 40);
        }
        Path pictures = folder.resolve("pictures");
        assertThat(Said.by("reconstruct", "--weights", weights, "--images", photos, "--out", pictures)
                        .exitCode())
                .isZero();
        assertThat(pictures).isNotEmptyDirectory();
        Said knn = Said.by("knn", "--weights", weights, "--train", photos, "--test", photos, "--device", "cpu");
        assertThat(knn.exitCode()).isZero();
        assertThat(knn.out()).contains("kNN top-1");
        Path exported = folder.resolve("timm.safetensors");
        Said said = Said.by("export", "--weights", weights, "--format", "timm", "--out", exported);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("30 tensors written to " + exported).contains("VisionTransformer(img_size=32");
    }

    @Test
    void aFineTunedClassifierIsUsedByFolder() throws Exception {
        Path weights = folder.resolve("weights");
        assertThat(Said.by("import", Golden.path("official_finetune_ckpt.pth"), "--out", weights)
                        .out())
                .contains("of the classifier: fc_norm.bias, fc_norm.weight, head.bias, head.weight");
        Path photos = folder.resolve("photos");
        for (String name : List.of("ant/1.png", "ant/2.png", "bee/1.png")) {
            Images.write(photos.resolve(name), 1, 40, 40);
        }
        assertThat(Said.by("knn", "--weights", weights, "--train", photos, "--test", photos)
                        .exitCode())
                .isZero();
        Said full = Said.by("reconstruct", "--weights", weights, "--images", photos, "--out", folder.resolve("p"));
        assertThat(full.exitCode()).isEqualTo(3);
        assertThat(full.error()).contains("holds an encoder alone");
    }

    @Test
    void filesThatCannotBeUsedEndWithThree() throws Exception {
        Path file = folder.resolve("evil.pth");
        byte[] pickle = new RawTorchFile.Pickle()
                .global("os", "system")
                .text("true")
                .op(0x85, 'R')
                .stop();
        RawTorchFile.write(file, pickle, new byte[0]);
        Said evil = Said.by("import", file, "--out", folder.resolve("a"));
        assertThat(evil.exitCode()).isEqualTo(3);
        assertThat(evil.error())
                .startsWith("bandpass: " + file + " names os.system")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("a")).doesNotExist();

        Said missing = Said.by("import", folder.resolve("none.pth"), "--out", folder.resolve("a"));
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.error()).contains("there is no weights file");

        Path empty = Files.createDirectory(folder.resolve("empty"));
        Said noWeights = Said.by("export", "--weights", empty, "--format", "timm", "--out", folder.resolve("b"));
        assertThat(noWeights.exitCode()).isEqualTo(3);
        assertThat(noWeights.error()).contains("is a folder without weights");
    }

    @Test
    void mistakesEndWithTwo() {
        Path beit = ForeignFiles.path("beit.pth");
        assertThat(Said.by("import", beit, "--out", folder.resolve("a"), "--image-size", 0))
                .satisfies(said -> assertThat(said.exitCode()).isEqualTo(2))
                .satisfies(said -> assertThat(said.error()).contains("--image-size is 0"));
        assertThat(Said.by("import", beit, "--out", folder.resolve("a"), "--image-size", 18))
                .satisfies(said -> assertThat(said.exitCode()).isEqualTo(2))
                .satisfies(said -> assertThat(said.error()).contains("16 and 20"));
        assertThat(Said.by("import", ForeignFiles.path("vit.pth"), "--out", folder.resolve("a")))
                .satisfies(said -> assertThat(said.exitCode()).isEqualTo(2))
                .satisfies(said -> assertThat(said.error()).contains("give it with --heads"));
        assertThat(Said.by("export", "--weights", beit, "--format", "tflite", "--out", folder.resolve("a")))
                .satisfies(said -> assertThat(said.exitCode()).isEqualTo(2))
                .satisfies(said -> assertThat(said.error())
                        .contains(
                                "--format is 'tflite', but must be one of timm, safetensors, pth-state-dict, mmsegmentation,"
                                        + " onnx"));
        assertThat(folder.resolve("a")).doesNotExist();
    }
}
