package io.bandpass.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.bandpass.format.PackedPage;
import io.bandpass.format.PageBytes;
import io.bandpass.format.ParquetChunk;
import io.bandpass.format.ParquetCodec;
import io.bandpass.format.ParquetException;
import io.bandpass.format.ParquetFile;
import io.bandpass.format.ParquetValues;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Scans a Parquet file: finds the place of each row's image, its label and name, and checks the image's header. In
 * pages that are not compressed, only that header is read; others are decompressed one after the other.
 */
final class ParquetScan {
    /** Rows that any file may have; beyond that, a row takes some bytes. */
    private static final int FEW_ROWS = 1 << 16;

    private static final int MOST_ROWS = 1 << 24;

    /** No encoded image is as small. */
    private static final int SMALLEST_IMAGE = 32;

    private final ParquetFile file;
    private final ParquetLayout layout;
    private final ShardCatalog.Builder catalog = new ShardCatalog.Builder();
    private final Map<Long, Integer> pageNumbers = new HashMap<>();
    private final List<PackedPage> pages = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long row;

    private ParquetScan(ParquetFile file, ParquetLayout layout) {
        this.file = file;
        this.layout = layout;
    }

    /**
     * Scans a file.
     *
     * @param unpacking limits how many files with compressed pages are scanned at once
     */
    static ShardCatalog of(FileChannel channel, long size, Semaphore unpacking) throws IOException {
        try {
            ParquetFile file = ParquetFile.open(channel, size);
            Optional<ParquetLayout> layout = ParquetLayout.of(file);
            return layout.isEmpty()
                    ? damaged(ParquetLayout.absence(file))
                    : new ParquetScan(file, layout.get()).scan(size, unpacking);
        } catch (ParquetException e) {
            return damaged(String.valueOf(e.getMessage()));
        }
    }

    private static ShardCatalog damaged(String problem) {
        return new ShardCatalog(new byte[0], 0, problem, 0, 0, "", List.of(), ParquetParts.NONE, true);
    }

    private ShardCatalog scan(long size, Semaphore unpacking) throws IOException {
        List<ParquetChunk> images = file.chunks(layout.image());
        long rows = images.stream().mapToLong(ParquetChunk::rows).reduce(0, ParquetScan::sum);
        long most = Math.min(MOST_ROWS, Math.max(FEW_ROWS, size / SMALLEST_IMAGE));
        if (rows > most) {
            return damaged("it claims more than " + most + " rows, too many for images in " + size
                    + " bytes; give files with an image in each row, and at most " + MOST_ROWS + " of them");
        }
        List<ParquetChunk> labels = layout.label() == null ? List.of() : file.chunks(layout.label());
        List<ParquetChunk> paths = layout.path() == null ? List.of() : file.chunks(layout.path());
        boolean packed = images.stream().anyMatch(chunk -> chunk.codec() != ParquetCodec.UNCOMPRESSED);
        if (packed) {
            unpacking.acquireUninterruptibly();
        }
        try {
            return scan(images, labels, paths);
        } finally {
            if (packed) {
                unpacking.release();
            }
        }
    }

    /** Adds without overflow: a sum that is too large stays so. */
    private static long sum(long a, long b) {
        return Math.min(a, MOST_ROWS + 1L) + Math.min(b, MOST_ROWS + 1L);
    }

    private ShardCatalog scan(List<ParquetChunk> images, List<ParquetChunk> labels, List<ParquetChunk> paths)
            throws IOException {
        List<String> classNames = classNames();
        String problem = "";
        try {
            RowNames names = RowNames.of(file, paths);
            for (int group = 0; group < images.size(); group++) {
                ParquetChunk chunk = images.get(group);
                int[] classes = labels(chunk, labels, group);
                names.begin(chunk, group);
                file.read(chunk, sink(row, classes, names));
            }
        } catch (ParquetException e) {
            problem = String.valueOf(e.getMessage());
        }
        return new ShardCatalog(
                catalog.samples(),
                catalog.count(),
                problem,
                0,
                0,
                "",
                List.copyOf(remarks),
                new ParquetParts(pages, classNames),
                true);
    }

    private List<String> classNames() throws IOException {
        String features = file.metadata(HuggingFaceFeatures.KEY).orElse("");
        String problem = "that is longer than " + HuggingFaceFeatures.LONGEST + " characters";
        try {
            if (features.length() <= HuggingFaceFeatures.LONGEST) {
                return features.isEmpty() ? List.of() : HuggingFaceFeatures.classNames(features);
            }
        } catch (JsonProcessingException e) {
            problem = "that is no JSON";
        }
        remarks.add("has an entry " + HuggingFaceFeatures.KEY + " " + problem + ", so it names no classes");
        return List.of();
    }

    private int[] labels(ParquetChunk images, List<ParquetChunk> labels, int group) throws IOException {
        int[] classes = new int[(int) images.rows()];
        if (layout.label() == null) {
            Arrays.fill(classes, ShardLabels.NO_COLUMN);
            return classes;
        }
        int[] next = {0};
        file.read(images.sameRows(labels, group), new ParquetValues.Sink() {
            @Override
            public void value(PageBytes page, int at, int length) throws IOException {
                classes[next[0]++] = ShardLabels.ofColumn(page.integer(at, length));
            }

            @Override
            public void missing() {
                classes[next[0]++] = ShardLabels.NULL;
            }
        });
        return classes;
    }

    private ParquetValues.Sink sink(long firstRow, int[] classes, RowNames names) {
        return new ParquetValues.Sink() {
            @Override
            public void value(PageBytes page, int at, int length) throws IOException {
                boolean tooLong = length > ImageDecoder.LARGEST_FILE;
                add(
                        place(page, at),
                        length,
                        tooLong
                                ? HeaderCheck.damaged("it is larger than 1 GiB")
                                : ImageHeader.check(page.view(at, length), true));
            }

            @Override
            public void missing() {
                boolean hasPath = names.has((int) (row - firstRow));
                add(
                        0,
                        0,
                        HeaderCheck.damaged(
                                hasPath
                                        ? "its row has a path but no bytes; write the file with the images in it"
                                        : "its row has no image"));
            }

            private void add(long place, int length, HeaderCheck check) {
                int inGroup = (int) (row - firstRow);
                catalog.add(names.name(inGroup, row), place, length, check, classes[inGroup]);
                row++;
            }
        };
    }

    private long place(PageBytes page, int at) {
        PackedPage packed = page.packed();
        if (packed == null) {
            return page.position(at);
        }
        int number = pageNumbers.computeIfAbsent(packed.position(), position -> {
            pages.add(packed);
            return pages.size() - 1;
        });
        return PackedPlace.of(number, at);
    }
}
