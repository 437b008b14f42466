package io.bandpass.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A store of files on other machines. Thread-safe. */
interface ObjectStore {
    /**
     * Returns what the store says of a file.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws java.nio.file.AccessDeniedException if it is refused
     * @throws StoreException if the store does not answer, after several attempts
     */
    ObjectFacts facts(RemotePath file) throws IOException;

    /**
     * Returns the keys of all files below a folder, each with a slash before it, as {@link RemotePath#key()}.
     *
     * @throws StoreException if the store has no listing, or does not answer
     */
    List<String> list(RemotePath folder) throws IOException;

    /**
     * Fills a buffer with the bytes of a file from a position on.
     *
     * @param facts of the file as it was opened
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
     * @throws StoreException if it has changed since, or cannot be read after several attempts
     */
    void read(RemotePath file, ObjectFacts facts, long position, ByteBuffer target) throws IOException;
}
