package io.bandpass.run;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.SegmentationConfig;
import io.bandpass.data.DataException;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SampleMaker;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.labelmap.LabelMapDatasets;
import io.bandpass.labelmap.LabelMapSource;
import io.bandpass.labelmap.SceneAugmentation;
import io.bandpass.labelmap.SceneSamples;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.segment.SegmentationTask;
import io.bandpass.text.Counts;
import io.bandpass.torch.Compute;
import io.bandpass.torch.KeyedRandom;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.SegmenterWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Training of a segmentation model on images with label maps. */
final class SegmentationKind implements RunKind<SegmentationConfig> {
    static final ScoredWeights.Names WEIGHTS = new ScoredWeights.Names(
            "segmentation model", WeightsFile.SEGMENTER, WeightsFile.AVERAGED_SEGMENTER, WeightsFile.BEST_SEGMENTER);

    @Override
    public String weightsSetting() {
        return "`weights`";
    }

    @Override
    public Class<SegmentationConfig> config() {
        return SegmentationConfig.class;
    }

    @Override
    public SplitRule split(SegmentationConfig config) {
        return SplitRule.plain(config.train().seed(), config.masks().heldOutFraction());
    }

    /**
     * Opens the images.
     *
     * @throws DataException if there are no masks, or nothing to hold out
     */
    @Override
    public Datasets open(SegmentationConfig config, HoldOut holdOut, UnreadableImages unreadable) {
        LabelMapDatasets found = LabelMapDatasets.open(
                config.data(), config.masks(), config.data().paths(), holdOut, unreadable);
        if (found.heldOut().isEmpty()) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "there is no image to score the model on, as masks.held-out-fraction %s of %s is none; name a part to"
                            + " hold out, such as val/ beside train/, or a larger fraction",
                    config.masks().heldOutFraction(),
                    Counts.of(found.train().size(), "image")));
        }
        return new Datasets(found.train(), found.heldOut().map(images -> images), unreadable, found.notices());
    }

    /** Returns all images, or some of them if configured. */
    @Override
    public Datasets select(SegmentationConfig config, Datasets all) {
        if (config.masks().images().isEmpty()) {
            return all;
        }
        LabelMapDatasets few = new LabelMapDatasets(scenes(all.train()), Optional.empty(), all.notices())
                .few(config.masks().images().getAsInt(), config.train().seed());
        return new Datasets(few.train(), all.heldOut(), all.bad(), few.notices());
    }

    /** Returns the images of a segmentation run with their label maps. */
    static LabelMapSource scenes(ImageSource images) {
        return (LabelMapSource) images;
    }

    @Override
    public int classes(ImageSource images) {
        return scenes(images).classes().size();
    }

    @Override
    public boolean usesLabels() {
        return true;
    }

    @Override
    public SampleMaker samples(SegmentationConfig config, ImageSource train, int imageSize) {
        return new SceneSamples(
                scenes(train),
                new SceneAugmentation(
                        config.augment(), imageSize, config.train().seed()));
    }

    /** As many as ADE20K has. */
    @Override
    public int syntheticClasses() {
        return 150;
    }

    @Override
    public Tensor syntheticTargets(int images, int imageSize) {
        Tensor targets = Tensors.empty(ScalarType.Short, images, imageSize, imageSize);
        ShortBuffer ids = Tensors.bytes(targets).asShortBuffer();
        SplittableRandom random = KeyedRandom.of(0, KeyedRandom.Purpose.PROBE);
        while (ids.hasRemaining()) {
            ids.put((short) random.nextInt(syntheticClasses()));
        }
        return targets;
    }

    /** Rejects other classes than those that the head was trained with. */
    @Override
    public void checkResumable(RunFolder folder, Datasets datasets) throws IOException {
        String classes = ConfigBuilder.toYaml(scenes(datasets.train()).classes());
        Path file = folder.labelClasses();
        if (!Files.exists(file)) {
            AtomicFiles.writeText(file, classes);
        } else if (!folder.text(file).equals(classes.strip())) {
            throw new RunFolderException("the run began with other classes than there are now; see " + file
                    + ": a resumed run needs the same ones; start a new one");
        }
    }

    @Override
    public SegmentationTask task(SegmentationConfig config, int classes, Compute compute) {
        return new SegmentationTask(config, classes, compute);
    }

    @Override
    public int classes(Path state) throws IOException {
        try (TensorFile tensors = Safetensors.read(state)) {
            return SegmenterWeights.classes(tensors);
        }
    }

    @Override
    public TrainingSetup prepare(RunContext<SegmentationConfig> run) throws IOException {
        return new SegmentationSetup(run);
    }

    @Override
    public List<String> scoreLines(RunSummary summary) {
        return ScoredWeights.scoreLines("mIoU", Scores.MEAN_IOU, summary);
    }

    @Override
    public List<Path> weights(RunFolder folder) {
        return WEIGHTS.files(folder);
    }

    @Override
    public List<String> nextCommands(RunFolder folder, String run, RunSummary summary) {
        String weights = WEIGHTS.flag(folder, run);
        return List.of(
                "bandpass predict " + weights + " --images photos/ --out masks/",
                "bandpass evaluate " + weights + " --data labelled/");
    }
}
