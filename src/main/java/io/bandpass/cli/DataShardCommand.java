package io.bandpass.cli;

import io.bandpass.dataset.ImageShards;
import io.bandpass.dataset.ShardSize;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bandpass data shard}. */
@Command(
        name = "shard",
        description =
                "Packs images into WebDataset shards, for disks and networks on which many small files are slow. Files are"
                        + " copied byte for byte, other images become PNG; with labels and an index.",
        footer = {"", "Example: bandpass data shard --data photos/ --out shards/ --size 1GB"})
final class DataShardCommand implements Callable<Integer> {
    @Mixin
    private DataCommand.Images images = new DataCommand.Images();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the shards.")
    private Path out = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "Maximum size of a shard, such as 500MB or 1GiB. Default: 1GB.")
    private String size = "1GB";

    @Option(
            names = "--images-per-shard",
            paramLabel = "N",
            description = "Maximum number of images in a shard. Default: 100000.")
    private int imagesPerShard = 100_000;

    @Mixin
    private MaxBadOption maxBad = new MaxBadOption();

    @Option(names = "--overwrite", description = "Replace a folder that holds shards.")
    private boolean overwrite;

    @Override
    public Integer call() throws IOException {
        List<String> settings = new ArrayList<>(images.settings());
        if (maxBad.value() != null) {
            settings.add("data.max-bad=" + maxBad.value());
        }
        ImageShards.Result result;
        try (CountBar bar = new CountBar("image")) {
            result = ImageShards.write(
                    images.paths(), settings, out, ShardSize.of(size, imagesPerShard), overwrite, bar::reached);
        }
        Terminal.notices(result.notices());
        Terminal.unreadable(result.unreadable());
        Terminal.line(Counts.of(result.images(), "image")
                + (result.classes() == 0 ? "" : " of " + Counts.of(result.classes(), "class")) + " in "
                + Counts.of(result.shards(), "shard") + ": " + out);
        Terminal.line("next: bandpass pretrain --data " + out);
        return 0;
    }
}
