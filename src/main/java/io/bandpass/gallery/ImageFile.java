package io.bandpass.gallery;

import io.bandpass.config.DataConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.Preprocessing;
import io.bandpass.text.Counts;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A single image file, as galleries show it. */
final class ImageFile {
    private ImageFile() {}

    /**
     * Reads and preprocesses an image.
     *
     * @return (1, 3, edge, edge), uint8
     * @throws DataException if the file cannot be read, or holds several images
     */
    static Tensor read(DataConfig config, Path image, Preprocessing preprocessing) {
        Datasets found = Datasets.open(config.lenient(), List.of(image.toString()), 0, 0);
        if (found.train().size() > 1) {
            throw new DataException("`image` takes a file of one image, and " + image + " holds "
                    + Counts.of(found.train().size(), "image"));
        }
        Tensor pixels =
                preprocessing.batch(found.train(), new int[] {0}, found.bad()).images();
        if (pixels.size(0) == 0) {
            throw new DataException(image + " cannot be read: "
                    + String.join(", ", found.bad().reasons().values()));
        }
        return pixels;
    }
}
