package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.report.SheetChart.Axes;
import io.bandpass.report.SheetChart.Line;
import io.bandpass.report.SheetChart.Style;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SheetChartTest {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 300;
    private static final int PLOT_HEIGHT = HEIGHT - 3 * Sheet.LINE - 10;
    private static final Color RED = new Color(0xFF0000);
    private static final Axes AXES = new Axes("x", 10, 1e-2, 1e2);

    @TempDir
    Path folder;

    private BufferedImage drawn(Line... lines) throws IOException {
        Sheet sheet = new Sheet(WIDTH, HEIGHT);
        SheetChart.draw(sheet, "", AXES, new Rectangle(0, 0, WIDTH, HEIGHT), List.of(lines));
        Path file = folder.resolve("chart.png");
        sheet.write(file);
        return ImageIO.read(file.toFile());
    }

    private static Line line(float[] dash, double... values) {
        return new Line(new Style(RED, dash), values);
    }

    /** Rows of a column in which the line is drawn, without what is only tinted. */
    private static SortedSet<Integer> rows(BufferedImage image, int column) {
        TreeSet<Integer> rows = new TreeSet<>();
        for (int y = 0; y < HEIGHT; y++) {
            Color colour = new Color(image.getRGB(column, y));
            if (colour.getRed() > 200 && colour.getGreen() < 128) {
                rows.add(y);
            }
        }
        return rows;
    }

    private static double[] all(double value) {
        double[] values = new double[11];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void valuesStandOnALogScale() throws IOException {
        int middle = rows(drawn(line(new float[0], all(1))), 200).first();
        int tenth = rows(drawn(line(new float[0], all(0.1))), 200).first();
        int ten = rows(drawn(line(new float[0], all(10))), 200).first();
        assertThat(tenth - middle).isBetween(middle - ten - 1, middle - ten + 1);
        // Four decades in the height without title and labels.
        assertThat(tenth - middle).isBetween(PLOT_HEIGHT / 4 - 2, PLOT_HEIGHT / 4 + 2);
    }

    @Test
    void whatIsOutsideTheScaleIsCutOffAndNoValueLeavesAGap() throws IOException {
        BufferedImage outside = drawn(line(new float[0], all(0)), line(new float[0], all(1e5)));
        BufferedImage gap = drawn(line(new float[0], 1, 1, Double.NaN, Double.NaN, Double.NaN, 1, 1, 1, 1, 1, 1));
        int withLine = 0;
        int first = -1;
        for (int x = 0; x < WIDTH; x++) {
            assertThat(rows(outside, x)).isEmpty();
            withLine += rows(gap, x).isEmpty() ? 0 : 1;
            first = first < 0 && !rows(gap, x).isEmpty() ? x : first;
        }
        // Six of ten parts are drawn.
        int plot = WIDTH - 68;
        assertThat(withLine).isBetween(6 * plot / 10 - 3, 6 * plot / 10 + 3);
        assertThat(first).isBetween(57, 60);
    }

    @Test
    void dashesAreDrawn() throws IOException {
        BufferedImage dashed = drawn(line(new float[] {10, 10}, all(1)));
        int withLine = 0;
        for (int x = 0; x < WIDTH; x++) {
            withLine += rows(dashed, x).isEmpty() ? 0 : 1;
        }
        // About half of the columns: the ends of dashes are tinted.
        assertThat(withLine).isBetween((WIDTH - 68) / 2 - 30, (WIDTH - 68) / 2 + 30);
    }
}
