package io.bandpass.labelmap;

import io.bandpass.image.BadImageException;
import java.util.Locale;

/**
 * A mask as COCO stores it: the lengths of runs of pixels down the columns of the image, one column after the other,
 * outside and inside in turn, beginning outside.
 */
final class RunLengths {
    /** Digits of packed text are characters from here on. */
    private static final int ZERO = '0';

    private static final int DIGITS = 64;
    private static final int VALUE_BITS = 5;
    private static final int VALUE = (1 << VALUE_BITS) - 1;
    private static final int SIGN = 0x10;
    private static final int MORE = 0x20;

    /** Digits of a run longer than any image. */
    private static final int LONGEST = 8;

    private final NumberList lengths;

    private RunLengths(NumberList lengths) {
        this.lengths = lengths;
    }

    /**
     * Takes plain lengths.
     *
     * @throws BadImageException if they do not fill an image of this size
     */
    static RunLengths plain(NumberList lengths, int height, int width) throws BadImageException {
        double sum = 0;
        for (int i = 0; i < lengths.size(); i++) {
            double length = lengths.get(i);
            if (!(length >= 0) || length != Math.rint(length)) {
                throw new BadImageException("has a run of the length " + length);
            }
            sum += length;
        }
        long pixels = (long) height * width;
        if (sum != pixels) {
            throw new BadImageException(String.format(
                    Locale.ROOT, "has runs of %.0f pixels, but %d x %d are %d", sum, width, height, pixels));
        }
        return new RunLengths(lengths);
    }

    /**
     * Unpacks text: each length is written in digits of five bits, the lowest first, as signed numbers; from the fourth
     * on as the difference from the length two before.
     *
     * @throws BadImageException if it is no such text, or does not fill an image of this size
     */
    static RunLengths packed(String text, int height, int width) throws BadImageException {
        NumberList lengths = new NumberList();
        int at = 0;
        while (at < text.length()) {
            int start = at;
            long value = 0;
            int digit;
            do {
                if (at == text.length() || at - start == LONGEST) {
                    throw new BadImageException("has packed runs that are cut off or damaged");
                }
                digit = text.charAt(at) - ZERO;
                if (digit < 0 || digit >= DIGITS) {
                    throw new BadImageException("has packed runs with a character that is no digit of them");
                }
                value |= (long) (digit & VALUE) << (VALUE_BITS * (at - start));
                at++;
            } while ((digit & MORE) != 0);
            if ((digit & SIGN) != 0) {
                value |= -1L << (VALUE_BITS * (at - start));
            }
            int count = lengths.size();
            lengths.add(count > 2 ? value + lengths.get(count - 2) : value);
        }
        return plain(lengths, height, width);
    }

    int size() {
        return lengths.size();
    }

    long length(int index) {
        return (long) lengths.get(index);
    }
}
