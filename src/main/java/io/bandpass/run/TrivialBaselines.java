package io.bandpass.run;

import io.bandpass.data.UnreadableImages;
import io.bandpass.eval.ColourTableBaseline;
import io.bandpass.eval.ColourTableBaseline.Cells;
import io.bandpass.eval.SegmentationScores;
import io.bandpass.image.BadImageException;
import io.bandpass.labelmap.LabelMap;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/** Scores of predictions that look at single pixels only: what a segmentation model has to beat. */
final class TrivialBaselines {
    /** Images of each part that are looked at, spread over it: the others would change little. */
    private static final int MOST = 200;

    private TrivialBaselines() {}

    /** A table with the scores of its predictions. */
    private record Tried(Cells cells, ColourTableBaseline.Predictor table, SegmentationScores scores) {}

    private interface Sink {
        void accept(String name, byte[] rgb, LabelMap labels);
    }

    /** Returns the mIoU on held-out images of tables that were counted on training images; empty if none counts. */
    static Map<Cells, Double> scores(LabelMapSource train, LabelMapSource heldOut) {
        // What is unreadable is on the run's list already, or became so after its last step, which it does not undo.
        UnreadableImages unreadable = new UnreadableImages(1);
        Map<Cells, Double> miou = new EnumMap<>(Cells.class);
        int classes = train.classes().size();
        boolean[] coloured = new boolean[1];
        Map<Cells, ColourTableBaseline> tables = new EnumMap<>(Cells.class);
        for (Cells cells : Cells.values()) {
            tables.put(cells, new ColourTableBaseline(cells, classes));
        }
        each(train, unreadable, (name, rgb, labels) -> {
            coloured[0] |= isColoured(rgb);
            tables.values().forEach(table -> table.add(rgb, labels.ids()));
        });
        tables.remove(coloured[0] ? Cells.BRIGHTNESS : Cells.COLOUR);
        List<Tried> tried = new ArrayList<>();
        tables.forEach(
                (cells, table) -> tried.add(new Tried(cells, table.predictor(), new SegmentationScores(classes))));
        each(
                heldOut,
                unreadable,
                (name, rgb, labels) -> tried.forEach(
                        each -> each.scores().add(name, each.table().predict(rgb), labels.ids(), labels.width())));
        tried.forEach(each -> each.scores().counts().meanIou().ifPresent(value -> miou.put(each.cells(), value)));
        return miou;
    }

    private static boolean isColoured(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
                return true;
            }
        }
        return false;
    }

    private static void each(LabelMapSource images, UnreadableImages unreadable, Sink sink) {
        for (int index : images.spread(MOST)) {
            try (PointerScope scope = new PointerScope()) {
                LabelledImage scene = images.readLabelled(index);
                sink.accept(images.relativeName(index), scene.image().toBytes(), scene.labels());
            } catch (BadImageException e) {
                unreadable.add(images.name(index), e.reason());
                unreadable.check();
            }
        }
    }
}
