package io.bandpass.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bandpass.BandpassException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.MixConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.run.RunKinds;
import io.bandpass.testing.Golden;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentationGalleryTest {
    private static final int MARGIN = 14;
    private static final int LINE = 18;
    private static final int GAP = 8;
    private static final int SIZE = 192;

    @TempDir
    Path folder;

    private static PretrainingConfig config(String... settings) {
        ConfigBuilder<PretrainingConfig> builder =
                ConfigBuilder.of(PretrainingConfig.class).set("encoder.image-size=" + SIZE);
        Arrays.asList(settings).forEach(builder::set);
        return builder.build();
    }

    private static Path image(String name) {
        return Golden.path("../images/" + name);
    }

    private BufferedImage draw(AugmentationGallery gallery, List<Path> images, int count) throws Exception {
        Path out = folder.resolve("sheet.png");
        gallery.draw(images, count, out);
        return ImageIO.read(out.toFile());
    }

    /** Colours of a cell, row by row. */
    private static int[] cell(BufferedImage picture, int column, int top) {
        return picture.getRGB(MARGIN + column * (SIZE + GAP), top, SIZE, SIZE, null, 0, SIZE);
    }

    @Test
    void theOriginalStandsBeforeVersionsThatDiffer() throws Exception {
        AugmentationGallery gallery = AugmentationGallery.of(RunKinds.PRETRAINING, config());
        BufferedImage picture = draw(gallery, List.of(image("colour.png")), 3);
        assertThat(picture.getWidth()).isEqualTo(2 * MARGIN + 4 * (SIZE + GAP) - GAP);
        assertThat(picture.getHeight()).isEqualTo(2 * MARGIN + LINE + LINE + (LINE + SIZE + LINE + GAP) + MARGIN);
        int top = MARGIN + 2 * LINE;
        // 12 x 8 pixels in a square cell: paper above and below.
        assertThat(cell(picture, 0, top)[0]).isEqualTo(-1);
        assertThat(cell(picture, 0, top)[SIZE * SIZE / 2]).isNotEqualTo(-1);
        Set<String> versions = new HashSet<>();
        for (int column = 0; column < 4; column++) {
            versions.add(Arrays.toString(cell(picture, column, top)));
        }
        assertThat(versions).hasSize(4);
        // The same seed draws the same.
        BufferedImage again = draw(gallery, List.of(image("colour.png")), 3);
        assertThat(cell(again, 2, top)).isEqualTo(cell(picture, 2, top));
        BufferedImage other = draw(
                AugmentationGallery.of(RunKinds.PRETRAINING, config("train.seed=1")), List.of(image("colour.png")), 3);
        assertThat(cell(other, 2, top)).isNotEqualTo(cell(picture, 2, top));
    }

    @Test
    void erasingMixupAndCutmixHaveRowsOfTheirOwnWhereTheyHappen() throws Exception {
        PretrainingConfig run = config();
        List<Path> images = List.of(image("colour.png"), image("grey.png"));
        int plain = draw(AugmentationGallery.of(RunKinds.PRETRAINING, run), images, 2)
                .getHeight();
        int row = LINE + LINE + SIZE + LINE + GAP + MARGIN;
        assertThat(height(run, new MixConfig(0.8, 1, 1, 0.5, 0.1, 0.25), images))
                .isEqualTo(plain + 3 * row);
        assertThat(height(run, new MixConfig(0.8, 0, 1, 0.5, 0.1, 0), images)).isEqualTo(plain + row);
        assertThat(height(run, new MixConfig(0, 0, 1, 0.5, 0.1, 0), images)).isEqualTo(plain);
        assertThat(height(run, new MixConfig(0, 1, 1, 0.5, 0.1, 0), images.subList(0, 1)))
                .isEqualTo(plain);
    }

    @Test
    void aRunOfFineTuningIsShownWithItsErasingAndMixing() {
        FinetuningConfig run = ConfigBuilder.of(FinetuningConfig.class)
                .set("mix.mixup-alpha=0.3")
                .build();

        assertThat(AugmentationGallery.of(RunKinds.FINETUNING, run).mix()).contains(run.mix());
        assertThat(AugmentationGallery.of(RunKinds.PRETRAINING, config()).mix()).isEmpty();
    }

    @Test
    void imagesThatAreAugmentedWithTheirLabelMapsAreNotShown() {
        SegmentationConfig run = ConfigBuilder.of(SegmentationConfig.class).build();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> AugmentationGallery.of(RunKinds.SEGMENTATION, run))
                .withMessage(
                        "a recipe of segment augments images together with their label maps, which this picture does"
                                + " not show; give a recipe of pretrain or finetune");
    }

    private int height(PretrainingConfig run, MixConfig mix, List<Path> images) throws Exception {
        return draw(new AugmentationGallery(run.data(), run.augment(), Optional.of(mix), SIZE, 3), images, 2)
                .getHeight();
    }

    @Test
    void whatCannotBeShownIsNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.png"), "no image");
        Path out = folder.resolve("sheet.png");
        AugmentationGallery gallery = AugmentationGallery.of(RunKinds.PRETRAINING, config());
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> gallery.draw(List.of(image("colour.png"), text), 2, out))
                .withMessageContaining("notes.png cannot be read");
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> gallery.draw(List.of(image("")), 2, out))
                .withMessageContaining("`image` takes files of one image each");
        assertThatExceptionOfType(BandpassException.class)
                .isThrownBy(() -> gallery.draw(List.of(image("colour.png")), 0, out))
                .withMessage("`count` is 0, but must be from 1 to 1000");
        assertThat(out).doesNotExist();
    }
}
