package io.bandpass.dataset;

import io.bandpass.data.ArchiveMember;
import io.bandpass.data.ImageSource;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.KeyedRandom.Purpose;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keys of images in shards: their names without the extension and without further dots, where the key would end. Images
 * whose keys would be the same get their number in the set as well.
 */
final class ShardKeys {
    private static final int LONGEST = 512;

    private final ImageSource images;
    private final long[] several;
    private final boolean numbered;

    private ShardKeys(ImageSource images, long[] several, boolean numbered) {
        this.images = images;
        this.several = several;
        this.numbered = numbered;
    }

    static ShardKeys of(ImageSource images) {
        ShardKeys plain = new ShardKeys(images, new long[0], false);
        ShardKeys distinct = new ShardKeys(images, plain.repeated(), false);
        return distinct.repeated().length == 0 ? distinct : new ShardKeys(images, new long[0], true);
    }

    /** Returns the hashes of the keys that several images have, ascending. */
    private long[] repeated() {
        long[] hashes = IntStream.range(0, images.size())
                .parallel()
                .mapToLong(index -> hash(key(index)))
                .sorted()
                .toArray();
        return IntStream.range(1, hashes.length)
                .filter(i -> hashes[i] == hashes[i - 1])
                .mapToLong(i -> hashes[i])
                .distinct()
                .toArray();
    }

    private static long hash(String key) {
        return KeyedRandom.hash(0, Purpose.HOLD_OUT, key);
    }

    /** Returns the key of an image, which no other has. */
    String key(int index) {
        Optional<ArchiveMember> member = images.member(index);
        Optional<ArchiveMember> named = member.filter(part -> !part.isRow());
        boolean hasExtension = named.isPresent() || images.file(index).isPresent();
        String plain = clean(named.map(ArchiveMember::name).orElseGet(() -> images.relativeName(index)), hasExtension);
        return numbered || Arrays.binarySearch(several, hash(plain)) >= 0 ? plain + "-" + index : plain;
    }

    /** Returns a name without what would end a key early, lead out of a folder, or make the name too long. */
    static String clean(String name, boolean hasExtension) {
        StringBuilder key = new StringBuilder();
        String[] parts = name.replace('\\', '_').replace('#', '-').split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == parts.length - 1) {
                int dot = part.lastIndexOf('.');
                part = (hasExtension && dot > 0 ? part.substring(0, dot) : part).replace('.', '_');
            }
            if (!part.isEmpty() && !part.equals(".")) {
                key.append(key.length() == 0 ? "" : "/").append(part.equals("..") ? "__" : part);
            }
        }
        if (key.length() > LONGEST) {
            key.setLength(LONGEST);
        }
        return key.length() == 0 || key.charAt(key.length() - 1) == '/' ? key + "image" : key.toString();
    }
}
