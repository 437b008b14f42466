package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.SceneAugmentConfig;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.UnreadableImages;
import io.bandpass.image.BadImageException;
import io.bandpass.task.Batch;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class SceneSamplesTest {
    private static final int IMAGES = 9;
    private static final int SIZE = 24;
    private static final SceneAugmentation AUGMENTATION = new SceneAugmentation(
            new SceneAugmentConfig(List.of(80, 40), List.of(0.5, 2.0), OptionalInt.empty(), 0.75, 0.5, 0, true),
            SIZE,
            5);

    @Test
    void batchesHaveLabelMapsWhateverTheNumberOfThreads() throws BadImageException {
        EpochOrder order = new EpochOrder(IMAGES, 5);
        List<String> one = load(new FakeScenes(IMAGES, 30, 45), 1);
        assertThat(load(new FakeScenes(IMAGES, 30, 45), 3)).isEqualTo(one);
        try (PointerScope scope = new PointerScope()) {
            // The second image of the second epoch, made alone.
            FakeScenes scenes = new FakeScenes(IMAGES, 30, 45);
            int index = order.at(1, 1);
            AugmentedScene scene = AUGMENTATION.apply(scenes.readLabelled(index), 1, order.draw(1, 1));
            assertThat(one.get(3 + 1))
                    .isEqualTo(text(scene.image().tensor(), Tensors.ofFloats(floats(scene), SIZE, SIZE)));
        }
    }

    @Test
    void anImageThatCannotBeReadIsReplacedWithItsLabelMap() {
        EpochOrder order = new EpochOrder(IMAGES, 5);
        List<String> whole = load(new FakeScenes(IMAGES, 30, 45), 2);
        FakeScenes broken = new FakeScenes(IMAGES, 30, 45);
        broken.broken(order.at(0, 0));
        List<String> replaced = load(broken, 2);
        assertThat(replaced.get(0)).isEqualTo(whole.get(1));
        assertThat(replaced.get(1)).isEqualTo(whole.get(1));
        assertThat(replaced.get(2)).isEqualTo(whole.get(2));
    }

    private static float[] floats(AugmentedScene scene) {
        short[] ids = scene.labels().ids();
        float[] values = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            values[i] = ids[i];
        }
        return values;
    }

    /** The samples of two epochs of one batch of three images. */
    private static List<String> load(FakeScenes scenes, int threads) {
        UnreadableImages bad = new UnreadableImages(0.5);
        bad.count(IMAGES);
        List<String> samples = new ArrayList<>();
        try (BatchLoader loader = new BatchLoader(
                new EpochOrder(IMAGES, 5),
                step -> new SceneSamples(scenes, AUGMENTATION),
                bad,
                new BatchLoader.Steps(3, 1, 0, 2),
                threads)) {
            for (int step = 0; step < 2; step++) {
                try (PointerScope scope = new PointerScope();
                        Batch batch = loader.next()) {
                    Tensor targets = batch.targets().orElseThrow();
                    assertThat(targets.scalar_type().intern()).isEqualTo(ScalarType.Short);
                    assertThat(Tensors.shape(targets)).containsExactly(3, SIZE, SIZE);
                    for (int i = 0; i < 3; i++) {
                        samples.add(text(batch.images().select(0, i), targets.select(0, i)));
                    }
                }
            }
        }
        return samples;
    }

    private static String text(Tensor image, Tensor labels) {
        return Arrays.toString(Tensors.toFloats(image)) + " " + Arrays.toString(Tensors.toFloats(labels));
    }
}
