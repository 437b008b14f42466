package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.LabelClasses;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMap;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.report.SceneView;
import io.bandpass.testing.FakeImages;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class SceneCollectionTest {
    private static final class Scenes extends FakeImages implements LabelMapSource {
        Scenes(int size) {
            super(size, 2, 2);
        }

        @Override
        public LabelClasses classes() {
            return new LabelClasses(List.of("a", "b"), List.of(0, 1), List.of(0, 1), 255);
        }

        @Override
        public LabelledImage readLabelled(int index) throws BadImageException {
            return new LabelledImage(read(index), new LabelMap(new short[4], 2, 2));
        }

        @Override
        public LabelMapSource select(int[] indices) {
            throw new UnsupportedOperationException();
        }
    }

    private static SceneCollection of(int... readable) throws BadImageException {
        Scenes images = new Scenes(8);
        SceneCollection scenes = new SceneCollection(images);
        SegmentationScores scores = new SegmentationScores(2);
        for (int index : readable) {
            short[] prediction = new short[4];
            prediction[0] = (short) (index % 2);
            try (PointerScope scope = new PointerScope()) {
                scores.add(images.name(index), prediction, new short[4], 2);
                scenes.add(
                        index,
                        images.readLabelled(index),
                        prediction,
                        scores.images().get(scores.images().size() - 1));
            }
        }
        return scenes;
    }

    @Test
    void samplesAreSpreadOverTheSet() throws BadImageException {
        assertThat(of(0, 1, 2, 3, 4, 5, 6, 7).samples())
                .extracting(SceneView::name)
                .containsExactly("image-0", "image-2", "image-4", "image-6");
    }

    @Test
    void othersAreShownIfNoneOfTheSamplesCanBeRead() throws BadImageException {
        assertThat(of(1, 3).samples()).extracting(SceneView::name).containsExactly("image-1", "image-3");
    }
}
