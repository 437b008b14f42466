package io.bandpass.data;

/** Set of numbers other than 0, at 16 to 32 bytes each: an open-addressing table. */
final class LongSet {
    private static final int FIRST_CAPACITY = 1 << 10;

    private long[] slots = new long[FIRST_CAPACITY];
    private int count;

    /**
     * Adds a number.
     *
     * @return false if it was already present
     */
    boolean add(long number) {
        int slot = slot(number);
        if (slots[slot] == number) {
            return false;
        }
        slots[slot] = number;
        if (++count > slots.length / 2) {
            grow();
        }
        return true;
    }

    boolean contains(long number) {
        return slots[slot(number)] == number;
    }

    private int slot(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & (slots.length - 1);
        while (slots[slot] != 0 && slots[slot] != number) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[Math.multiplyExact(before.length, 2)];
        for (long number : before) {
            if (number != 0) {
                slots[slot(number)] = number;
            }
        }
    }

    /** FNV-1a over UTF-16, 64 bits, without 0. Two texts with the same hash are next to impossible. */
    static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash == 0 ? 1 : hash;
    }
}
