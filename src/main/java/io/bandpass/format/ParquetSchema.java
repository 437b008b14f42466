package io.bandpass.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the columns of a Parquet file, which stores the tree of its schema as a list in the order of a depth-first walk. */
final class ParquetSchema {
    private static final int MOST_ELEMENTS = 1 << 16;
    private static final int DEEPEST = 64;
    private static final int REQUIRED = 0;
    private static final int REPEATED = 2;
    private static final int UTF8 = 0;
    private static final int STRING = 1;

    /** A struct or a column. A struct has no type. */
    private static final class Element {
        private String name = "";
        private int type = -1;
        private int repetition;
        private int children;
        private boolean text;
    }

    private final List<Element> elements = new ArrayList<>();
    private final List<ParquetColumn> columns = new ArrayList<>();
    private int next;

    /** Reads the list of elements. */
    void read(ThriftReader reader, int listType) throws IOException {
        reader.list(listType, (index, type) -> {
            if (index >= MOST_ELEMENTS) {
                throw new ParquetException("it has more than " + MOST_ELEMENTS + " columns; give files with fewer");
            }
            elements.add(element(reader, type));
        });
    }

    private static Element element(ThriftReader reader, int structType) throws IOException {
        Element element = new Element();
        reader.struct(structType, (id, type) -> {
            switch (id) {
                case 1 -> element.type = reader.int32(type);
                case 3 -> element.repetition = reader.int32(type);
                case 4 -> element.name = new String(reader.binary(type), StandardCharsets.UTF_8);
                case 5 -> element.children = reader.int32(type);
                case 6 -> element.text |= reader.int32(type) == UTF8;
                case 10 ->
                    reader.struct(type, (kind, ignored) -> {
                        element.text |= kind == STRING;
                        return false;
                    });
                default -> {
                    return false;
                }
            }
            return true;
        });
        return element;
    }

    /**
     * Returns the columns in the order in which row groups have them.
     *
     * @throws ParquetException if the elements form no tree
     */
    List<ParquetColumn> columns() throws ParquetException {
        if (elements.isEmpty()) {
            throw damaged();
        }
        next = 1;
        addChildren(elements.get(0), List.of(), 0, false);
        if (next != elements.size()) {
            throw damaged();
        }
        return List.copyOf(columns);
    }

    private void addChildren(Element parent, List<String> path, int definition, boolean repeated)
            throws ParquetException {
        if (path.size() > DEEPEST) {
            throw new ParquetException("its columns are nested more than " + DEEPEST + " deep");
        }
        for (int i = 0; i < parent.children; i++) {
            if (next >= elements.size()) {
                throw damaged();
            }
            Element child = elements.get(next++);
            List<String> own = new ArrayList<>(path);
            own.add(child.name);
            int level = definition + (child.repetition == REQUIRED ? 0 : 1);
            boolean several = repeated || child.repetition == REPEATED;
            if (child.type < 0) {
                addChildren(child, own, level, several);
            } else {
                ParquetColumn.Type type = ParquetColumn.Type.of(child.type).orElseThrow(ParquetSchema::damaged);
                columns.add(new ParquetColumn(columns.size(), List.copyOf(own), type, child.text, level, several));
            }
        }
    }

    private static ParquetException damaged() {
        return new ParquetException("its schema does not fit together: it is damaged");
    }
}
