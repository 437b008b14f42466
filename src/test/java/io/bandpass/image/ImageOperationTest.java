package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Golden;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageOperationTest {
    private static final byte[] BLACK = new byte[3];

    @Test
    void everyOperationEqualsPillowsToTheByte() {
        JsonNode pillow = Golden.json("../augmentation/pillow-operations");
        byte[] fill = new byte[3];
        for (int channel = 0; channel < 3; channel++) {
            fill[channel] = (byte) pillow.get("fill").get(channel).asInt();
        }
        Set<ImageOperation> seen = EnumSet.noneOf(ImageOperation.class);
        for (JsonNode expected : pillow.get("cases")) {
            ImageOperation operation =
                    ImageOperation.valueOf(expected.get("operation").asText());
            JsonNode picture =
                    pillow.get("pictures").get(expected.get("picture").asText());
            RgbBytes image = new RgbBytes(
                    bytes(picture),
                    picture.get("height").asInt(),
                    picture.get("width").asInt());
            RgbBytes result = operation.apply(
                    image,
                    expected.get("argument").asDouble(),
                    expected.get("bicubic").asBoolean(),
                    fill);
            assertThat(result.values())
                    .as(
                            "%s %s of %s, bicubic %s",
                            operation, expected.get("argument"), expected.get("picture"), expected.get("bicubic"))
                    .isEqualTo(bytes(expected));
            assertThat(image.values()).as("the operand").isEqualTo(bytes(picture));
            seen.add(operation);
        }
        assertThat(seen).containsExactlyInAnyOrder(ImageOperation.values());
    }

    private static byte[] bytes(JsonNode holder) {
        return HexFormat.of().parseHex(holder.get("rgb").asText());
    }

    @Test
    void noBitsLeaveBlack() {
        RgbBytes image = new RgbBytes(new byte[] {1, 127, -1}, 1, 1);
        assertThat(ImageOperation.POSTERIZE.apply(image, 0, false, BLACK).values())
                .containsOnly(0);
        assertThat(ImageOperation.POSTERIZE.apply(image, 8, false, BLACK).values())
                .containsExactly(1, 127, -1);
    }

    @Test
    void imagesWithoutAnInsideAreNotSharpened() {
        RgbBytes image = new RgbBytes(new byte[] {1, 2, 3, 40, 50, 60}, 1, 2);
        assertThat(ImageOperation.SHARPNESS.apply(image, 1.9, false, BLACK).values())
                .isEqualTo(image.values());
    }

    /** Arguments of timm 1.0's functions of the same names at these levels, by hand. */
    @ParameterizedTest
    @CsvSource({
        "ROTATE, 9, 27, -27",
        "POSTERIZE, 0, 4, 4",
        "POSTERIZE, 2.4, 4, 4",
        "POSTERIZE, 2.5, 3, 3",
        "POSTERIZE, 9, 1, 1",
        "POSTERIZE, 10, 0, 0",
        "SOLARIZE, 0, 256, 256",
        "SOLARIZE, 9, 26, 26",
        "SOLARIZE, 10, 0, 0",
        "SOLARIZE_ADD, 9, 99, 99",
        "SOLARIZE_ADD, 0.5, 5, 5",
        "COLOUR, 9, 1.81, 0.19",
        "CONTRAST, 10, 1.9, 0.1",
        "BRIGHTNESS, 5, 1.45, 0.55",
        "SHARPNESS, 0, 1, 1",
        "SHEAR_X, 9, 0.27, -0.27",
        "SHEAR_Y, 1, 0.03, -0.03",
        "TRANSLATE_X, 9, 0.405, -0.405",
        "TRANSLATE_Y, 10, 0.45, -0.45",
        "INVERT, 9, 0, 0"
    })
    void aMagnitudeMeansWhatItMeansInTimm(ImageOperation operation, double magnitude, double one, double other) {
        SplittableRandom random = new SplittableRandom(3);
        Set<Double> arguments = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            arguments.add(operation.argument(magnitude, random));
        }
        assertThat(arguments).hasSize(one == other ? 1 : 2);
        assertThat(((TreeSet<Double>) arguments).last()).isCloseTo(Math.max(one, other), within(1e-12));
        assertThat(((TreeSet<Double>) arguments).first()).isCloseTo(Math.min(one, other), within(1e-12));
    }

    @Test
    void anImageGoesToTheHeapAndBack() {
        byte[] values = new byte[5 * 4 * 3];
        new SplittableRandom(1).nextBytes(values);
        try (PointerScope scope = new PointerScope()) {
            RgbBytes back = RgbBytes.of(new RgbBytes(values, 5, 4).tensor().flip(2));
            assertThat(Pixels.of(new RgbBytes(values, 5, 4).tensor())).isEqualTo(values);
            assertThat(back.height()).isEqualTo(5);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(back.values()[channel]).isEqualTo(values[3 * 3 + channel]);
            }
        }
    }
}
