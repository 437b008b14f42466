package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.image.BadImageException;
import org.junit.jupiter.api.Test;

final class LabelCanvasTest {
    private final LabelCanvas canvas = new LabelCanvas(6, 8, (short) 0);

    /** A digit for each pixel. */
    private String picture() {
        LabelMap labels = canvas.labels();
        StringBuilder picture = new StringBuilder();
        for (int i = 0; i < labels.ids().length; i++) {
            picture.append(labels.ids()[i]).append(i % 8 == 7 ? "\n" : "");
        }
        return picture.toString();
    }

    @Test
    void aPixelBelongsToTheShapeOfItsCentreAndLaterShapesCover() throws BadImageException {
        canvas.polygon(new double[] {1, 1, 5, 1, 5, 4, 1, 4}, (short) 1);
        // Neighbours share no pixel, whichever way round they go.
        canvas.polygon(new double[] {5, 4, 5, 1, 6.4, 1, 6.4, 4}, (short) 2);
        canvas.polygon(new double[] {3.6, 2.4, 3.6, 9, -7, 9, -7, 2.4}, (short) 3);
        assertThat(picture()).isEqualTo("""
                        00000000
                        01111200
                        33331200
                        33331200
                        33330000
                        33330000
                        """);
    }

    @Test
    void whatIsEnclosedTwiceIsOutside() throws BadImageException {
        // The outer square, and within the same line the inner one.
        canvas.polygon(new double[] {0, 0, 6, 0, 6, 6, 0, 6, 0, 0, 2, 2, 4, 2, 4, 4, 2, 4, 2, 2}, (short) 1);
        assertThat(picture()).isEqualTo("""
                        11111100
                        11111100
                        11001100
                        11001100
                        11111100
                        11111100
                        """);
    }

    @Test
    void runsGoDownTheColumns() throws BadImageException {
        NumberList lengths = new NumberList();
        for (int length : new int[] {7, 4, 2, 1, 2, 1, 2, 4, 25}) {
            lengths.add(length);
        }
        canvas.runs(RunLengths.plain(lengths, 6, 8), (short) 1);
        assertThat(picture()).isEqualTo("""
                        00000000
                        01110000
                        01010000
                        01010000
                        01110000
                        00000000
                        """);
    }

    @Test
    void outsideTheImageNothingHappens() throws BadImageException {
        canvas.polygon(new double[] {-9, -9, -1, -9, -1, -1}, (short) 1);
        canvas.polygon(new double[] {100, 2, 200, 2, 200, 4}, (short) 1);
        canvas.disc(-20, 3, 5, (short) 1);
        canvas.stamp(new boolean[] {true, true}, 2, Integer.MAX_VALUE, Integer.MAX_VALUE, (short) 1);
        assertThat(picture()).doesNotContain("1");
    }
}
