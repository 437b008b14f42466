package io.bandpass.data;

import java.util.HashMap;
import java.util.Map;

/** Files by device and inode, in 16 to 32 bytes each: an open table of numbers for each device. */
final class InodeSet {
    private static final int FIRST_CAPACITY = 1 << 10;

    /** Inodes of a device; 0, which stands for an empty place, is the inode of no file. */
    private static final class Device {
        private long[] places = new long[FIRST_CAPACITY];
        private int count;

        int place(long inode) {
            long mixed = inode * 0x9E3779B97F4A7C15L;
            int place = (int) (mixed >>> 32) & (places.length - 1);
            while (places[place] != 0 && places[place] != inode) {
                place = (place + 1) & (places.length - 1);
            }
            return place;
        }

        void grow() {
            long[] before = places;
            places = new long[Math.multiplyExact(before.length, 2)];
            for (long inode : before) {
                if (inode != 0) {
                    places[place(inode)] = inode;
                }
            }
        }
    }

    private final Map<Long, Device> devices = new HashMap<>();

    /**
     * Adds a file.
     *
     * @return false if it was there
     */
    boolean add(long device, long inode) {
        Device inodes = devices.computeIfAbsent(device, key -> new Device());
        int place = inodes.place(inode);
        if (inodes.places[place] == inode) {
            return false;
        }
        inodes.places[place] = inode;
        if (++inodes.count > inodes.places.length / 2) {
            inodes.grow();
        }
        return true;
    }

    boolean contains(long device, long inode) {
        Device inodes = devices.get(device);
        return inodes != null && inodes.places[inodes.place(inode)] == inode;
    }

    boolean isEmpty() {
        return devices.isEmpty();
    }
}
