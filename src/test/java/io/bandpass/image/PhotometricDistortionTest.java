package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class PhotometricDistortionTest {
    private static final int SIZE = 64;

    @Test
    void everyCaseIsThatOfMmsegmentationToTheBit() {
        JsonNode cases = Golden.json("segmentation_training").get("photometric");
        assertThat(cases.size()).isEqualTo(14);
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            RgbBytes image = rgb(golden.get("photometric.bgr_u8"));
            byte[] before = image.values().clone();
            for (int i = 0; i < cases.size(); i++) {
                JsonNode draws = cases.get(i);
                PhotometricDistortion distortion = new PhotometricDistortion(
                        number(draws.get("brightness")),
                        draws.get("mode").asInt() == 1,
                        number(draws.get("contrast")),
                        number(draws.get("saturation")),
                        draws.get("hue").isNull()
                                ? OptionalInt.empty()
                                : OptionalInt.of(draws.get("hue").asInt()));
                assertThat(distortion.apply(image).values())
                        .as("%s", draws)
                        .isEqualTo(rgb(golden.get("photometric.case" + i)).values());
            }
            assertThat(image.values()).isEqualTo(before);
        }
    }

    @Test
    void hueAndSaturationAreThoseOfOpenCvToTheBit() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            byte[] hsv = bytes(golden.get("photometric.hsv_u8"));
            RgbBytes image = rgb(golden.get("photometric.bgr_u8"));
            for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                byte[] one = {image.values()[3 * pixel], image.values()[3 * pixel + 1], image.values()[3 * pixel + 2]};
                int expected = hsv[3 * pixel] & 0xFF;
                // A hue is only seen in what it is changed to: red where it was found, and green elsewhere.
                HsvBytes.change(one, hue -> hue == expected ? 0 : 60, saturation -> 255);
                assertThat(one[1]).as("hue of pixel %d", pixel).isZero();
                byte[] grey = {image.values()[3 * pixel], image.values()[3 * pixel + 1], image.values()[3 * pixel + 2]};
                int saturated = hsv[3 * pixel + 1] & 0xFF;
                HsvBytes.change(grey, hue -> 0, saturation -> saturation == saturated ? 0 : 255);
                assertThat(grey).as("saturation and value of pixel %d", pixel).containsOnly(hsv[3 * pixel + 2]);
            }
        }
    }

    @Test
    void drawsCoverTheirRangesAndHalfOfThemChangeNothing() {
        int changes = 0;
        Set<Integer> hues = new HashSet<>();
        for (int seed = 0; seed < 4000; seed++) {
            PhotometricDistortion drawn = PhotometricDistortion.draw(new SplittableRandom(seed));
            drawn.brightness().ifPresent(added -> assertThat(added).isBetween(-32.0, 32.0));
            drawn.contrast().ifPresent(factor -> assertThat(factor).isBetween(0.5, 1.5));
            drawn.saturation().ifPresent(factor -> assertThat(factor).isBetween(0.5, 1.5));
            drawn.hue().ifPresent(hues::add);
            changes += drawn.describe().size();
            assertThat(PhotometricDistortion.draw(new SplittableRandom(seed))).isEqualTo(drawn);
        }
        assertThat(changes / 16_000.0).isBetween(0.48, 0.52);
        assertThat(hues).hasSize(36).allMatch(hue -> hue >= -18 && hue <= 17);
    }

    @Test
    void changesAreDescribedInTheirOrder() {
        PhotometricDistortion late = new PhotometricDistortion(
                OptionalDouble.of(-7.6), false, OptionalDouble.of(1.25), OptionalDouble.of(0.5), OptionalInt.of(-9));
        assertThat(late.describe())
                .isEqualTo(List.of("brightness -8", "saturation x 0.50", "hue -18°", "contrast x 1.25"));
        PhotometricDistortion early = new PhotometricDistortion(
                OptionalDouble.empty(), true, OptionalDouble.of(1.25), OptionalDouble.of(0.5), OptionalInt.empty());
        assertThat(early.describe()).isEqualTo(List.of("contrast x 1.25", "saturation x 0.50"));
    }

    private static OptionalDouble number(JsonNode node) {
        return node.isNull() ? OptionalDouble.empty() : OptionalDouble.of(node.asDouble());
    }

    /** Of BGR (H, W, 3). */
    private static RgbBytes rgb(Tensor bgr) {
        return new RgbBytes(bytes(bgr.flip(2)), SIZE, SIZE);
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[(int) tensor.numel()];
        Tensors.bytes(tensor.contiguous()).get(bytes);
        return bytes;
    }
}
