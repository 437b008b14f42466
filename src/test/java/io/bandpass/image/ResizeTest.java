package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import java.util.HexFormat;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({"30, 40", "63, 84", "71, 103"})
    void linearSizesAreThoseOfOpenCvToTheBit(int height, int width) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            Tensor image = golden.get("resize.img_u8").unsqueeze(0);
            Tensor expected = golden.get("resize." + height + "x" + width + ".img_u8");
            Tensor resized = Resize.bilinear(image, height, width);
            assertThat(Pixels.of(resized)).isEqualTo(Pixels.of(expected));
            // Interleaved in memory, as a decoded image is.
            RgbImage decoded = RgbImage.of(Pixels.of(image), 45, 60);
            assertThat(Pixels.of(Resize.bilinear(decoded.view(), height, width)))
                    .isEqualTo(Pixels.of(expected));
        }
    }

    @Test
    void aWindowIsThePartOfTheWholeResult() {
        try (PointerScope scope = new PointerScope()) {
            Tensor image = drawn(23, 17).view();
            for (int[] size : new int[][] {{17, 23}, {5, 9}, {40, 31}, {1, 1}, {170, 7}}) {
                Tensor whole = Resize.bilinear(image, size[0], size[1]);
                BilinearResize resize = new BilinearResize(size[0], size[1]);
                for (int top = 0; top < size[0]; top += 3) {
                    int left = top % size[1];
                    int rows = Math.min(11, size[0] - top);
                    int columns = Math.min(6, size[1] - left);
                    assertThat(resize.window(image, top, left, rows, columns).values())
                            .isEqualTo(Pixels.of(whole.narrow(2, top, rows).narrow(3, left, columns)));
                }
            }
        }
    }

    @Test
    void theSameSizeLeavesThePixelsAlone() {
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = drawn(9, 6);
            assertThat(Pixels.of(Resize.bilinear(image.view(), 6, 9))).isEqualTo(Pixels.of(image));
            assertThat(new BilinearResize(6, 9).window(image.view(), 0, 0, 6, 9).values())
                    .isEqualTo(Pixels.of(image));
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
