package io.bandpass.cli;

import io.bandpass.config.RobustnessConfig;
import io.bandpass.gallery.CorruptionGallery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bandpass show corruptions}. */
@Command(
        name = "corruptions",
        description =
                "Draws an image under each corruption of ImageNet-C at each severity, at the size that the parameters are"
                        + " meant for.",
        footer = {
            "",
            "Examples:",
            "  bandpass show corruptions --image cat.jpg --out corruptions.png",
            "  bandpass show corruptions --corruptions fog,snow --severities 1,3,5 --side 64 --out fog.png"
        })
final class ShowCorruptionsCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The picture, a PNG file.")
    private Path out = Path.of("");

    @Option(names = "--image", paramLabel = "FILE", description = "Image to corrupt. Default: a bundled photograph.")
    private @Nullable Path image;

    @Option(
            names = "--corruptions",
            paramLabel = "NAME,...",
            split = ",",
            description = "Corruptions, or all. Default: all.")
    private List<String> corruptions = List.of("all");

    @Option(
            names = "--severities",
            paramLabel = "N,...",
            description = "Severities, such as 1,3,5 or 1-5. Default: 1-5.")
    private String severities = "1-5";

    @Option(
            names = "--side",
            paramLabel = "N",
            defaultValue = "224",
            description = "Side of the image in pixels: 224 for the parameters of ImageNet-C, 64 for those of"
                    + " Tiny-ImageNet-C, 32 for those of CIFAR-10-C. Default: ${DEFAULT-VALUE}.")
    private int side;

    @Option(
            names = "--frost",
            paramLabel = "DIR",
            description = "Pictures of frost. Default: frost is procedural, and called frost*.")
    private @Nullable String frost;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all draws. Default: 0.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        CorruptionGallery.draw(
                new RobustnessConfig.Corruptions(
                        corruptions, NumberRange.of("--severities", severities), Optional.ofNullable(frost)),
                Optional.ofNullable(image),
                side,
                seed,
                out);
        Terminal.line("corrupted images in " + out);
        return 0;
    }
}
