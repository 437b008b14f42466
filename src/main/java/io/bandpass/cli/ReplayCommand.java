package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.replay.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass replay}. */
@Command(
        name = "replay",
        description = "Runs training steps from a given state on given batches, and writes the loss and gradient norm"
                + " of each: for parity checks with other programs, or to reproduce a non-finite step.",
        footer = {
            "",
            "Examples:",
            "  bandpass replay --state s.safetensors --batches b.safetensors --recipe my.yaml",
            "  bandpass replay --state t.pth --optimizer-state --batches b.safetensors \\",
            "    --recipe my.yaml --out losses.json",
            "  bandpass replay --bundle runs/a/replay/step-120"
        })
final class ReplayCommand implements Callable<Integer> {
    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "What a run saved of a non-finite step; replaces --state, --batches and --recipe.")
    private @Nullable Path bundle;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Weights of the whole model; names as here, as in timm or as in the authors' program.")
    private @Nullable Path state;

    @Option(
            names = "--optimizer-state",
            description =
                    "Take moments and number of updates of AdamW from --state too, a PyTorch file that holds them,"
                            + " and go on with the step after them.")
    private boolean optimizerState;

    @Option(
            names = "--batches",
            paramLabel = "FILE",
            description = "Safetensors with images_u8 (steps, N, 3, H, W), and is_low (steps, N), or indices (steps, N)"
                    + " and epoch (steps).")
    private @Nullable Path batches;

    @Option(names = "--recipe", paramLabel = "NAME|FILE", description = "Recipe, by name or as YAML.")
    private @Nullable String recipe;

    @Mixin
    private SettingsOption set = new SettingsOption();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Option(
            names = "--steps-per-epoch",
            paramLabel = "N",
            description = "Steps of an epoch of the learning-rate schedule. Default: the batches are the whole run.")
    private @Nullable Long stepsPerEpoch;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "JSON file: a list of {step, loss, grad_norm, learning_rate}.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        Replay replay = Replay.of(
                named("--state", state, "state.safetensors"),
                named("--batches", batches, "batches.safetensors"),
                recipe != null ? recipe : named("--recipe", null, "config.yaml").toString());
        set.settings().forEach(replay::set);
        compute.settings().forEach(replay::set);
        if (stepsPerEpoch != null) {
            replay.stepsPerEpoch(stepsPerEpoch);
        }
        replay.optimizerState(optimizerState);
        List<Replay.Step> steps = out == null ? replay.run() : replay.run(out);
        Terminal.line(
                optimizerState
                        ? "optimizer: moments and number of updates are those of " + state
                        : "optimizer: starts anew, without moments");
        for (Replay.Step step : steps) {
            Terminal.line(String.format(
                    Locale.ROOT,
                    "step %d  loss %.7g  grad %.7g  rate %.7g",
                    step.step(),
                    step.loss(),
                    step.gradNorm(),
                    step.learningRate()));
        }
        return 0;
    }

    private Path named(String flag, @Nullable Path given, String inBundle) {
        if (given != null) {
            return given;
        }
        if (bundle == null) {
            throw new ConfigException(flag + " is missing, and there is no --bundle");
        }
        if (!Files.isDirectory(bundle)) {
            throw new ConfigException("there is no bundle " + bundle
                    + ": a run leaves one for each step that it skipped, in its folder replay/");
        }
        return bundle.resolve(inBundle);
    }
}
