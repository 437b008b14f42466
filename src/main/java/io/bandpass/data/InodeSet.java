package io.bandpass.data;

import java.util.HashMap;
import java.util.Map;

/** Set of files by device and inode, at 16 to 32 bytes each: an open-addressing table per device. */
final class InodeSet {
    private static final int FIRST_CAPACITY = 1 << 10;

    /** Inodes of a device. 0 marks an empty slot; no file has it as inode. */
    private static final class Device {
        private long[] slots = new long[FIRST_CAPACITY];
        private int count;

        int slot(long inode) {
            long mixed = inode * 0x9E3779B97F4A7C15L;
            int slot = (int) (mixed >>> 32) & (slots.length - 1);
            while (slots[slot] != 0 && slots[slot] != inode) {
                slot = (slot + 1) & (slots.length - 1);
            }
            return slot;
        }

        void grow() {
            long[] before = slots;
            slots = new long[Math.multiplyExact(before.length, 2)];
            for (long inode : before) {
                if (inode != 0) {
                    slots[slot(inode)] = inode;
                }
            }
        }
    }

    private final Map<Long, Device> devices = new HashMap<>();

    /**
     * Adds a file.
     *
     * @return false if it was already present
     */
    boolean add(long device, long inode) {
        Device inodes = devices.computeIfAbsent(device, key -> new Device());
        int slot = inodes.slot(inode);
        if (inodes.slots[slot] == inode) {
            return false;
        }
        inodes.slots[slot] = inode;
        if (++inodes.count > inodes.slots.length / 2) {
            inodes.grow();
        }
        return true;
    }

    boolean contains(long device, long inode) {
        Device inodes = devices.get(device);
        return inodes != null && inodes.slots[inodes.slot(inode)] == inode;
    }

    boolean isEmpty() {
        return devices.isEmpty();
    }
}
