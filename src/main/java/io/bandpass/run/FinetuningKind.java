package io.bandpass.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.RunFolderException;
import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.AugmentConfig;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.MixConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.HoldOut;
import io.bandpass.data.SplitRule;
import io.bandpass.data.UnreadableImages;
import io.bandpass.format.AtomicFiles;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.RunSummary;
import io.bandpass.metrics.Scores;
import io.bandpass.split.OldSplits;
import io.bandpass.text.Json;
import io.bandpass.torch.Compute;
import io.bandpass.weights.ClassifierWeights;
import io.bandpass.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Fine-tuning of an encoder with a classification head, on labelled images. */
final class FinetuningKind implements RunKind<FinetuningConfig> {
    static final ScoredWeights.Names WEIGHTS = new ScoredWeights.Names(
            "classifier", WeightsFile.CLASSIFIER, WeightsFile.AVERAGED_CLASSIFIER, WeightsFile.BEST_CLASSIFIER);

    @Override
    public String weightsSetting() {
        return "`weights`";
    }

    @Override
    public Class<FinetuningConfig> config() {
        return FinetuningConfig.class;
    }

    @Override
    public boolean takesEncoder() {
        return true;
    }

    @Override
    public SplitRule split(FinetuningConfig config) {
        return OldSplits.ofFinetuning(config);
    }

    /**
     * Opens the images.
     *
     * @throws io.bandpass.data.DataException if there are no labels, or nothing to hold out
     */
    @Override
    public Datasets open(FinetuningConfig config, HoldOut holdOut, UnreadableImages unreadable) {
        Datasets datasets = Datasets.openLabelled(config.data(), config.data().paths(), holdOut, unreadable);
        if (datasets.heldOut().isEmpty()) {
            // A new run without held-out images has already been rejected.
            throw new RunFolderException(
                    "the images that the run held out are not there any more: a resumed run needs the same ones;"
                            + " start a new one");
        }
        return datasets;
    }

    /** Returns all images, or a few of each class if configured, with the part that the run is scored on. */
    @Override
    public Datasets select(FinetuningConfig config, Datasets all) {
        double validation = config.labels().validationFraction();
        long seed = config.train().seed();
        // The same part with few labels as with all, so that none of it is trained on.
        Datasets scored = validation > 0 ? all.validatedOn(validation, seed) : all;
        OptionalInt few = config.labels().perClass();
        return few.isEmpty() ? scored : scored.perClass(few.getAsInt(), seed);
    }

    @Override
    public boolean usesLabels() {
        return true;
    }

    /** Rejects other classes, or another order of them, than those that the head was trained with. */
    @Override
    public void checkResumable(RunFolder folder, Datasets datasets) throws IOException {
        List<String> classes = datasets.train().classNames();
        Path file = folder.classes();
        if (!Files.exists(file)) {
            AtomicFiles.writeText(file, json().writeValueAsString(classes) + "\n");
        } else if (!storedClasses(folder).equals(classes)) {
            throw new RunFolderException("the run began with other classes than there are now; see " + file
                    + ": a resumed run needs the same ones; start a new one");
        }
    }

    /** Not a constant, as the command line makes all kinds before it knows what is asked. */
    private static ObjectMapper json() {
        return Json.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private static List<String> storedClasses(RunFolder folder) throws IOException {
        Path file = folder.classes();
        RunFolderException damaged = RunFolder.damaged(file, "is damaged: it is no list of class names");
        List<String> names = new ArrayList<>();
        try {
            for (JsonNode name : json().readTree(folder.text(file))) {
                if (!name.isTextual()) {
                    throw damaged;
                }
                names.add(name.textValue());
            }
        } catch (JsonProcessingException e) {
            throw damaged;
        }
        if (names.isEmpty()) {
            throw damaged;
        }
        return names;
    }

    @Override
    public Optional<AugmentConfig> augmentation(FinetuningConfig config) {
        return Optional.of(config.augment());
    }

    @Override
    public ClassificationTask task(FinetuningConfig config, int classes, Compute compute) {
        return new ClassificationTask(config, classes, compute);
    }

    @Override
    public int classes(Path state) throws IOException {
        try (TensorFile tensors = Safetensors.read(state)) {
            return ClassifierWeights.classes(tensors);
        }
    }

    @Override
    public TrainingSetup prepare(RunContext<FinetuningConfig> run) throws IOException {
        return new FinetuningSetup(run);
    }

    @Override
    public Optional<MixConfig> mix(FinetuningConfig config) {
        return Optional.of(config.mix());
    }

    @Override
    public List<String> scoreLines(RunSummary summary) {
        return ScoredWeights.scoreLines("top-1", Scores.TOP1, summary);
    }

    @Override
    public List<Path> weights(RunFolder folder) {
        return WEIGHTS.files(folder);
    }

    @Override
    public List<String> nextCommands(RunFolder folder, String run, RunSummary summary) {
        String weights = WEIGHTS.flag(folder, run);
        return List.of(
                "bandpass predict " + weights + " --images photos/ --out predictions.csv",
                "bandpass evaluate " + weights + " --data labelled/",
                "bandpass robustness --run " + run);
    }
}
