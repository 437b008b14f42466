package io.bandpass.labelmap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.config.SceneAugmentConfig;
import io.bandpass.format.TensorFile;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SceneCropTest {
    private static final SceneAugmentConfig ADE20K =
            new SceneAugmentConfig(List.of(2048, 512), List.of(0.5, 2.0), OptionalInt.empty(), 0.75, 0.5, 0, true);
    private static final SceneAugmentConfig OWN_SIZE =
            new SceneAugmentConfig(List.of(), List.of(0.5, 2.0), OptionalInt.empty(), 0.75, 0.5, 0, true);

    @Test
    void sizesAreThoseOfMmcv() {
        JsonNode rule = Golden.json("segmentation_training").get("resize").get("rule");
        assertThat(rule.size()).isEqualTo(30);
        for (JsonNode line : rule) {
            JsonNode old = line.get("width_height");
            JsonNode now = line.get("new_width_height");
            assertThat(SceneCrop.resized(
                            ADE20K,
                            old.get(1).asInt(),
                            old.get(0).asInt(),
                            line.get("ratio").asDouble()))
                    .as("%s", line)
                    .isEqualTo(SceneCrop.whole(now.get(1).asInt(), now.get(0).asInt()));
        }
    }

    @Test
    void withoutSidesAnImageIsResizedFromItsOwnSize() {
        assertThat(SceneCrop.resized(OWN_SIZE, 48, 64, 1)).isEqualTo(SceneCrop.whole(48, 64));
        assertThat(SceneCrop.resized(OWN_SIZE, 48, 64, 1.5)).isEqualTo(SceneCrop.whole(72, 96));
        assertThat(SceneCrop.resized(OWN_SIZE, 64, 48, 0.5)).isEqualTo(SceneCrop.whole(32, 24));
        assertThat(SceneCrop.resized(OWN_SIZE, 1, 900, 0.5)).isEqualTo(SceneCrop.whole(1, 1));
    }

    @ParameterizedTest
    @CsvSource({"30, 40", "63, 84", "71, 103"})
    void classesAreThoseThatOpenCvFinds(int height, int width) {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            LabelMap resized = SceneCrop.whole(height, width).of(labels(golden.get("resize.mask")));
            assertThat(resized)
                    .usingRecursiveComparison()
                    .isEqualTo(labels(golden.get("resize." + height + "x" + width + ".mask")));
        }
    }

    @Test
    void aPartIsThePartOfTheWholeResult() {
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("segmentation_training")) {
            LabelMap labels = labels(golden.get("resize.mask"));
            LabelMap whole = SceneCrop.whole(71, 103).of(labels);
            LabelMap part = new SceneCrop(71, 103, 13, 21, 30, 40).of(labels);
            for (int row = 0; row < 30; row++) {
                for (int column = 0; column < 40; column++) {
                    assertThat(part.ids()[row * 40 + column]).isEqualTo(whole.ids()[(13 + row) * 103 + 21 + column]);
                }
            }
        }
    }

    @Test
    void cropsAreDrawnUntilOneFitsAsInMmsegmentation() {
        JsonNode cases = Golden.json("segmentation_training").get("crop");
        assertThat(cases.size()).isEqualTo(8);
        for (JsonNode expected : cases) {
            LabelMap labels = labels(expected.get("mask"));
            int size = expected.get("crop").asInt();
            int rows = Math.min(size, labels.height());
            int columns = Math.min(size, labels.width());
            Iterator<JsonNode> offsets = expected.get("offsets_y_x").iterator();
            int[] draws = new int[1];
            SceneCrop crop =
                    SceneCrop.firstFitting(labels, expected.get("max_ratio").asDouble(), () -> {
                        draws[0]++;
                        JsonNode offset = offsets.next();
                        return new SceneCrop(
                                labels.height(),
                                labels.width(),
                                offset.get(0).asInt(),
                                offset.get(1).asInt(),
                                rows,
                                columns);
                    });
            String name = expected.get("case").asText();
            assertThat(draws[0]).as(name).isEqualTo(expected.get("draws").asInt());
            assertThat(crop.top())
                    .as(name)
                    .isEqualTo(expected.get("used").get(0).asInt());
            assertThat(crop.left())
                    .as(name)
                    .isEqualTo(expected.get("used").get(1).asInt());
            assertThat(crop.of(labels)).as(name).usingRecursiveComparison().isEqualTo(labels(expected.get("cut")));
        }
    }

    @Test
    void aShareOfOneTakesTheFirstCrop() {
        LabelMap one = new LabelMap(new short[16], 4, 4);
        int[] draws = new int[1];
        SceneCrop.firstFitting(one, 1, () -> {
            draws[0]++;
            return new SceneCrop(4, 4, 0, 0, 2, 2);
        });
        assertThat(draws[0]).isEqualTo(1);
    }

    private static LabelMap labels(Tensor mask) {
        float[] values = Tensors.toFloats(mask);
        short[] ids = new short[values.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id((int) values[i]);
        }
        return new LabelMap(ids, (int) mask.size(0), (int) mask.size(1));
    }

    private static LabelMap labels(JsonNode rows) {
        int width = rows.get(0).size();
        short[] ids = new short[rows.size() * width];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id(rows.get(i / width).get(i % width).asInt());
        }
        return new LabelMap(ids, rows.size(), width);
    }

    private static short id(int value) {
        return value == 255 ? LabelMap.IGNORED : (short) value;
    }
}
