package io.bandpass.robustness;

import io.bandpass.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of images that a user asks for. */
record SavedOutputs(List<ImageKeeper> keepers) implements AutoCloseable {
    private static final int CHANNELS = 3;

    /**
     * Opens the files, before anything is measured.
     *
     * @param folder for PNG files
     * @param tensors safetensors file
     * @throws io.bandpass.config.ConfigException if they cannot be written
     */
    static SavedOutputs open(
            Optional<Path> folder,
            Optional<Path> tensors,
            List<EvaluatedClassifier> models,
            List<Part> parts,
            Optional<EvaluatedImages> images)
            throws IOException {
        if (images.isEmpty() && (folder.isPresent() || tensors.isPresent())) {
            throw new ConfigException(
                    "there are no images to save but those of stored sets, which are there already: give some with"
                            + " `data`");
        }
        List<ImageKeeper> keepers = new ArrayList<>();
        // First what checks more than it makes.
        if (tensors.isPresent()) {
            int count = images.orElseThrow().images().size();
            keepers.add(SavedTensors.open(tensors.get(), count, count * bytesOfAnImage(models, parts)));
        }
        if (folder.isPresent()) {
            keepers.add(SavedPictures.open(
                    folder.get(),
                    models.stream().map(EvaluatedClassifier::name).toList(),
                    parts.stream()
                            .filter(part -> part.examples() > 0)
                            .map(Part::name)
                            .toList()));
        }
        return new SavedOutputs(List.copyOf(keepers));
    }

    /** Bytes of an image, its logits and its label, in all parts of all models. */
    private static long bytesOfAnImage(List<EvaluatedClassifier> models, List<Part> parts) {
        long saved = parts.stream().filter(part -> part.examples() > 0).count();
        return models.stream()
                .mapToLong(model -> saved
                        * (Float.BYTES
                                        * ((long) CHANNELS * model.imageSize() * model.imageSize()
                                                + model.classNames().size())
                                + Long.BYTES))
                .sum();
    }

    @Override
    public void close() throws IOException {
        for (ImageKeeper keeper : keepers) {
            keeper.close();
        }
    }
}
