package io.bandpass.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fingerprint of a split: keys that recognise its images by place, or by name if the set was moved or copied. Other
 * images may have the same names, so the pixels of a few are included.
 *
 * @param trainPlaces of the training images; all arrays are ascending
 * @param heldOutPlaces of the held-out images
 * @param trainNames of the training images
 * @param heldOutNames of the held-out images
 * @param sampleNames the lowest names of both splits
 * @param sampleContents the pixels of the images with these names
 */
public record SplitKeys(
        long[] trainPlaces,
        long[] heldOutPlaces,
        long[] trainNames,
        long[] heldOutNames,
        long[] sampleNames,
        long[] sampleContents) {
    private static final int SAMPLE = 256;

    /** An image of neither split. */
    public static final byte UNKNOWN = 0;

    /** A training image. */
    public static final byte TRAINED = 1;

    /** A held-out image. */
    public static final byte HELD_OUT = 2;

    /** Computes the keys of a split. */
    public static SplitKeys of(ImageSource train, ImageSource heldOut) {
        ImageSource all = new JoinedImages(List.of(train, heldOut));
        long[] names = ImageKeys.names(all);
        int[] lowest = lowest(names);
        long[] places = ImageKeys.places(all);
        return new SplitKeys(
                sorted(places, 0, train.size()),
                sorted(places, train.size(), names.length),
                sorted(names, 0, train.size()),
                sorted(names, train.size(), names.length),
                IntStream.of(lowest).mapToLong(i -> names[i]).toArray(),
                IntStream.of(lowest)
                        .parallel()
                        .mapToLong(i -> ImageKeys.content(all, i))
                        .toArray());
    }

    /** Returns the positions of the lowest names, ordered by name. */
    private static int[] lowest(long[] names) {
        long[] sorted = sorted(names, 0, names.length);
        long most = sorted.length > SAMPLE ? sorted[SAMPLE - 1] : Long.MAX_VALUE;
        return IntStream.range(0, names.length)
                .filter(i -> names[i] <= most)
                .boxed()
                .sorted(Comparator.comparingLong(i -> names[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static long[] sorted(long[] keys, int from, int to) {
        long[] range = Arrays.copyOfRange(keys, from, to);
        Arrays.sort(range);
        return range;
    }

    /** Number of images. */
    public int images() {
        return trainNames.length + heldOutNames.length;
    }

    /**
     * Returns the SHA-256, in hexadecimal digits, of the names of both splits and the pixels of a few images. It is
     * independent of the location and the order of the images.
     */
    public String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (long[] keys : new long[][] {trainNames, heldOutNames, sampleContents}) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Long.BYTES, keys.length + 1));
                bytes.putLong(keys.length);
                bytes.asLongBuffer().put(keys);
                sha.update(bytes.array());
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /**
     * Returns the split of each of these images: {@link #UNKNOWN}, {@link #TRAINED} or {@link #HELD_OUT}.
     *
     * @param named whether the data defines these images as held out; then a name that occurs in both splits counts as
     *     held out
     */
    public byte[] match(ImageSource images, boolean named) {
        byte[] splits = splits(ImageKeys.places(images), trainPlaces, heldOutPlaces, false);
        if (!isUnknown(splits)) {
            return splits;
        }
        long[] names = ImageKeys.names(images);
        byte[] byName = splits(names, trainNames, heldOutNames, named);
        return isUnknown(byName) || hasSameContent(images, names) ? byName : splits;
    }

    private static byte[] splits(long[] keys, long[] train, long[] heldOut, boolean heldOutFirst) {
        byte[] splits = new byte[keys.length];
        for (int i = 0; i < keys.length; i++) {
            boolean trained = Arrays.binarySearch(train, keys[i]) >= 0;
            boolean held = Arrays.binarySearch(heldOut, keys[i]) >= 0;
            if (trained || held) {
                splits[i] = held && (heldOutFirst || !trained) ? HELD_OUT : TRAINED;
            }
        }
        return splits;
    }

    private static boolean isUnknown(byte[] splits) {
        for (byte split : splits) {
            if (split != UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether at least half of the images whose pixels can be compared have the pixels recorded for their
     * names.
     */
    private boolean hasSameContent(ImageSource images, long[] names) {
        int[] compared = IntStream.range(0, names.length)
                .filter(i -> Arrays.binarySearch(sampleNames, names[i]) >= 0)
                .toArray();
        long equal = IntStream.of(compared)
                .parallel()
                .filter(i -> ImageKeys.content(images, i) == sampleContents[Arrays.binarySearch(sampleNames, names[i])])
                .count();
        return 2 * equal >= compared.length;
    }
}
