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
 * The images of a divided set, as numbers by which each is recognised again: by its place, or by its name where the set
 * was moved or copied. Other images may have the same names, so the pixels of a few are kept too.
 *
 * @param trainPlaces of the images to train on, ascending, like all of these
 * @param heldOutPlaces of the held-out images
 * @param trainNames of the images to train on
 * @param heldOutNames of the held-out images
 * @param sampleNames the lowest names of both parts
 * @param sampleContents the pixels of the images of these names
 */
public record SplitKeys(
        long[] trainPlaces,
        long[] heldOutPlaces,
        long[] trainNames,
        long[] heldOutNames,
        long[] sampleNames,
        long[] sampleContents) {
    private static final int SAMPLE = 256;

    /** An image that belongs to neither part. */
    public static final byte UNKNOWN = 0;

    /** An image of the part to train on. */
    public static final byte TRAINED = 1;

    /** An image of the held-out part. */
    public static final byte HELD_OUT = 2;

    /** Keys of a divided set. */
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

    /** The positions of the lowest names, by name. */
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
        long[] part = Arrays.copyOfRange(keys, from, to);
        Arrays.sort(part);
        return part;
    }

    /** How many images there are. */
    public int images() {
        return trainNames.length + heldOutNames.length;
    }

    /**
     * SHA-256 of the names of both parts and of the pixels of a few images, in hexadecimal digits. It does not depend on
     * where the images lie, nor on their order.
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
     * To which part each of these images belongs: {@link #UNKNOWN}, {@link #TRAINED} or {@link #HELD_OUT}.
     *
     * @param named whether these are of a part that the data names as held out: by its name alone an image of it may be one
     *     of either part, and then it is of the held-out one
     */
    public byte[] match(ImageSource images, boolean named) {
        byte[] parts = parts(ImageKeys.places(images), trainPlaces, heldOutPlaces, false);
        if (!isUnknown(parts)) {
            return parts;
        }
        long[] names = ImageKeys.names(images);
        byte[] byName = parts(names, trainNames, heldOutNames, named);
        return isUnknown(byName) || hasSameContent(images, names) ? byName : parts;
    }

    private static byte[] parts(long[] keys, long[] train, long[] heldOut, boolean heldOutFirst) {
        byte[] parts = new byte[keys.length];
        for (int i = 0; i < keys.length; i++) {
            boolean trained = Arrays.binarySearch(train, keys[i]) >= 0;
            boolean held = Arrays.binarySearch(heldOut, keys[i]) >= 0;
            if (trained || held) {
                parts[i] = held && (heldOutFirst || !trained) ? HELD_OUT : TRAINED;
            }
        }
        return parts;
    }

    private static boolean isUnknown(byte[] parts) {
        for (byte part : parts) {
            if (part != UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Whether most of the images whose pixels can be compared have those of their names. */
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
