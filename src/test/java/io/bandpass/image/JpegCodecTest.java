package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.ConfigException;
import org.junit.jupiter.api.Test;

final class JpegCodecTest {
    private static RgbBytes gradient() {
        byte[] values = new byte[3 * 40 * 56];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (i % 3 == 0 ? i / 30 : 255 - i / 40);
        }
        return new RgbBytes(values, 40, 56);
    }

    private static double meanDifference(RgbBytes a, RgbBytes b) {
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            sum += Math.abs(a.level(i) - b.level(i));
        }
        return sum / a.values().length;
    }

    @Test
    void lowerQualityIsSmallerAndFartherFromTheImage() {
        RgbBytes image = gradient();
        byte[] good = JpegCodec.encode(image, 95);
        byte[] poor = JpegCodec.encode(image, 7);
        assertThat(poor.length).isLessThan(good.length);
        // Start and end of a JPEG file.
        assertThat(good).startsWith(0xFF, 0xD8).endsWith(0xFF, 0xD9);
        RgbBytes nearly = JpegCodec.roundTrip(image, 95);
        assertThat(nearly.height()).isEqualTo(40);
        assertThat(nearly.width()).isEqualTo(56);
        assertThat(meanDifference(image, nearly)).isBetween(0.0, 3.0);
        assertThat(meanDifference(image, JpegCodec.roundTrip(image, 7)))
                .isGreaterThan(2 * meanDifference(image, nearly));
    }

    @Test
    void coloursAreAtHalfTheResolution() {
        byte[] file = JpegCodec.encode(gradient(), 85);
        int frame = 0;
        while (!((file[frame] & 0xFF) == 0xFF && (file[frame + 1] & 0xFF) == 0xC0)) {
            frame++;
        }
        // Of three components, each with three bytes, the second byte has the sampling factors.
        assertThat(file[frame + 9]).isEqualTo((byte) 3);
        assertThat(new byte[] {file[frame + 11], file[frame + 14], file[frame + 17]})
                .containsExactly(0x22, 0x11, 0x11);
    }

    @Test
    void redStaysRed() {
        byte[] values = new byte[3 * 16 * 16];
        for (int i = 0; i < values.length; i += 3) {
            values[i] = (byte) 200;
        }
        RgbBytes red = JpegCodec.roundTrip(new RgbBytes(values, 16, 16), 90);
        assertThat(red.level(0)).isBetween(190, 210);
        assertThat(red.level(2)).isLessThan(10);
    }

    @Test
    void otherQualitiesAreRejected() {
        for (int quality : new int[] {0, 101}) {
            assertThatThrownBy(() -> JpegCodec.encode(gradient(), quality))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("it must be 1 to 100");
        }
    }
}
