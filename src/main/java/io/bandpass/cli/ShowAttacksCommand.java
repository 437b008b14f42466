package io.bandpass.cli;

import io.bandpass.gallery.AttackGallery;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass show attacks}. */
@Command(
        name = "attacks",
        description =
                "Draws what attacks on a classifier make of an image: the image, the perturbation magnified, and the attacked"
                        + " image, with the predicted classes.",
        footer = {
            "",
            "Examples:",
            "  bandpass show attacks --run runs/tuned --image boot.png --out attacks.png",
            "  bandpass show attacks --run runs/tuned --image boot.png --label boot --attacks pgd,apgd-t --eps 1/255,4/255"
                    + " --out attacks.png"
        })
final class ShowAttacksCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(names = "--image", required = true, paramLabel = "FILE", description = "Image to attack.")
    private Path image = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The picture, a PNG file.")
    private Path out = Path.of("");

    @Option(
            names = "--label",
            paramLabel = "NAME",
            description = "Class of the image, as the model names it. Default: the model's own prediction.")
    private @Nullable String label;

    @Option(
            names = "--attacks",
            paramLabel = "NAME,...",
            split = ",",
            description = "Attacks, as of robustness. Default: fgsm,pgd.")
    private List<String> attacks = List.of("fgsm", "pgd");

    @Mixin
    private AttackOptions attackOptions = new AttackOptions();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all draws. Default: 0.")
    private long seed;

    @Mixin
    private PreprocessOptions preprocess = new PreprocessOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        AttackGallery gallery = new AttackGallery(
                weights.model(),
                preprocess.given(),
                attackOptions.of(attacks),
                seed,
                device.device(),
                device.threads());
        AttackGallery.Drawn drawn = gallery.draw(image, Optional.ofNullable(label), out);
        Terminal.notices(drawn.doubts());
        Terminal.line(
                drawn.given()
                        ? "the class is " + drawn.label() + ", as given; without attack the model predicts "
                                + (drawn.before().equals(drawn.label()) ? "it" : drawn.before() + ", which is wrong")
                        : "no label was given: attacked is the model's own prediction, " + drawn.label());
        Terminal.line(
                "wrong under " + drawn.wrong() + " of " + Counts.of(drawn.attacks(), "attack") + "; picture in " + out);
        return 0;
    }
}
