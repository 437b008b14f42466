package io.bandpass.data;

import io.bandpass.image.BadImageException;
import io.bandpass.image.RgbImage;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * 64-bit keys that recognise images under different names.
 * <p>The place of an image is its file, with the links in its folders resolved; for a member of an archive, the archive's
 * place and its name there; for another image in a multi-image file, its row and pixels. The name is the relative name, which survives moving or copying a whole set. The content is the
 * pixels, and expensive to compute.
 */
final class ImageKeys {
    private static final int PORTION = 1 << 13;

    private ImageKeys() {}

    /** Returns the key of each image's place, by position. */
    static long[] places(ImageSource images) {
        Map<Path, String> folders = new ConcurrentHashMap<>();
        return IntStream.range(0, images.size())
                .parallel()
                .mapToLong(index -> images.file(index)
                        .map(file -> place(file, folders))
                        .or(() -> images.member(index)
                                .map(member -> place(member.archive(), folders) + "/" + member.name()))
                        .map(ImageKeys::hash)
                        .orElseGet(
                                () -> KeyedRandom.hash(content(images, index), Purpose.HOLD_OUT, row(images, index))))
                .toArray();
    }

    private static String place(Path file, Map<Path, String> folders) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        return folder == null
                ? absolute.toString()
                : folders.computeIfAbsent(folder, whole -> FileNames.real(whole).toString()) + "/"
                        + absolute.getFileName();
    }

    /** Returns the hash of the row, which follows the last # in the name of an image of a multi-image file. */
    private static long row(ImageSource images, int index) {
        String name = images.name(index);
        return hash(name.substring(name.lastIndexOf('#') + 1));
    }

    /** Returns the key of each image's name, by position. */
    static long[] names(ImageSource images) {
        return IntStream.range(0, images.size())
                .parallel()
                .mapToLong(index -> hash(images.relativeName(index)))
                .toArray();
    }

    /** Returns the key of an image's pixels; 0 if it is unreadable. */
    static long content(ImageSource images, int index) {
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = images.read(index);
            long state = KeyedRandom.hash(image.height(), Purpose.HOLD_OUT, image.width());
            return hash(state, image);
        } catch (BadImageException e) {
            return 0;
        }
    }

    /** Hashes in portions, because several threads do it at once and an image may fill most of the memory. */
    private static long hash(long first, RgbImage image) {
        long state = first;
        byte[] portion = new byte[PORTION];
        long done = 0;
        for (int count = image.copy(0, portion); count > 0; count = image.copy(done, portion)) {
            for (int i = 0; i < count; i++) {
                state = (state ^ portion[i]) * 0x100000001B3L;
                state ^= state >>> 32;
            }
            done += count;
        }
        return state;
    }

    private static long hash(String text) {
        // Systems differ in the Unicode normalisation of file names.
        return KeyedRandom.hash(0, Purpose.HOLD_OUT, Normalizer.normalize(text, Normalizer.Form.NFC));
    }
}
