package io.bandpass.labelmap;

import io.bandpass.config.DataConfig;
import io.bandpass.config.LabelClasses;
import io.bandpass.data.FileNames;
import io.bandpass.data.FolderFiles;
import io.bandpass.image.BadImageException;
import io.bandpass.image.DecodeOptions;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.ImageHeader;
import io.bandpass.image.MaskFile;
import io.bandpass.image.MaskRaster;
import io.bandpass.image.Reduction;
import io.bandpass.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images with a mask file each. */
final class MaskedImages implements LabelMapSource {
    private final Path base;
    private final List<MaskPair> pairs;
    private final ClassTable table;
    private final DecodeOptions decoding;

    private MaskedImages(Path base, List<MaskPair> pairs, ClassTable table, DecodeOptions decoding) {
        this.base = base;
        this.pairs = List.copyOf(pairs);
        this.table = table;
        this.decoding = decoding;
    }

    /**
     * Creates a set.
     *
     * @param base root of the relative names; files outside it keep their full names
     */
    static MaskedImages of(Path base, List<MaskPair> pairs, ClassTable table, DataConfig config) {
        return new MaskedImages(base, pairs, table, DecodeOptions.of(config));
    }

    @Override
    public LabelClasses classes() {
        return table.classes();
    }

    @Override
    public LabelledImage readLabelled(int index) throws BadImageException {
        MaskPair pair = pairs.get(index);
        RgbImage image = read(index);
        try {
            return new LabelledImage(image, table.labels(mask(pair, image)));
        } catch (BadImageException e) {
            throw new BadImageException(PairCheck.ofMask(pair, e.reason()));
        }
    }

    /** Reads a mask, and turns it as the image was turned if it lies as the image is stored. */
    private MaskRaster mask(MaskPair pair, RgbImage image) throws BadImageException {
        MaskRaster mask = MaskFile.read(pair.mask(), decoding.maxPixels());
        return PairCheck.isAsStored(pair.image(), image.height(), image.width(), mask.height(), mask.width())
                ? mask.turned(ImageHeader.orientation(pair.image()))
                : mask;
    }

    @Override
    public LabelMapSource select(int[] indices) {
        return new MaskedImages(base, IntStream.of(indices).mapToObj(pairs::get).toList(), table, decoding);
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public String name(int index) {
        return FileNames.text(pairs.get(index).image());
    }

    @Override
    public String relativeName(int index) {
        return FolderFiles.relativeName(base, pairs.get(index).image());
    }

    @Override
    public Optional<Path> file(int index) {
        return Optional.of(pairs.get(index).image());
    }

    @Override
    public RgbImage read(int index) throws BadImageException {
        return ImageDecoder.read(pairs.get(index).image(), Reduction.NONE, decoding.maxPixels());
    }

    @Override
    public RgbImage read(int index, Reduction reduction) throws BadImageException {
        return ImageDecoder.read(
                pairs.get(index).image(), decoding.reduced() ? reduction : Reduction.NONE, decoding.maxPixels());
    }
}
