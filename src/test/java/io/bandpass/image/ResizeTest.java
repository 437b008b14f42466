package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Images;
import java.util.HexFormat;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class ResizeTest {
    @Test
    void sizesUpDownAndOfCropsAreThoseOfPillow() {
        JsonNode cases = Images.json("pillow-resize.json");
        assertThat(cases).isNotEmpty();
        for (JsonNode pillow : cases) {
            JsonNode box = pillow.get("box");
            int left = box.get(0).asInt();
            int top = box.get(1).asInt();
            try (PointerScope scope = new PointerScope()) {
                Tensor crop = drawn(
                                pillow.get("width").asInt(),
                                pillow.get("height").asInt())
                        .view()
                        .narrow(2, top, box.get(3).asInt() - top)
                        .narrow(3, left, box.get(2).asInt() - left);
                Tensor resized = Resize.bicubic(
                        crop,
                        pillow.get("to").get(1).asInt(),
                        pillow.get("to").get(0).asInt());
                byte[] expected = HexFormat.of().parseHex(pillow.get("rgb").asText());
                assertThat(Pixels.largestDifference(Pixels.of(resized), expected))
                        .as("%s", pillow)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theSameSizeLeavesThePixelsAlone() {
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = drawn(9, 6);
            assertThat(Pixels.of(Resize.bicubic(image.view(), 6, 9))).isEqualTo(Pixels.of(image));
        }
    }

    /** The picture of make_images.py. */
    private static RgbImage drawn(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    pixels[3 * (y * width + x) + channel] = (byte) ((5 * x * x + 3 * y * channel + 17 * y) / 8 % 256);
                }
            }
        }
        return RgbImage.of(pixels, height, width);
    }
}
