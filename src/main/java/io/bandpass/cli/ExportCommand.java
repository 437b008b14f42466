package io.bandpass.cli;

import io.bandpass.interop.WeightsExport;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bandpass export}. */
@Command(
        name = "export",
        description = "Writes weights for other programs: timm, mmsegmentation, or PyTorch in general.",
        footer = {
            "",
            "Examples:",
            "  bandpass export --run runs/a --format timm --out encoder-timm.safetensors",
            "  bandpass export --weights runs/a/weights/full.safetensors \\",
            "      --format pth-state-dict --out full.pth",
            "  bandpass export --run runs/seg --format mmsegmentation --out upernet.pth"
        })
final class ExportCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "NAME",
            description =
                    "timm (the encoder for timm's class), safetensors or pth-state-dict (all, under our names), or"
                            + " mmsegmentation (a segmentation model, under that program's names).")
    private String format = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    private Path out = Path.of("");

    @Option(names = "--overwrite", description = "Replace the file if it is there.")
    private boolean overwrite;

    @Override
    public Integer call() throws IOException {
        WeightsExport.Exported exported = WeightsExport.write(
                format.equals(WeightsExport.Format.MMSEGMENTATION.word()) ? weights.model() : weights.encoder(),
                format,
                out,
                overwrite);
        Terminal.line(Counts.of(exported.tensors(), "tensor") + " written to " + exported.file());
        exported.lines().forEach(Terminal::line);
        return 0;
    }
}
