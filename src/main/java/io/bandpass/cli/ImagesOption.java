package io.bandpass.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Images, of the bundled set where none are named. */
final class ImagesOption {
    static final String DESCRIPTION =
            "Images: a folder, a list or CSV file, a glob, an IDX or CIFAR file, WebDataset shards, Parquet files, or a single image. May be repeated.";
    static final String LABELLED =
            "Labelled images: a folder with a folder per class, a CSV file, IDX or CIFAR files, shards or Parquet files with labels. May be repeated.";

    /** The same for commands that have no default. */
    static final class Required {
        @Option(
                names = {"--data", "--images"},
                required = true,
                arity = "1..*",
                paramLabel = "PATH",
                description = DESCRIPTION)
        private List<String> paths = List.of();

        List<String> paths() {
            return paths;
        }
    }

    @Option(
            names = {"--data", "--images"},
            paramLabel = "PATH",
            description = DESCRIPTION + " Default: the bundled ones.")
    private List<String> paths = new ArrayList<>();

    List<String> paths() {
        return paths;
    }
}
