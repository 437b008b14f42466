package io.bandpass.report;

import io.bandpass.config.LabelClasses;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of segmented images: image, truth, prediction and errors side by side, with a legend of the classes. */
public final class ScenePicture {
    private static final List<String> TITLES = List.of("image", "truth", "prediction", "errors");
    /** Longest side of an image on the sheet, in pixels. */
    private static final int LARGEST = 280;

    private static final int SMALLEST = 132;
    private static final int SWATCH = 12;
    /** Wide letters of the labels, in pixels. */
    private static final int CHARACTER = 8;

    private static final int LONGEST_NAME = 28;
    /** So many classes have a place in the legend. */
    private static final int MOST_CLASSES = 60;

    private final List<SceneView> rows;
    private final LabelClasses classes;
    private final LabelMapPicture colours;
    private final int cell;

    private ScenePicture(List<SceneView> rows, LabelClasses classes) {
        this.rows = rows;
        this.classes = classes;
        colours = new LabelMapPicture(classes);
        cell = rows.stream()
                .mapToInt(row -> (int) Math.round(row.width() * factor(row)))
                .max()
                .orElseThrow();
    }

    /**
     * Draws a picture.
     *
     * @param rows at least one
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, List<SceneView> rows, LabelClasses classes) throws IOException {
        new ScenePicture(rows, classes).draw().write(png);
    }

    private static double factor(SceneView row) {
        int longest = Math.max(row.height(), row.width());
        return longest > LARGEST ? LARGEST / (double) longest : Math.max(1, Math.ceil(SMALLEST / (double) longest));
    }

    private Sheet draw() {
        int width = 2 * Sheet.MARGIN + TITLES.size() * (cell + Sheet.GAP) - Sheet.GAP;
        List<Entry> legend = legend(width - 2 * Sheet.MARGIN);
        int legendHeight = (legend.get(legend.size() - 1).line() + 1) * Sheet.LINE;
        int height = 3 * Sheet.MARGIN + Sheet.LINE + legendHeight;
        for (SceneView row : rows) {
            height += rowHeight(row);
        }
        Sheet sheet = new Sheet(width, height);
        for (int column = 0; column < TITLES.size(); column++) {
            sheet.heading(TITLES.get(column), x(column), Sheet.MARGIN);
        }
        int y = Sheet.MARGIN + Sheet.LINE;
        for (SceneView row : rows) {
            drawRow(sheet, row, y);
            y += rowHeight(row);
        }
        drawLegend(sheet, legend, y + Sheet.MARGIN);
        return sheet;
    }

    private int x(int column) {
        return Sheet.MARGIN + column * (cell + Sheet.GAP);
    }

    private static int rowHeight(SceneView row) {
        return Sheet.LINE + (int) Math.round(row.height() * factor(row)) + Sheet.GAP;
    }

    private void drawRow(Sheet sheet, SceneView row, int top) {
        int room = TITLES.size() * cell / CHARACTER - row.caption().length() - 3;
        sheet.note(row.caption() + "   " + ending(row.name(), Math.max(12, room)), Sheet.MARGIN, top);
        List<BufferedImage> images = List.of(
                LabelMapPicture.image(row.rgb(), row.height(), row.width()),
                colours.map(row.truth(), row.height(), row.width()),
                colours.map(row.prediction(), row.height(), row.width()),
                colours.errors(row));
        int width = (int) Math.round(row.width() * factor(row));
        int height = (int) Math.round(row.height() * factor(row));
        Graphics2D graphics = sheet.graphics();
        for (int column = 0; column < images.size(); column++) {
            boolean photograph = column == 0 && width < row.width();
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION,
                    photograph
                            ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
                            : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            Image image = photograph
                    ? images.get(0).getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING)
                    : images.get(column);
            graphics.drawImage(image, x(column), top + Sheet.LINE, width, height, null);
        }
    }

    private static String ending(String name, int most) {
        return name.length() <= most ? name : "..." + name.substring(name.length() - most + 3);
    }

    /** A colour of the legend with its name, and where it stands. */
    private record Entry(String name, int colour, int x, int line) {}

    private List<Entry> legend(int width) {
        List<String> names = new ArrayList<>();
        List<Integer> shown = new ArrayList<>();
        for (int id = 0; id < Math.min(MOST_CLASSES, classes.size()); id++) {
            names.add(classes.names().get(id));
            shown.add(classes.colours().get(id));
        }
        if (classes.size() > MOST_CLASSES) {
            names.add("and " + (classes.size() - MOST_CLASSES) + " more");
            shown.add(0xFFFFFF);
        }
        names.addAll(List.of("no class", "wrong"));
        shown.addAll(List.of(LabelMapPicture.IGNORED, LabelMapPicture.WRONG));
        List<Entry> entries = new ArrayList<>();
        int x = 0;
        int line = 0;
        for (int i = 0; i < names.size(); i++) {
            String name = ending(names.get(i), LONGEST_NAME);
            int taken = SWATCH + Sheet.GAP / 2 + name.length() * CHARACTER + 2 * Sheet.GAP;
            if (x > 0 && x + taken > width) {
                x = 0;
                line++;
            }
            entries.add(new Entry(name, shown.get(i), x, line));
            x += taken;
        }
        return entries;
    }

    private static void drawLegend(Sheet sheet, List<Entry> legend, int top) {
        for (Entry entry : legend) {
            int x = Sheet.MARGIN + entry.x();
            int y = top + entry.line() * Sheet.LINE;
            sheet.graphics().setColor(new Color(entry.colour()));
            sheet.graphics().fillRect(x, y + 2, SWATCH, SWATCH);
            sheet.graphics().setColor(Color.GRAY);
            sheet.graphics().drawRect(x, y + 2, SWATCH, SWATCH);
            sheet.label(entry.name(), x + SWATCH + Sheet.GAP / 2, y);
        }
    }
}
