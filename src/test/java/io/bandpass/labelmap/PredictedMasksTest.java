package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.data.UnreadableImages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PredictedMasksTest {
    @TempDir
    Path folder;

    /** As `predict` leaves them, with overlays beside the masks, in a folder whose name begins with that of the other. */
    @Test
    void whatIsNotInTheTruthIsLeftAlone() {
        Path truth = folder.resolve("masks");
        Path predictions = folder.resolve("masks-predicted");
        MaskData.grey(truth.resolve("a.png"), 2, 1, 0, 1);
        MaskData.grey(predictions.resolve("a.png"), 2, 1, 1, 1);
        MaskData.grey(predictions.resolve("overlays/a.png"), 2, 1, 7, 9);
        MaskData.grey(predictions.resolve("b.png"), 2, 1, 0, 1);
        UnreadableImages unreadable = new UnreadableImages(0);
        PredictedMasks masks = PredictedMasks.open(
                MaskData.config(), MaskData.settings(List.of("no=0", "yes=1")), predictions, truth, unreadable);
        assertThat(masks.size()).isEqualTo(1);
        assertThat(unreadable.reasons()).isEmpty();
    }

    @Test
    void aMissingPredictionIsNamed() {
        Path truth = folder.resolve("masks");
        Path predictions = folder.resolve("masks-predicted");
        for (String name : List.of("a.png", "b.png")) {
            MaskData.grey(truth.resolve(name), 2, 1, 0, 1);
        }
        MaskData.grey(predictions.resolve("a.png"), 2, 1, 1, 1);
        UnreadableImages unreadable = new UnreadableImages(1);
        PredictedMasks.open(
                MaskData.config(), MaskData.settings(List.of("no=0", "yes=1")), predictions, truth, unreadable);
        assertThat(unreadable.reasons()).containsOnlyKeys(truth.resolve("b.png").toString());
    }
}
