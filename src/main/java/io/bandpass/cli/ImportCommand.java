package io.bandpass.cli;

import io.bandpass.interop.WeightsImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bandpass import}. */
@Command(
        name = "import",
        description = {
            "Takes over weights of other programs: the method's authors, timm, torchvision, MAE, SimMIM,",
            "and segmentation models of mmsegmentation."
        },
        footer = {
            "",
            "Examples:",
            "  bandpass import mfm_pretrain_vit_base.pth --out weights/mfm",
            "  bandpass import resnet50.safetensors --out weights/r50 --image-size 224",
            "  bandpass import upernet_beit_base.pth --out weights/upernet --set head.levels=[3,5,7,11]",
            "  bandpass knn --weights weights/mfm --train images/train --test images/val"
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A PyTorch file (.pth) or safetensors.")
    private Path file = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the weights.")
    private Path out = Path.of("");

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Edge of the images in pixels, where the file does not say it or another is wanted.")
    private @Nullable Integer imageSize;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads of a ViT, where the file is silent.")
    private @Nullable Integer heads;

    @Mixin
    private SettingsOption set = new SettingsOption();

    @Option(names = "--partial", description = "Allow missing or extra tensors; missing ones are initialised.")
    private boolean partial;

    @Option(names = "--overwrite", description = "Write into a folder that is not empty.")
    private boolean overwrite;

    @Override
    public Integer call() throws IOException {
        WeightsImport job = WeightsImport.of(file, out).partial(partial).overwrite(overwrite);
        if (imageSize != null) {
            job.imageSize(imageSize);
        }
        if (heads != null) {
            job.heads(heads);
        }
        set.settings().forEach(job::set);
        WeightsImport.Imported imported = job.run();
        imported.lines().forEach(Terminal::line);
        imported.files().forEach(written -> Terminal.line("written: " + written));
        return 0;
    }
}
