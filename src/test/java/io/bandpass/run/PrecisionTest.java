package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.torch.Precision;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bf16 learns what float32 learns: on the bundled images, from the same start, in the same order. */
final class PrecisionTest {
    private static final double ONE_PER_CENT = 0.01;
    private static final Path BUNDLED = Path.of("samples/fashion-mnist");
    private static final String IMAGES = "train-images-idx3-ubyte";

    /** Of the bundled images, where there are no bf16 units: LibTorch then makes some 25 images a second. */
    private static final int FEW_IMAGES = 800;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({"quick, 12", "quick-vit, 4"})
    void finalLossesDifferByLessThanOnePerCent(String recipe, int epochs) throws IOException {
        boolean fast = Precision.speedOfBf16(new Device("cpu")) > 1;
        Path data = fast ? BUNDLED : fewImages(temporary.resolve("few"));
        int batch = fast ? 128 : 32;
        double fp32 = finalLoss(recipe, data, fast ? epochs : 4, batch, "fp32");
        double bf16 = finalLoss(recipe, data, fast ? epochs : 4, batch, "bf16");
        assertThat(bf16).isCloseTo(fp32, within(ONE_PER_CENT * fp32));
        // Otherwise the setting would have been passed over.
        assertThat(bf16).isNotEqualTo(fp32);
    }

    private double finalLoss(String recipe, Path data, int epochs, int batch, String precision) throws IOException {
        return Pretraining.recipe(recipe)
                .data(data.toString())
                .set("train.epochs=" + epochs)
                .set("train.batch-size=" + batch)
                .set("train.precision=" + precision)
                .set("data.labels=none")
                .out(temporary.resolve(precision))
                .run()
                .finalLoss();
    }

    private static Path fewImages(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DataInputStream all = new DataInputStream(
                        new GZIPInputStream(Files.newInputStream(BUNDLED.resolve(IMAGES + ".gz"))));
                DataOutputStream few = new DataOutputStream(Files.newOutputStream(folder.resolve(IMAGES)))) {
            few.writeInt(all.readInt());
            all.readInt();
            few.writeInt(FEW_IMAGES);
            int height = all.readInt();
            int width = all.readInt();
            few.writeInt(height);
            few.writeInt(width);
            few.write(all.readNBytes(FEW_IMAGES * height * width));
        }
        return folder;
    }
}
