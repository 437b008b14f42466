package io.bandpass.data;

import java.util.HashMap;
import java.util.Map;

/** Set of files by device and inode, at 16 to 32 bytes each. No file has inode 0. */
final class InodeSet {
    private final Map<Long, LongSet> devices = new HashMap<>();

    /**
     * Adds a file.
     *
     * @return false if it was already present
     */
    boolean add(long device, long inode) {
        return devices.computeIfAbsent(device, key -> new LongSet()).add(inode);
    }

    boolean contains(long device, long inode) {
        LongSet inodes = devices.get(device);
        return inodes != null && inodes.contains(inode);
    }

    boolean isEmpty() {
        return devices.isEmpty();
    }
}
