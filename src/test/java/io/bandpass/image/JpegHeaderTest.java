package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JpegHeaderTest {
    private static List<String> jpegs() {
        return Images.names().stream().filter(name -> name.endsWith(".jpg")).toList();
    }

    @ParameterizedTest
    @MethodSource("jpegs")
    void theSizeIsThatOfTheUprightImage(String name) {
        JsonNode pillow = Images.json("pillow.json").get(name);
        JpegHeader header = header(Images.bytes(name)).orElseThrow();
        assertThat(header.height()).isEqualTo(pillow.get("height").asInt());
        assertThat(header.width()).isEqualTo(pillow.get("width").asInt());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void theOrientationIsThatOfExif(int orientation) {
        assertThat(header(Images.bytes("turned-" + orientation + ".jpg")))
                .map(JpegHeader::orientation)
                .contains(orientation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour.png", "colour.webp", "colour.tif", "colour.gif", "colour.bmp"})
    void otherFormatsHaveNone(String name) {
        assertThat(header(Images.bytes(name))).isEmpty();
    }

    @Test
    void damagedHeadersHaveNoneWhereverTheyEnd() {
        byte[] whole = Images.bytes("turned-6.jpg");
        int scan = marker(whole, 0xDA);
        for (int length = 0; length < scan + 2; length++) {
            assertThat(header(Arrays.copyOf(whole, length))).isEmpty();
        }
        assertThat(header(Arrays.copyOf(whole, scan + 2))).isPresent();
    }

    @Test
    void aHeightThatIsToldLaterIsNone() {
        byte[] jpeg = Images.bytes("colour.jpg");
        int frame = marker(jpeg, 0xC0);
        jpeg[frame + 5] = 0;
        jpeg[frame + 6] = 0;
        assertThat(header(jpeg)).isEmpty();
    }

    @Test
    void turnedImagesAreReducedOnlyWhereNothingIsPadded() {
        assertThat(new JpegHeader(301, 203, 1).isAlignedAt(4)).isTrue();
        assertThat(new JpegHeader(304, 204, 6).isAlignedAt(4)).isTrue();
        assertThat(new JpegHeader(304, 204, 6).isAlignedAt(8)).isFalse();
        assertThat(new JpegHeader(301, 204, 3).isAlignedAt(2)).isFalse();
    }

    private static int marker(byte[] jpeg, int marker) {
        for (int i = 0; ; i++) {
            if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) marker) {
                return i;
            }
        }
    }

    private static Optional<JpegHeader> header(byte[] bytes) {
        try (ChannelInput input = new ChannelInput(ByteBuffer.wrap(bytes))) {
            return Optional.of(JpegHeader.of(input));
        } catch (IOException | BadImageException damaged) {
            return Optional.empty();
        }
    }
}
