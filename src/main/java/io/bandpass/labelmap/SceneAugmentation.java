package io.bandpass.labelmap;

import io.bandpass.config.SceneAugmentConfig;
import io.bandpass.image.BilinearResize;
import io.bandpass.image.PhotometricDistortion;
import io.bandpass.image.RgbBytes;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Augmentation of images together with their label maps, in the order of mmsegmentation's training pipelines: random
 * resizing, random crop, flips, photometric distortion, padding on the right and at the bottom. Of the resized image only
 * the crop is computed. A pure function of (seed, epoch, draw); see {@link io.bandpass.data.EpochOrder#draw}.
 */
public final class SceneAugmentation {
    private final SceneAugmentConfig config;
    private final int size;
    private final long seed;

    /**
     * Creates the augmentation of a run.
     *
     * @param size edge of the augmented images
     */
    public SceneAugmentation(SceneAugmentConfig config, int size, long seed) {
        this.config = config;
        this.size = size;
        this.seed = seed;
    }

    public int size() {
        return size;
    }

    /** Returns the augmented image and label map. */
    public AugmentedScene apply(LabelMapSource.LabelledImage scene, long epoch, int draw) {
        SceneDraw drawn = draw(scene.labels(), epoch, draw);
        return new AugmentedScene(image(scene, drawn), labels(scene.labels(), drawn), drawn.describe());
    }

    /** Draws all random choices. */
    SceneDraw draw(LabelMap labels, long epoch, int draw) {
        SplittableRandom random = KeyedRandom.of(seed, Purpose.AUGMENTATION, epoch, draw);
        SceneCrop crop = SceneCrop.draw(config, labels, size, random);
        boolean flipped = random.nextDouble() < config.flipProbability();
        boolean upsideDown = random.nextDouble() < config.verticalFlipProbability();
        return new SceneDraw(
                crop,
                flipped,
                upsideDown,
                config.photometric() ? Optional.of(PhotometricDistortion.draw(random)) : Optional.empty());
    }

    private RgbBytes image(LabelMapSource.LabelledImage scene, SceneDraw drawn) {
        SceneCrop crop = drawn.crop();
        RgbBytes part = new BilinearResize(crop.height(), crop.width())
                .window(scene.image().view(), crop.top(), crop.left(), crop.rows(), crop.columns());
        RgbBytes distorted =
                drawn.distortion().map(distortion -> distortion.apply(part)).orElse(part);
        byte[] from = distorted.values();
        byte[] to = new byte[Math.multiplyExact(3 * size, size)];
        for (int row = 0; row < crop.rows(); row++) {
            int source = sourceRow(row, drawn) * crop.columns();
            for (int column = 0; column < crop.columns(); column++) {
                int pixel = 3 * (source + sourceColumn(column, drawn));
                int target = 3 * (row * size + column);
                to[target] = from[pixel];
                to[target + 1] = from[pixel + 1];
                to[target + 2] = from[pixel + 2];
            }
        }
        return new RgbBytes(to, size, size);
    }

    private LabelMap labels(LabelMap whole, SceneDraw drawn) {
        SceneCrop crop = drawn.crop();
        short[] from = crop.of(whole).ids();
        short[] to = new short[size * size];
        Arrays.fill(to, LabelMap.PADDING);
        for (int row = 0; row < crop.rows(); row++) {
            int source = sourceRow(row, drawn) * crop.columns();
            for (int column = 0; column < crop.columns(); column++) {
                to[row * size + column] = from[source + sourceColumn(column, drawn)];
            }
        }
        return new LabelMap(to, size, size);
    }

    private static int sourceRow(int row, SceneDraw drawn) {
        return drawn.upsideDown() ? drawn.crop().rows() - 1 - row : row;
    }

    private static int sourceColumn(int column, SceneDraw drawn) {
        return drawn.flipped() ? drawn.crop().columns() - 1 - column : column;
    }
}
