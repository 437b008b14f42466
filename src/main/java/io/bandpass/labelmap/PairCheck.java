package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.data.UnreadableImages;
import io.bandpass.data.Workers;
import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageHeader;
import io.bandpass.image.MaskFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks by their headers whether images and masks can be read and belong together. */
final class PairCheck {
    private static final String USABLE = "";

    private PairCheck() {}

    /**
     * Returns the usable pairs.
     *
     * @param unpaired files without a partner, each with a reason
     * @param unreadable counts all files, and collects the others
     */
    static List<MaskPair> usable(
            List<MaskPair> pairs,
            Map<String, String> unpaired,
            DataConfig config,
            Workers workers,
            UnreadableImages unreadable) {
        unreadable.count(pairs.size() + unpaired.size());
        List<String> problems = workers.map(pairs, pair -> problem(pair, config.maxPixels()));
        List<MaskPair> usable = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            if (problems.get(i).equals(USABLE)) {
                usable.add(pairs.get(i));
            } else {
                unreadable.add(FileNames.text(pairs.get(i).image()), problems.get(i));
            }
        }
        unpaired.forEach(unreadable::add);
        return usable;
    }

    private static String problem(MaskPair pair, long maxPixels) {
        HeaderCheck image = FolderFiles.header(pair.image());
        String refusal = image.refusal(maxPixels);
        if (refusal != null) {
            return refusal;
        }
        HeaderCheck found = FolderFiles.header(pair.mask());
        HeaderCheck mask = found.format() == null ? found : MaskFile.check(pair.mask(), maxPixels);
        if (mask.format() == null) {
            return ofMask(pair, String.valueOf(mask.reason()));
        }
        try {
            isAsStored(pair.image(), image.height(), image.width(), mask.height(), mask.width());
            return USABLE;
        } catch (BadImageException e) {
            return ofMask(pair, e.reason());
        }
    }

    /** Returns a problem of a mask as one of its image. */
    static String ofMask(MaskPair pair, String reason) {
        return "its mask " + FileNames.text(pair.mask()) + " cannot be used: " + reason;
    }

    /**
     * Returns whether a mask is for the image as stored, not as seen after its EXIF orientation is applied.
     *
     * @param height of the upright image
     * @param width of the upright image
     * @throws BadImageException if it is for neither
     */
    static boolean isAsStored(Path image, int height, int width, int maskHeight, int maskWidth)
            throws BadImageException {
        if (maskHeight == height && maskWidth == width) {
            return false;
        }
        if (maskHeight == width && maskWidth == height && ImageHeader.isTurned(image)) {
            return true;
        }
        throw new BadImageException(
                "it has " + maskWidth + " x " + maskHeight + " pixels, but the image " + width + " x " + height);
    }
}
