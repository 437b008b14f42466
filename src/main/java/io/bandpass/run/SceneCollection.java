package io.bandpass.run;

import io.bandpass.eval.SegmentationScores;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.labelmap.LabelMapSource.LabelledImage;
import io.bandpass.report.SceneView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Images that an evaluation of a segmentation model shows: the same ones each time, the worst and the best. */
final class SceneCollection {
    /** Most images of each kind. */
    private static final int SHOWN = 4;
    /** Pixels of a view along its longer side. */
    private static final int LARGEST = 560;

    /** A view with the mIoU of its image. */
    private record Scored(double miou, SceneView view) {}

    private final LabelMapSource images;
    /** Worst and best images: of a small set each half, so that none is among both. */
    private final int extremes;

    private final List<Integer> samples;
    private final Map<Integer, SceneView> views = new TreeMap<>();
    private final List<Scored> worst = new ArrayList<>();
    private final List<Scored> best = new ArrayList<>();

    SceneCollection(LabelMapSource images) {
        this.images = images;
        extremes = Math.min(SHOWN, Math.max(1, images.size() / 2));
        samples = IntStream.of(images.spread(SHOWN)).boxed().toList();
    }

    /** Considers an image that was just scored. */
    void add(int index, LabelledImage scene, short[] prediction, SegmentationScores.ImageScores scores) {
        boolean scored = scores.meanIou().isPresent();
        double miou = scores.meanIou().orElse(0);
        boolean amongWorst = scored && isAmong(worst, miou, 1);
        boolean amongBest = scored && isAmong(best, miou, -1);
        if (!samples.contains(index) && !amongWorst && !amongBest) {
            return;
        }
        String caption = scored ? String.format(Locale.ROOT, "mIoU %.1f %%", 100 * miou) : "no labelled pixel";
        SceneView view = new SceneView(
                        images.relativeName(index),
                        caption,
                        scene.image().toBytes(),
                        scene.image().height(),
                        scene.image().width(),
                        scene.labels().ids(),
                        prediction)
                .shrunkTo(LARGEST);
        if (samples.contains(index)) {
            views.put(index, view);
        }
        if (amongWorst) {
            insert(worst, new Scored(miou, view), Comparator.comparingDouble(Scored::miou));
        }
        if (amongBest) {
            insert(
                    best,
                    new Scored(miou, view),
                    Comparator.comparingDouble(Scored::miou).reversed());
        }
    }

    /** Whether an image would be in a full list; {@code sign} 1: of the lowest, -1: of the highest. */
    private boolean isAmong(List<Scored> list, double miou, int sign) {
        return list.size() < extremes
                || sign * Double.compare(miou, list.get(list.size() - 1).miou()) < 0;
    }

    private void insert(List<Scored> list, Scored scored, Comparator<Scored> order) {
        list.add(scored);
        list.sort(order);
        if (list.size() > extremes) {
            list.remove(list.size() - 1);
        }
    }

    /** The same images in each evaluation, spread over the set; others if none of these could be read. */
    List<SceneView> samples() {
        return views.isEmpty() ? worst() : List.copyOf(views.values());
    }

    /** The images with the lowest mIoU, the lowest first. */
    List<SceneView> worst() {
        return worst.stream().map(Scored::view).toList();
    }

    /** The images with the highest mIoU, the highest first. */
    List<SceneView> best() {
        return best.stream().map(Scored::view).toList();
    }
}
