package io.bandpass.split;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.DataException;
import io.bandpass.format.Safetensors;
import io.bandpass.format.WeightsException;
import io.bandpass.inference.LabelledImages;
import io.bandpass.split.TrainedImages.Divided;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that do not say well what they were trained on. */
final class OldSplitsTest {
    @TempDir
    private Path folder;

    @Test
    void damagedMetadataIsAFaultOfTheFile() throws IOException {
        Engine.load();
        Path file = folder.resolve("classifier.safetensors");
        Safetensors.write(
                file,
                Map.of("t", Tensors.ofFloats(new float[] {1}, 1)),
                Map.of("config", "", "finetune-config", "nonsense: 1"));
        assertThatThrownBy(() -> TrainedImages.ofWeights(file))
                .isInstanceOf(WeightsException.class)
                .hasMessageStartingWith(file + " is damaged")
                .hasMessageContaining("nonsense");
    }

    @Test
    void imagesHeldOutOneByOneAreKnownOnlyInTheRunFolder() {
        for (boolean labels : new boolean[] {true, false}) {
            Divided away = new Divided(new Split("listed", 0, 0, 10, 2, labels, "abc"), Optional.empty());
            TrainedImages trained = new TrainedImages("weights.safetensors", List.of(away));
            assertThatThrownBy(() -> LabelledImages.ofRun().open(withoutData(), trained))
                    .isInstanceOf(DataException.class)
                    .hasMessage(
                            "weights.safetensors held out single images, which are known only in its run folder: take"
                                    + " the weights there, or give images with `data`, or with `train` and `test`");
        }
    }

    @Test
    void weightsOfNoRunHaveNoImages() {
        assertThatThrownBy(() -> LabelledImages.ofRun().open(withoutData(), TrainedImages.NONE))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("the weights name no images of a run; give labelled images with `data`");
    }

    private static WeightsOrigin withoutData() {
        PretrainingConfig config = ConfigBuilder.of(PretrainingConfig.class).build();
        return new WeightsOrigin(
                config.data(), config.evaluate(), config.train().seed());
    }
}
