package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;

/** The golden data sets of masks, data sets made for a test, and how they are opened. */
final class MaskData {
    static final List<String> CLASSES = List.of("table", "saucer", "cup", "coffee", "spoon");

    /** The user's settings that a data set needs. */
    static final MasksConfig NOTHING = settings(List.of());

    private static final float IGNORED = 255;

    private MaskData() {}

    static Path golden(String form) {
        try {
            return Path.of(Objects.requireNonNull(MaskData.class.getResource("/segmentation-data/" + form), form)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static MasksConfig settings(List<String> classes, String... ignore) {
        return new MasksConfig(
                MasksConfig.Format.AUTO,
                classes,
                "none",
                List.of(ignore),
                MasksConfig.ZeroLabel.AUTO,
                OptionalInt.empty(),
                0);
    }

    static MasksConfig with(MasksConfig.Format format, MasksConfig.ZeroLabel zero) {
        return new MasksConfig(format, List.of(), "none", List.of(), zero, OptionalInt.empty(), 0);
    }

    /** Opens a data set of which all files may be unreadable. */
    static LabelMapDatasets open(Path root, MasksConfig masks) {
        return open(root, masks, new UnreadableImages(1));
    }

    static LabelMapDatasets open(Path root, MasksConfig masks, UnreadableImages unreadable) {
        return LabelMapDatasets.open(config(), masks, List.of(root.toString()), SplitRule.NONE, unreadable);
    }

    static DataConfig config() {
        return Configs.data(1);
    }

    static LabelMap labels(LabelMapSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            LabelledImage read = images.readLabelled(index);
            assertThat(read.labels().height()).isEqualTo(read.image().height());
            assertThat(read.labels().width()).isEqualTo(read.image().width());
            return read.labels();
        }
    }

    /** Checks the label map of every image: exactly the golden ids. */
    static void assertGolden(LabelMapSource images, String form) throws BadImageException, IOException {
        for (int i = 0; i < images.size(); i++) {
            String file = String.valueOf(Path.of(images.name(i)).getFileName());
            String scene = file.substring(0, file.lastIndexOf('.')).replaceAll("_leftImg8bit", "");
            LabelMap labels = labels(images, i);
            try (PointerScope scope = new PointerScope();
                    TensorFile golden = Safetensors.read(golden("expected.safetensors"))) {
                float[] expected = Tensors.toFloats(golden.get(form + "." + sceneOf(golden, form, scene)));
                float[] actual = new float[labels.ids().length];
                for (int k = 0; k < actual.length; k++) {
                    actual[k] = labels.ids()[k] == LabelMap.IGNORED ? IGNORED : labels.ids()[k];
                }
                assertThat(actual).as(form + " " + scene).isEqualTo(expected);
            }
        }
    }

    /** Golden names of ADE20K's and Cityscapes' images are a and b, in the order of the numbers. */
    private static String sceneOf(TensorFile golden, String form, String scene) {
        if (golden.names().contains(form + "." + scene)) {
            return scene;
        }
        return scene.contains("train") || scene.endsWith("19") ? "a" : "b";
    }

    /** Writes a grey mask. */
    static Path grey(Path file, int width, int height, int... values) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, values[i % values.length]);
        }
        return write(file, image);
    }

    /** Writes a mask of colours. */
    static Path coloured(Path file, int width, int height, int... colours) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, colours[i % colours.length]);
        }
        return write(file, image);
    }

    static Path write(Path file, BufferedImage image) {
        String name = String.valueOf(file.getFileName());
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
