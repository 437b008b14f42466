package io.bandpass.data;

/**
 * The place of an image in a compressed page as one number: that of the page among those of its file, and the position
 * in the page's content. It is negative, where the position of an image that is not compressed is not.
 */
final class PackedPlace {
    private PackedPlace() {}

    static long of(int page, int at) {
        return ~(((long) page << Integer.SIZE) | at);
    }

    static boolean isPacked(long place) {
        return place < 0;
    }

    static int page(long place) {
        return (int) (~place >>> Integer.SIZE);
    }

    static int at(long place) {
        return (int) ~place;
    }
}
