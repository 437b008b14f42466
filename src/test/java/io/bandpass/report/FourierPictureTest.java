package io.bandpass.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.robust.Condition;
import io.bandpass.robust.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FourierPictureTest {
    private static Measurement error(String model, int u, int v, int wrong) {
        return Measurement.ofCounts(model, new Condition.Frequency(u, v, 15.7), 100, 100 - wrong);
    }

    @Test
    void coloursMeanTheSameInAllPictures() {
        Map<String, List<Measurement>> models = new LinkedHashMap<>();
        models.put("a", List.of(error("a", -1, 0, 52), error("a", 0, 0, 55)));
        models.put("b", List.of(error("b", -1, 0, 65), error("b", 0, 0, 79)));
        List<FourierPicture> pictures = FourierPicture.of(models);
        assertThat(pictures).extracting(FourierPicture::model).containsExactly("a", "b");
        assertThat(pictures)
                .extracting(FourierPicture::range)
                .containsExactly("Errors from 52.0 to 55.0 %.", "Errors from 65.0 to 79.0 %.");
        assertThat(pictures).allSatisfy(picture -> assertThat(picture.svg()).contains(">50 %<", ">80 %<"));
        // Half way between 50 and 80 % is half way between the lightness of 100 and 12 %.
        assertThat(pictures.get(1).svg()).contains("hsl(205 70% 56.0%)\"><title>u -1, v 0: 65.0 %");
    }

    @Test
    void mapsOfOneErrorHaveAScaleToo() {
        assertThat(FourierPicture.of(Map.of("a", List.of(error("a", 0, 0, 50)))))
                .singleElement()
                .satisfies(picture -> assertThat(picture.svg()).contains(">50 %<", ">60 %<"))
                .extracting(FourierPicture::range)
                .isEqualTo("Errors from 50.0 to 50.0 %.");
        assertThat(FourierPicture.of(Map.of())).isEmpty();
    }
}
