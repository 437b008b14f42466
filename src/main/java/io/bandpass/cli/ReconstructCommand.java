package io.bandpass.cli;

import io.bandpass.Reconstruction;
import io.bandpass.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bandpass reconstruct}. */
@Command(
        name = "reconstruct",
        description = "Draws what a pre-trained model makes of images: a picture for each.",
        footer = {"", "Example: bandpass reconstruct --run runs/a --images photos/ --out pictures/"})
final class ReconstructCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(names = "--images", required = true, paramLabel = "PATH", description = "Images. May be repeated.")
    private List<String> images = List.of();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the pictures.")
    private Path out = Path.of("");

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "Most pictures. Default: 100.")
    private int limit;

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto, cpu or cuda.")
    private String device = "auto";

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new ConfigException("--limit is " + limit + ", but must be a whole number above 0");
        }
        Reconstruction.Drawn drawn = Reconstruction.draw(weights.full(), images, out, limit, device);
        drawn.unreadable().forEach(line -> Terminal.error("unreadable: " + line));
        Terminal.line(drawn.pictures().size() + " pictures in " + out);
        return 0;
    }
}
