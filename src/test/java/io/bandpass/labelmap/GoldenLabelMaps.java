package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.config.DataConfig;
import io.bandpass.config.MasksConfig;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import io.bandpass.testing.Configs;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;

/** The golden data sets of outlines, and what they have to become. */
final class GoldenLabelMaps {
    /** Of the golden data; class 0 is what no shape covers. */
    static final List<String> CLASSES = List.of("table", "saucer", "cup", "coffee", "spoon");

    static final List<String> TABLE_IS_THE_REST = List.of("table=*", "saucer", "cup", "coffee", "spoon");

    private static final int IGNORED = 255;

    private GoldenLabelMaps() {}

    static Path folder(String form) {
        try {
            return Path.of(Objects.requireNonNull(GoldenLabelMaps.class.getResource("/segmentation-data/" + form))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Settings with these classes. */
    static MasksConfig masks(List<String> classes, String... ignored) {
        return new MasksConfig(
                MasksConfig.Format.AUTO,
                classes,
                "none",
                List.of(ignored),
                MasksConfig.ZeroLabel.AUTO,
                OptionalInt.empty(),
                0);
    }

    static DataConfig data() {
        return Configs.data(1);
    }

    static UnreadableImages unreadable() {
        return new UnreadableImages(1);
    }

    static LabelMap labels(LabelMapSource images, int index) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            LabelledImage read = images.readLabelled(index);
            assertThat(read.labels().height()).isEqualTo(read.image().height());
            assertThat(read.labels().width()).isEqualTo(read.image().width());
            return read.labels();
        }
    }

    /** Pixels, where they count, whose class differs from the golden one. */
    static long differences(LabelMap actual, String form, String scene, boolean besideOutlines) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Safetensors.read(folder("expected.safetensors"))) {
            float[] expected = Tensors.toFloats(golden.get(form + "." + scene));
            float[] outline = Tensors.toFloats(golden.get("outline." + scene));
            assertThat(actual.ids()).hasSize(expected.length);
            long differences = 0;
            for (int i = 0; i < expected.length; i++) {
                int id = actual.ids()[i] == LabelMap.IGNORED ? IGNORED : actual.ids()[i];
                differences += id != expected[i] && (besideOutlines || outline[i] == 0) ? 1 : 0;
            }
            return differences;
        }
    }
}
