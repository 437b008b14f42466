/**
 * Files of other machines, over HTTP, as a read-only file system of Java: what reads a {@link java.nio.file.Path} reads
 * them too. They are fetched by byte range, again after failures, and kept in a cache on the disk.
 *
 * <p>May use: text.
 */
@NullMarked
package io.bandpass.store;

import org.jspecify.annotations.NullMarked;
