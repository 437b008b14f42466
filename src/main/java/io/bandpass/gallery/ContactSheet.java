package io.bandpass.gallery;

import io.bandpass.report.Pixels;
import io.bandpass.report.Sheet;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Versions of images side by side, in titled rows, each with a few lines about it below. */
public final class ContactSheet {
    /**
     * A version.
     *
     * @param title above it
     * @param lines below it
     * @param image (3, height, width) row-major in [0, 1]; values outside are clamped
     * @param height at most the size of the sheet
     * @param width at most the size of the sheet
     * @param frame colour of a frame around it
     */
    public record Panel(String title, List<String> lines, float[] image, int height, int width, Optional<Color> frame) {
        /** A version without a frame. */
        public Panel(String title, List<String> lines, float[] image, int height, int width) {
            this(title, lines, image, height, width, Optional.empty());
        }
    }

    /**
     * Versions of one image, or of one kind.
     *
     * @param title what they have in common
     * @param panels at least one
     */
    public record Row(String title, List<Panel> panels) {}

    private static final int SMALLEST_CELL = 176;
    private static final int PANELS_PER_LINE = 8;
    private static final int FRAME = 3;

    private final List<Row> rows;
    private final int scale;
    private final int cell;

    private ContactSheet(List<Row> rows, int size) {
        this.rows = rows;
        scale = Sheet.scale(size, SMALLEST_CELL);
        cell = size * scale;
    }

    /**
     * Draws a sheet.
     *
     * @param rows at least one
     * @param size of the cells in pixels of the images
     * @param captions below all, a line each
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, List<Row> rows, int size, List<String> captions) throws IOException {
        new ContactSheet(rows, size).draw(captions).write(png);
    }

    private static int texts(Row row) {
        return row.panels().stream()
                .mapToInt(panel -> panel.lines().size())
                .max()
                .orElseThrow();
    }

    /** Of a line of panels: a title, the image, the lines about it. */
    private int lineHeight(Row row) {
        return Sheet.LINE + cell + texts(row) * Sheet.LINE + Sheet.GAP;
    }

    private int rowHeight(Row row) {
        int lines = (row.panels().size() + PANELS_PER_LINE - 1) / PANELS_PER_LINE;
        return Sheet.LINE + lines * lineHeight(row) + Sheet.MARGIN;
    }

    private Sheet draw(List<String> captions) {
        int columns = Math.min(
                PANELS_PER_LINE,
                rows.stream().mapToInt(row -> row.panels().size()).max().orElseThrow());
        int width = 2 * Sheet.MARGIN + columns * (cell + Sheet.GAP) - Sheet.GAP;
        int captionsTop = Sheet.MARGIN + rows.stream().mapToInt(this::rowHeight).sum();
        int height = captionsTop + captions.size() * Sheet.LINE + Sheet.MARGIN;
        Sheet sheet = new Sheet(width, height);
        int y = Sheet.MARGIN;
        for (Row row : rows) {
            drawRow(sheet, row, y);
            y += rowHeight(row);
        }
        for (int i = 0; i < captions.size(); i++) {
            sheet.note(captions.get(i), Sheet.MARGIN, captionsTop + i * Sheet.LINE);
        }
        return sheet;
    }

    private void drawRow(Sheet sheet, Row row, int top) {
        sheet.heading(row.title(), Sheet.MARGIN, top);
        boolean framed = row.panels().stream().anyMatch(panel -> panel.frame().isPresent());
        for (int i = 0; i < row.panels().size(); i++) {
            int x = Sheet.MARGIN + i % PANELS_PER_LINE * (cell + Sheet.GAP);
            int y = top + Sheet.LINE + i / PANELS_PER_LINE * lineHeight(row);
            drawPanel(sheet, row.panels().get(i), x, y, framed ? FRAME : 0);
        }
    }

    /**
     * Draws a panel.
     *
     * @param away how far texts keep away from the image, in pixels of the sheet
     */
    private void drawPanel(Sheet sheet, Panel panel, int x, int top, int away) {
        sheet.label(panel.title(), x, top - away);
        int height = panel.height() * scale;
        int width = panel.width() * scale;
        // What is not square stands in the middle of its cell.
        int left = x + (cell - width) / 2;
        int imageTop = top + Sheet.LINE + (cell - height) / 2;
        panel.frame().ifPresent(colour -> {
            sheet.graphics().setColor(colour);
            sheet.graphics().fillRect(left - FRAME, imageTop - FRAME, width + 2 * FRAME, height + 2 * FRAME);
        });
        sheet.image(Pixels.image(panel.image(), panel.height(), panel.width()), left, imageTop, width, height);
        int y = top + Sheet.LINE + cell + away;
        for (String line : panel.lines()) {
            sheet.note(line, x, y);
            y += Sheet.LINE;
        }
    }
}
