package io.bandpass.gallery;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.corrupt.CorruptionScale;
import io.bandpass.corrupt.Corruptions;
import io.bandpass.corrupt.NamedCorruption;
import io.bandpass.data.Preprocessing;
import io.bandpass.format.AtomicFiles;
import io.bandpass.gallery.ContactSheet.Panel;
import io.bandpass.gallery.ContactSheet.Row;
import io.bandpass.image.RgbBytes;
import io.bandpass.machine.Environment;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws an image under each corruption, below it as it is: a row for each and a column for each severity. It is first brought to the size
 * that the parameters are meant for, as the benchmarks' images were: for ImageNet-C the shorter side to 8/7 of it (224
 * of 256) and the middle cut out, for the smaller ones the whole shorter side.
 */
public final class CorruptionGallery {
    private static final String PHOTOGRAPH = "chelsea.jpg";
    private static final double IMAGENET_CROP = 0.875;
    private static final int LARGEST_SIDE = 512;

    private CorruptionGallery() {}

    /**
     * Draws the sheet.
     *
     * @param image to corrupt; a bundled photograph where there is none
     * @param side of the square image, in pixels: 224 for the parameters of ImageNet-C, 64 for those of Tiny-ImageNet-C
     *     and 32 for those of CIFAR-10-C
     * @param seed of the random numbers
     * @param out PNG file
     * @throws ConfigException if a corruption does not exist or the side is out of range
     */
    public static void draw(RobustnessConfig.Corruptions asked, Optional<Path> image, int side, long seed, Path out)
            throws IOException {
        AtomicFiles.requireWritable("the picture", out);
        if (side < CorruptionScale.SMALLEST_SIDE || side > LARGEST_SIDE) {
            throw new ConfigException("`side` is " + side + ", but must be from " + CorruptionScale.SMALLEST_SIDE
                    + " to " + LARGEST_SIDE + " pixels");
        }
        List<NamedCorruption> corruptions = Corruptions.named(asked);
        if (corruptions.isEmpty()) {
            throw new ConfigException("no corruption is named; there must be at least one to draw");
        }
        Engine.start(Engine.physicalCores());
        Path shown = image.orElseGet(() -> Environment.photograph(PHOTOGRAPH));
        RgbBytes original = read(shown, side);
        List<Row> rows = new ArrayList<>(List.of(new Row("original", List.of(panel("no corruption", original)))));
        corruptions.forEach(corruption -> rows.add(row(corruption, asked.severities(), original, seed)));
        List<String> captions = captions(shown, side, seed, corruptions);
        AtomicFiles.write(out, aside -> ContactSheet.write(aside, rows, side, captions));
    }

    private static PreprocessConfig preprocess(int side) {
        return CorruptionScale.of(side, side) == CorruptionScale.IMAGENET
                ? PreprocessConfig.crop(IMAGENET_CROP)
                : PreprocessConfig.DEFAULT;
    }

    private static RgbBytes read(Path image, int side) {
        try (PointerScope scope = new PointerScope()) {
            Tensor bytes = ImageFile.read(
                    ConfigBuilder.of(FinetuningConfig.class).build().data(),
                    image,
                    new Preprocessing(side, preprocess(side)));
            return RgbBytes.of(bytes.squeeze(0));
        }
    }

    private static Row row(NamedCorruption corruption, List<Integer> severities, RgbBytes original, long seed) {
        List<Panel> panels = new ArrayList<>();
        for (int level : severities) {
            panels.add(panel("severity " + level, corruption.apply(original, level, seed, 0)));
        }
        return new Row(corruption.name(), panels);
    }

    private static Panel panel(String title, RgbBytes image) {
        try (PointerScope scope = new PointerScope()) {
            Tensor unit = Tensors.multiply(image.tensor().to(ScalarType.Float), 1 / 255.0);
            return new Panel(title, List.of(), Tensors.toFloats(unit), image.height(), image.width());
        }
    }

    private static List<String> captions(Path image, int side, long seed, List<NamedCorruption> corruptions) {
        List<String> captions = new ArrayList<>();
        captions.add(MaskGallery.shortened(String.valueOf(image.getFileName())) + ", "
                + preprocess(side).describe(side) + " px, seed " + seed + ".");
        captions.add("Parameters of " + CorruptionScale.of(side, side).benchmark() + ", in memory.");
        if (corruptions.stream().anyMatch(corruption -> corruption.name().equals("frost*"))) {
            captions.add("frost* is made of filtered noise.");
        }
        return captions;
    }
}
