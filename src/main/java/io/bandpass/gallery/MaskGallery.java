package io.bandpass.gallery;

import io.bandpass.config.MaskConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.Preprocessing;
import io.bandpass.format.AtomicFiles;
import io.bandpass.frequency.FrequencyFilter;
import io.bandpass.frequency.MaskDraws;
import io.bandpass.frequency.RadialMask;
import io.bandpass.gallery.MaskPicture.Panel;
import io.bandpass.gallery.MaskPicture.Row;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Draws every shape of mask, for the size and radius of a recipe, and what it leaves of an image. */
public final class MaskGallery {
    private static final String PHOTOGRAPH = "chelsea.jpg";
    /** Outer radius of the band where the recipe has none, in radii. */
    private static final double BAND = 2.5;

    private static final int LONGEST_NAME = 24;
    private static final String STRONGEST = "com, rcom";

    /** A filter and its labels. */
    private record Shape(String title, String detail, FrequencyFilter filter) {}

    private final MaskConfig mask;
    private final int size;
    private final Device device = Tensors.kept(new Device("cpu"));

    private MaskGallery(MaskConfig mask, int size) {
        this.mask = mask;
        this.size = size;
    }

    /**
     * Draws the picture.
     *
     * @param image to mask; a bundled photograph where there is none
     * @param out PNG file
     */
    public static void draw(PretrainingConfig config, Optional<Path> image, Path out) throws IOException {
        AtomicFiles.requireWritable("the picture", out);
        Engine.start(Engine.physicalCores());
        int size = config.encoder().imageSize();
        Path shown = image.orElseGet(() -> Environment.photograph(PHOTOGRAPH));
        List<Row> rows;
        try (PointerScope scope = new PointerScope()) {
            Tensor bytes = ImageFile.read(config.data(), shown, new Preprocessing(size));
            Tensor unit = bytes.to(ScalarType.Float).div(new Scalar(255));
            rows = new MaskGallery(config.mask(), size).rows(unit);
        }
        String caption = "White: kept, dark: removed, the zero frequency in the middle. Below each mask, "
                + shortened(String.valueOf(shown.getFileName())) + " at " + size + " px as the encoder gets it.";
        AtomicFiles.write(out, aside -> MaskPicture.write(aside, rows, size, size, caption));
    }

    /** The end of a name that is too long for a label. */
    static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : "..." + name.substring(name.length() - LONGEST_NAME + 3);
    }

    private List<Row> rows(Tensor image) {
        List<Shape> shapes = new ArrayList<>(radial());
        for (double fraction : mask.fractions()) {
            FrequencyFilter filter = FrequencyFilter.magnitude(size, size, List.of(fraction), mask.clamp(), device);
            shapes.add(new Shape(STRONGEST, "strongest " + digits(100 * fraction) + " %", filter));
        }
        try {
            return List.of(
                    new Row("Low (or the strongest) frequencies are kept", panels(shapes, image, true)),
                    new Row("The others are kept", panels(shapes, image, false)));
        } finally {
            shapes.forEach(shape -> shape.filter().close());
        }
    }

    private List<Shape> radial() {
        double radius = mask.at(size).radius();
        double band = mask.outerRadius().orElse(BAND * radius);
        List<Shape> shapes = new ArrayList<>();
        for (RadialMask shape : RadialMask.values()) {
            shapes.add(radial(shape, radius, Double.POSITIVE_INFINITY, "r = " + digits(radius)));
        }
        shapes.add(radial(RadialMask.CIRCLE, radius, band, "r = " + digits(radius) + " to " + digits(band)));
        return shapes;
    }

    private Shape radial(RadialMask shape, double radius, double outer, String detail) {
        String name = shape.name().toLowerCase(Locale.ROOT);
        return new Shape(
                Double.isInfinite(outer) ? name : name + ", band",
                detail,
                FrequencyFilter.radial(shape, size, size, radius, outer, mask.clamp(), device));
    }

    private static String digits(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static List<Panel> panels(List<Shape> shapes, Tensor image, boolean low) {
        List<Panel> panels = new ArrayList<>();
        for (Shape shape : shapes) {
            try (PointerScope scope = new PointerScope()) {
                Tensor half = shape.filter().halfMasks(image, MaskDraws.middle(low));
                // Com never keeps the others.
                String title = shape.title().equals(STRONGEST) && !low ? "rcom" : shape.title();
                panels.add(new Panel(
                        title,
                        shape.detail(),
                        Tensors.toFloats(shape.filter().centred(half)),
                        Tensors.toFloats(shape.filter().apply(image, half))));
            }
        }
        return panels;
    }
}
