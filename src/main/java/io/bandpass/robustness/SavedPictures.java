package io.bandpass.robustness;

import io.bandpass.config.ConfigException;
import io.bandpass.data.Workers;
import io.bandpass.format.AtomicFiles;
import io.bandpass.image.PngCodec;
import io.bandpass.report.Pixels;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Images as PNG files, {@code MODEL/PART/CLASS/NUMBER-NAME.png}, rounded to 8 bits. The folder of a part appears when it
 * is complete, in place of an older one.
 */
final class SavedPictures implements ImageKeeper {
    private static final int LONGEST_NAME = 100;
    private static final Pattern SAVED = Pattern.compile("\\d{6,}-.*\\.png");

    private final Path folder;
    private final Workers workers = new Workers(OptionalInt.empty(), () -> {});
    private @Nullable Path target;
    private @Nullable Path aside;

    private SavedPictures(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder.
     *
     * @param models names
     * @param parts names of those that have images
     * @throws ConfigException if it cannot be made, or a folder that would be replaced has other files than saved images
     */
    static SavedPictures open(Path folder, List<String> models, List<String> parts) throws IOException {
        for (String model : models) {
            for (String part : parts) {
                refuseForeignFiles(folderOf(folder, model, part));
            }
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ConfigException("the folder " + folder + " for images cannot be made; name another");
        }
        return new SavedPictures(folder);
    }

    @Override
    public void begin(String model, String part) throws IOException {
        target = folderOf(folder, model, part);
        aside = target.resolveSibling(".writing-" + target.getFileName());
        AtomicFiles.delete(aside);
        Files.createDirectories(aside);
    }

    private static Path folderOf(Path folder, String model, String part) {
        return folder.resolve(PartStore.fileName(model)).resolve(PartStore.fileName(part));
    }

    /** Rejects a folder that would be replaced though it has files that were not saved by an earlier call. */
    private static void refuseForeignFiles(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            Optional<Path> foreign = files.filter(file -> !Files.isDirectory(file))
                    .filter(file ->
                            !SAVED.matcher(String.valueOf(file.getFileName())).matches())
                    .findFirst();
            if (foreign.isPresent()) {
                throw new ConfigException("the folder " + folder + " would be replaced, but has other files than saved"
                        + " images, such as " + foreign.get() + "; name another folder for images");
            }
        }
    }

    @Override
    public void saw(SeenBatch batch) throws IOException {
        Path into = aside;
        if (into == null) {
            throw new IllegalStateException("no part was begun");
        }
        int height = (int) batch.images().size(2);
        int width = (int) batch.images().size(3);
        List<float[]> images = new ArrayList<>();
        for (int row = 0; row < batch.indices().length; row++) {
            try (PointerScope scope = new PointerScope()) {
                images.add(Tensors.toFloats(batch.images().select(0, row)));
            }
        }
        List<byte[]> files = workers.map(images, image -> PngCodec.encode(Pixels.image(image, height, width)));
        long[] labels = Tensors.toLongs(batch.labels());
        for (int row = 0; row < labels.length; row++) {
            Path ofClass = into.resolve(className(batch, labels[row]));
            Files.createDirectories(ofClass);
            byte[] png = files.get(row);
            AtomicFiles.writeInPlace(ofClass.resolve(imageName(batch, row)), file -> Files.write(file, png));
        }
    }

    /** The name of the class if files can have it, which then can be read as a class again; else with its number. */
    private static String className(SeenBatch batch, long label) {
        String name = batch.classes().get((int) label);
        String plain = plain(name);
        return plain.equals(name) ? name : String.format(Locale.ROOT, "%03d-%s", label, plain);
    }

    /** Number and name of an image: names alone need not differ, as they may come from several folders. */
    private static String imageName(SeenBatch batch, int row) {
        String name = batch.source().relativeName(batch.indices()[row]).replace('\\', '/');
        String file = name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.[A-Za-z]{3,4}$", "");
        return String.format(Locale.ROOT, "%06d-%s.png", batch.indices()[row], plain(file));
    }

    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._ -]+", "-").replaceFirst("^\\.+", "");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME);
    }

    @Override
    public void end() throws IOException {
        if (target == null || aside == null) {
            throw new IllegalStateException("no part was begun");
        }
        if (Files.isDirectory(target)) {
            AtomicFiles.removeFolder(target);
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        aside = null;
    }

    @Override
    public void finish() {}

    @Override
    public void close() throws IOException {
        workers.close();
        if (aside != null) {
            AtomicFiles.delete(aside);
        }
    }
}
