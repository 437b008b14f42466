package io.bandpass.format;

import java.util.List;

/**
 * The values of a column in a row group.
 *
 * @param rows number of rows, each with one value or null
 * @param start position of its first page in the file
 * @param end position behind its last page
 */
public record ParquetChunk(ParquetColumn column, long rows, long start, long end, ParquetCodec codec) {
    /**
     * Returns the chunk of another column in the same row group.
     *
     * @param others chunks of that column
     * @param group number of this chunk among those of its column
     * @throws ParquetException if it has not as many rows
     */
    public ParquetChunk sameRows(List<ParquetChunk> others, int group) throws ParquetException {
        if (group >= others.size() || others.get(group).rows() != rows) {
            throw new ParquetException("row group " + group + " has other numbers of rows in other columns than in "
                    + column.name() + ": the footer is damaged");
        }
        return others.get(group);
    }
}
