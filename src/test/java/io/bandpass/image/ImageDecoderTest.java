package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Images;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageDecoderTest {
    private static List<String> storedImages() {
        return Images.names();
    }

    @ParameterizedTest
    @MethodSource("storedImages")
    void coloursAreThoseOfPillow(String name) throws BadImageException {
        JsonNode pillow = Images.json("pillow.json").get(name);
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = Decoded.of(Images.bytes(name));
            assertThat(image.height()).isEqualTo(pillow.get("height").asInt());
            assertThat(image.width()).isEqualTo(pillow.get("width").asInt());
            // OpenCV rounds the product of ink and black down where Pillow rounds it to the nearest.
            int allowed = name.equals("cmyk.jpg") ? 1 : 0;
            assertThat(Pixels.largestDifference(
                            Pixels.of(image),
                            HexFormat.of().parseHex(pillow.get("rgb").asText())))
                    .isLessThanOrEqualTo(allowed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour.jpg",
                "progressive.jpg",
                "cmyk.jpg",
                "colour.png",
                "palette.png",
                "colour.webp",
                "alpha.webp",
                "colour.bmp",
                "colour16.tif",
                "colour.gif"
            })
    void aTruncatedFileIsRefusedWhereverItEnds(String name) {
        for (double share : List.of(0.1, 0.3, 0.5, 0.75, 0.9)) {
            assertThatRefused(Images.bytes(name), share);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "tif"})
    void aTruncatedPhotographIsRefusedWhereverItEnds(String format) {
        byte[] whole = Images.encoded(1, 300, 200, format);
        for (double share : List.of(0.05, 0.5, 0.95)) {
            assertThatRefused(whole, share);
        }
    }

    private static void assertThatRefused(byte[] whole, double share) {
        byte[] part = Arrays.copyOf(whole, (int) (whole.length * share));
        assertThatThrownBy(() -> decode(part))
                .as("cut at %s", share)
                .isInstanceOf(BadImageException.class)
                .hasMessage("its pixels cannot be decoded: truncated, damaged or of an unusual kind");
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThatThrownBy(() -> decode(new byte[0]))
                .isInstanceOf(BadImageException.class)
                .hasMessage("the file is empty");
    }

    private static void decode(byte[] encoded) throws BadImageException {
        try (PointerScope scope = new PointerScope()) {
            Decoded.of(encoded);
        }
    }
}
