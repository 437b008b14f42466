package io.bandpass.cli;

import io.bandpass.config.ConfigException;
import io.bandpass.interop.WeightsExport;
import io.bandpass.onnx.OnnxExport;
import io.bandpass.onnx.OnnxOptions;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bandpass export}. */
@Command(
        name = "export",
        description = "Writes weights for other programs: ONNX, timm, mmsegmentation, or PyTorch in general.",
        footer = {
            "",
            "Examples:",
            "  bandpass export --run runs/a --format timm --out encoder-timm.safetensors",
            "  bandpass export --run runs/a --format onnx --out encoder.onnx",
            "  bandpass export --weights runs/a/weights/full.safetensors \\",
            "      --format pth-state-dict --out full.pth",
            "  bandpass export --run runs/seg --format mmsegmentation --out upernet.pth"
        })
final class ExportCommand implements Callable<Integer> {
    private static final List<String> FORMATS = Stream.concat(
                    Arrays.stream(WeightsExport.Format.values()).map(WeightsExport.Format::word),
                    Stream.of(OnnxExport.FORMAT))
            .toList();

    @ArgGroup(multiplicity = "1")
    private WeightsChoice weights = new WeightsChoice();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "NAME",
            description = "timm (the encoder for timm's class), safetensors or pth-state-dict (all, under our names),"
                    + " mmsegmentation (a segmentation model, under that program's names), or onnx (an encoder"
                    + " or a classifier, for ONNX Runtime and others).")
    private String format = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    private Path out = Path.of("");

    @Option(names = "--overwrite", description = "Replace the file if it is there.")
    private boolean overwrite;

    @Option(
            names = "--preprocess",
            paramLabel = "WHERE",
            defaultValue = "outside",
            description =
                    "For onnx: where images are normalised, outside (the graph takes float32, (N, 3, H, W)) or inside"
                            + " (it takes uint8, (N, H, W, 3)). Default: ${DEFAULT-VALUE}.")
    private String preprocess = "outside";

    @Option(
            names = "--fp16",
            description =
                    "For onnx: store matrices and convolutions as float16, which halves the file; the graph computes in"
                            + " float32.")
    private boolean half;

    @Override
    public Integer call() throws IOException {
        if (!FORMATS.contains(format)) {
            throw new ConfigException("--format is '" + format + "', but must be one of " + String.join(", ", FORMATS));
        }
        if (!preprocess.equals("inside") && !preprocess.equals("outside")) {
            throw new ConfigException("--preprocess is '" + preprocess + "', but must be inside or outside");
        }
        if (format.equals(OnnxExport.FORMAT)) {
            return onnx();
        }
        if (preprocess.equals("inside")) {
            throw new ConfigException("--preprocess inside is for --format onnx only, as other formats hold no graph");
        }
        if (half) {
            throw new ConfigException("--fp16 is for --format onnx only");
        }
        WeightsExport.Exported exported = WeightsExport.write(
                format.equals(WeightsExport.Format.MMSEGMENTATION.word()) ? weights.model() : weights.encoder(),
                format,
                out,
                overwrite);
        Terminal.line(Counts.of(exported.tensors(), "tensor") + " written to " + exported.file());
        exported.lines().forEach(Terminal::line);
        return 0;
    }

    private int onnx() throws IOException {
        OnnxExport.Exported exported =
                OnnxExport.write(weights.model(), out, new OnnxOptions(preprocess.equals("inside"), half), overwrite);
        Terminal.line("a graph of " + Counts.of(exported.nodes(), "node") + " and "
                + Counts.of(exported.tensors(), "tensor") + " written to " + exported.file());
        Terminal.line("input " + exported.input() + "; outputs " + String.join(", ", exported.outputs()));
        exported.rounding()
                .ifPresent(change -> Terminal.line(String.format(
                        Locale.ROOT, "float16 weights change the outputs for a random image by %.1e at most", change)));
        Terminal.line(
                exported.verification()
                        .map(found -> String.format(
                                Locale.ROOT,
                                "verified: the outputs of ONNX Runtime %s and of Bandpass differ by %.1e at most",
                                found.runtime(),
                                found.largestDifference()))
                        .orElse(
                                "not verified, as ONNX Runtime is not on the class path; docs/onnx.md says how to put it there"));
        return 0;
    }
}
