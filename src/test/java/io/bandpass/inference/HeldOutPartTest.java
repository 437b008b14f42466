package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.ProbeConfig;
import io.bandpass.data.Datasets;
import io.bandpass.data.ImageSource;
import io.bandpass.data.SplitRule;
import io.bandpass.data.SplitRule.Kind;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.Finetuning;
import io.bandpass.run.Pretraining;
import io.bandpass.split.TrainedImages;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import io.bandpass.testing.Weights;
import io.bandpass.weights.WeightsFile;
import io.bandpass.weights.WeightsOrigin;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a run holds out stays held out, by whichever command and name its images are looked at afterwards. The images are
 * noise: whoever tells the classes of more than half of them has seen them.
 */
final class HeldOutPartTest {
    private static final int EACH = 60;
    private static final String ENCODER = "encoder={image-size: 16, stages: [1, 1], widths: [16, 32], stem-width: 16}";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path data;
    private static Path tuned;
    private static Set<String> heldOut;

    @BeforeAll
    static void train() throws IOException {
        data = noise(shared.resolve("data"), EACH, 1);
        tuned = shared.resolve("tuned");
        tuning(tuned, data, 0)
                .fromScratch("quick-resnet")
                .set(ENCODER)
                .set("train.epochs=150")
                .run();
        heldOut = heldOutOf(tuned);
        assertThat(heldOut).hasSize(EACH);
    }

    private static Path noise(Path into, int each, int seed) {
        Random random = new Random(seed);
        for (String name : List.of("ant", "bee")) {
            for (int i = 0; i < each; i++) {
                BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
                IntStream.range(0, 256).forEach(at -> image.setRGB(at % 16, at / 16, random.nextInt(1 << 24)));
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                try {
                    ImageIO.write(image, "png", png);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                Images.write(into.resolve(name + "/" + i + ".png"), png.toByteArray());
            }
        }
        return into;
    }

    private static Finetuning tuning(Path out, Path images, int seed) {
        Finetuning run =
                Finetuning.recipe("finetune-quick").data(images.toString()).out(out);
        List.of(
                        "encoder.image-size=16",
                        "optimizer={learning-rate: 0.003, layer-decay: 1.0}",
                        "augment={crop-area: [1.0, 1.0], crop-aspect: [1.0, 1.0], flip-probability: 0.0}",
                        "mix.label-smoothing=0.0",
                        "labels.held-out-fraction=0.5",
                        "train.seed=" + seed,
                        "train.epochs=1",
                        "train.batch-size=20",
                        "train.threads=1",
                        "train.precision=fp32",
                        "train.device=cpu",
                        "data.workers=1",
                        "validate.every-epochs=0")
                .forEach(run::set);
        return run;
    }

    private static Pretraining pretraining(Path out, Path images) {
        return TinyRuns.of("quick-resnet", TinyRuns.resnet(), images, out)
                .set("train.epochs=1")
                .set("evaluate.held-out-fraction=0.5")
                .set("evaluate.knn-every-epochs=0");
    }

    /** As its file says: by the names of the images of its configuration. */
    private static Set<String> heldOutOf(Path run) throws IOException {
        TrainedImages trained = TrainedImages.read(run.resolve("split.safetensors"), "the run");
        ImageSource all = all(Path.of(origin(run).data().paths().get(0)));
        byte[] parts = trained.sets().get(0).keys().orElseThrow().match(all, false);
        return names(
                all, IntStream.range(0, parts.length).filter(i -> parts[i] == 2).toArray());
    }

    private static ImageSource all(Path images) {
        return Datasets.open(Configs.data(0), List.of(images.toString()), 0, 0).train();
    }

    private static Set<String> names(ImageSource images, int[] of) {
        return IntStream.of(of).mapToObj(images::relativeName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(ImageSource images) {
        return names(images, IntStream.range(0, images.size()).toArray());
    }

    private static Datasets open(Path weights, LabelledImages images) throws IOException {
        return images.open(origin(weights), TrainedImages.ofWeights(weights)).data();
    }

    private static WeightsOrigin origin(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.ofClassifier(weights)) {
            return file.origin();
        }
    }

    private static LabelledImages labelled(Path images, long seed) {
        return LabelledImages.of(List.of(images.toString()), seed);
    }

    private static Path copied(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }

    @Test
    void anAccuracyOfNoiseIsThatOfGuessing() throws IOException {
        try (PretrainedEncoder encoder = PretrainedEncoder.open(tuned)) {
            for (LabelledImages images : List.of(LabelledImages.ofRun(), labelled(data, 0), labelled(data, 7))) {
                KnnAccuracy accuracy = encoder.knn(images, PreprocessConfig.DEFAULT, (reached, all) -> {});
                assertThat(accuracy.encoder()).isLessThan(0.65);
                assertThat(accuracy.testImages()).isEqualTo(EACH);
            }
        }
        ClassifierEvaluation.Result scores =
                ClassifierEvaluation.of(tuned).data(data.toString()).run((reached, all) -> {});
        assertThat(scores.top1()).isLessThan(0.65);
        assertThat(scores.images()).isEqualTo(EACH);
        assertThat(scores.heldOut()).isTrue();
        assertThat(scores.notices())
                .containsExactly("evaluated on the 60 of 120 images that " + tuned + " was not trained on");
    }

    @Test
    void theImagesAreKnownByAnyNameAndFromAnyFileOfTheWeights() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        Path copy = copied(data, folder.resolve("copy"));
        Path relative = Path.of("").toAbsolutePath().relativize(data.toAbsolutePath());
        Path table = folder.resolve("images.csv");
        Files.write(
                table,
                Stream.concat(
                                Stream.of("path,label"),
                                names(all(data)).stream()
                                        .sorted((a, b) -> b.compareTo(a))
                                        .map(name -> data.resolve(name).toAbsolutePath() + "," + name.substring(0, 3)))
                        .toList());
        for (Path images : List.of(data, link, copy, relative, table)) {
            for (Path weights : List.of(tuned, tuned.resolve("weights/classifier.safetensors"))) {
                ImageSource found = open(weights, labelled(images, 3)).heldOut().orElseThrow();
                assertThat(IntStream.range(0, found.size())
                                .mapToObj(i -> found.name(i).replace('\\', '/').replaceFirst(".*/(.*/)", "$1")))
                        .as("%s with %s", images, weights)
                        .containsExactlyInAnyOrderElementsOf(heldOut);
            }
        }
        Path away = Files.copy(tuned.resolve("weights/classifier.safetensors"), folder.resolve("away.safetensors"));
        assertThat(names(open(away, LabelledImages.ofRun()).heldOut().orElseThrow()))
                .isEqualTo(heldOut);
        assertThat(names(open(away, labelled(copy, 3)).heldOut().orElseThrow())).isEqualTo(heldOut);
    }

    @Test
    void ofAPartOfTheImagesWhatWasHeldOutIsHeldOut() throws IOException {
        Path part = copied(data, folder.resolve("part"));
        for (String name : names(all(data))) {
            if (name.matches(".*[1-7]\\.png")) {
                Files.delete(part.resolve(name));
            }
        }
        Set<String> kept = new TreeSet<>(heldOut);
        kept.removeIf(name -> name.matches(".*[1-7]\\.png"));
        Datasets found = open(tuned, labelled(part, 3));
        assertThat(names(found.heldOut().orElseThrow())).isEqualTo(kept);
        Datasets few = open(tuned, labelled(data, 3).perClass(2, 5));
        assertThat(names(few.heldOut().orElseThrow())).isEqualTo(heldOut);
        assertThat(names(few.train())).hasSize(4).doesNotContainAnyElementsOf(heldOut);
    }

    @Test
    void withoutAnyOfThemNothingIsHonest() throws IOException {
        Path part = copied(data, folder.resolve("part"));
        for (String name : heldOut) {
            Files.delete(part.resolve(name));
        }
        assertThatThrownBy(() -> open(tuned, labelled(part, 0)))
                .hasMessageContaining(
                        "nothing can be held out: " + tuned + " was trained with the labels of all 6 images");
        Path named = copied(part, folder.resolve("named/train"));
        copied(part, folder.resolve("named/val"));
        assertThatThrownBy(() -> open(tuned, labelled(folder.resolve("named"), 0)))
                .hasMessageContaining(tuned + " was trained with the labels of 60 of the 60 images to classify");
        assertThatThrownBy(() -> open(tuned, LabelledImages.pair(named, folder.resolve("named/val"))))
                .hasMessageContaining("so an accuracy on them would not be one of held-out images");
        ClassifierEvaluation.Result scores =
                ClassifierEvaluation.of(tuned).data(part.toString()).run((reached, all) -> {});
        assertThat(scores.top1()).isGreaterThan(0.9);
        assertThat(scores.heldOut()).isFalse();
        assertThat(scores.notices())
                .containsExactly(
                        tuned + " was trained with the labels of 60 of the 60 images, so this is no accuracy of"
                                + " held-out images");
    }

    @Test
    void otherImagesOfTheSameNamesAreOthers() throws IOException {
        Path other = noise(folder.resolve("other"), EACH, 2);
        Datasets found = open(tuned, labelled(other, 3));
        assertThat(found.heldOut().orElseThrow().size()).isEqualTo(12);
        assertThat(found.notices()).isEmpty();
        assertThat(ClassifierEvaluation.of(tuned)
                        .data(other.toString())
                        .run((reached, all) -> {})
                        .images())
                .isEqualTo(2 * EACH);
    }

    @Test
    void ofImagesThatCameLaterSomeAreDrawn() throws IOException {
        Path more = copied(data, folder.resolve("more"));
        copied(noise(folder.resolve("new"), 40, 3), more.resolve("x"));
        for (String name : List.of("ant", "bee")) {
            for (int i = 0; i < 40; i++) {
                Files.move(more.resolve("x/" + name + "/" + i + ".png"), more.resolve(name + "/new" + i + ".png"));
            }
            Files.delete(more.resolve("x/" + name));
        }
        Files.delete(more.resolve("x"));
        Datasets found = open(tuned, labelled(more, 3));
        Set<String> held = names(found.heldOut().orElseThrow());
        assertThat(held).containsAll(heldOut).hasSizeGreaterThan(EACH);
        held.removeAll(heldOut);
        assertThat(held).allMatch(name -> name.contains("new"));
        assertThat(found.notices()).contains("80 of the 200 images are not among those of " + tuned);
    }

    @Test
    void aClassifierIsFineTunedFurtherOnWhatItWasTrainedOn() throws IOException {
        List<String> notices = new ArrayList<>();
        Path again = folder.resolve("again");
        tuning(again, data, 11)
                .weights(tuned)
                .listener(new TrainingListener() {
                    @Override
                    public void onNotice(String notice) {
                        notices.add(notice);
                    }
                })
                .run();
        assertThat(heldOutOf(again)).isEqualTo(heldOut);
        assertThat(notices)
                .contains("held out are the 60 images that " + tuned.toAbsolutePath()
                        + " was not trained on, and not what seed 11 draws");
        assertThat(Safetensors.readMetadata(again.resolve("weights/classifier.safetensors")))
                .containsEntry(
                        "splits",
                        Safetensors.readMetadata(tuned.resolve("weights/classifier.safetensors"))
                                .get("splits"));
        // What it was trained on before is not forgotten for other images.
        Path other = noise(folder.resolve("other"), 10, 4);
        Path third = folder.resolve("third");
        tuning(third, other, 0).weights(again).run();
        assertThat(names(open(third, labelled(data, 5)).heldOut().orElseThrow()))
                .isEqualTo(heldOut);
        assertThat(names(open(third, LabelledImages.ofRun()).heldOut().orElseThrow()))
                .hasSize(10)
                .isEqualTo(heldOutOf(third));
    }

    @Test
    void whatPreTrainingHeldOutStaysSo() throws IOException {
        Path run = folder.resolve("pretrained");
        pretraining(run, data).set("train.seed=4").run();
        Set<String> held = heldOutOf(run);
        assertThat(names(open(run, LabelledImages.ofRun()).heldOut().orElseThrow()))
                .isEqualTo(held);
        assertThat(names(open(run, labelled(data, 9)).heldOut().orElseThrow())).isEqualTo(held);
        Path further = folder.resolve("further");
        tuning(further, data, 0).weights(run).run();
        assertThat(heldOutOf(further)).isEqualTo(held);
        // With the same seed and fraction every command draws the same part.
        Path scratch = folder.resolve("scratch");
        tuning(scratch, data, 4).fromScratch("quick-resnet").set(ENCODER).run();
        assertThat(heldOutOf(scratch)).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "stratified"})
    void aRunOfTheFirstVersionHeldOutWhatItsConfigurationDraws(String kind) throws IOException {
        Path run = folder.resolve("old");
        boolean finetuned = kind.equals("stratified");
        if (finetuned) {
            tuning(run, data, 6).fromScratch("quick-resnet").set(ENCODER).run();
        } else {
            pretraining(run, data).set("train.seed=6").run();
        }
        forget(run);
        ImageSource all = all(data);
        int[] drawn = new SplitRule(finetuned ? Kind.STRATIFIED : Kind.PLAIN, 6, 0.5).draw(all);
        Set<String> held = names(all, drawn);
        assertThat(names(open(run, LabelledImages.ofRun()).heldOut().orElseThrow()))
                .isEqualTo(held);
        assertThat(names(open(run, labelled(data, 9)).heldOut().orElseThrow())).isEqualTo(held);
        Path away = Files.copy(Weights.path(run), folder.resolve("away.safetensors"));
        assertThat(names(open(away, LabelledImages.ofRun()).heldOut().orElseThrow()))
                .isEqualTo(held);
        assertThat(open(away, labelled(data, 9)).notices())
                .hasSize(finetuned ? 1 : 0)
                .allMatch(notice -> notice.contains("it cannot be told whether they are among these"));
    }

    /** Leaves the folder as 0.1.0 would have left it. */
    private static void forget(Path run) throws IOException {
        Files.delete(run.resolve("split.safetensors"));
        Path file = Weights.path(run);
        try (TensorFile weights = Safetensors.read(file)) {
            Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
            assertThat(metadata.remove("splits")).isNotNull();
            Safetensors.write(file, weights.all(), metadata);
        }
    }

    @Test
    void aResumedRunHoldsOutTheSame() throws IOException {
        Path images = copied(data, folder.resolve("images"));
        Path run = folder.resolve("run");
        tuning(run, images, 2)
                .weights(tuned)
                .set("train.epochs=2")
                .set("checkpoint.every-steps=1")
                .stopWhen(() -> true)
                .run();
        Set<String> held = heldOutOf(run);
        assertThat(held).isEqualTo(heldOut);
        String first = held.iterator().next();
        Files.move(images.resolve(first), images.resolve(first.replace(".png", "x.png")));
        assertThatThrownBy(() -> Finetuning.resume(run, List.of(), List.of(), () -> false))
                .hasMessageContaining("the run began with other images than there are now");
        Files.move(images.resolve(first.replace(".png", "x.png")), images.resolve(first));
        assertThat(Finetuning.resume(run, List.of(), List.of(), () -> false).outcome())
                .isEqualTo("done");
        assertThat(heldOutOf(run)).isEqualTo(held);
    }

    @Test
    void rowsOfAFileAreKnownByTheirPixels() throws IOException {
        Path digits = TinyRuns.images(folder.resolve("digits"), 40);
        for (String name : List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            Files.delete(digits.resolve(name));
        }
        Path run = folder.resolve("run");
        tuning(run, digits, 0).fromScratch("quick-resnet").set(ENCODER).run();
        Set<String> held = heldOutOf(run);
        assertThat(held).hasSize(20);
        Path copy = copied(digits, folder.resolve("copy"));
        assertThat(names(open(run, labelled(copy, 3)).heldOut().orElseThrow())).isEqualTo(held);
        Path others = TinyRuns.images(folder.resolve("others"), 80);
        Files.move(others.resolve("t10k-images-idx3-ubyte"), folder.resolve("train-images-idx3-ubyte"));
        Files.move(others.resolve("t10k-labels-idx1-ubyte"), folder.resolve("train-labels-idx1-ubyte"));
        assertThat(open(run, labelled(folder.resolve("train-images-idx3-ubyte"), 3))
                        .notices())
                .isEmpty();
    }

    @Test
    void aProbeThatWasSavedKnowsWhatItsHeadWasTrainedOn() throws IOException {
        Path run = folder.resolve("pretrained");
        pretraining(run, data).run();
        Path saved = folder.resolve("probe.safetensors");
        Path flowers = noise(folder.resolve("flowers"), 20, 8);
        try (PretrainedEncoder encoder = PretrainedEncoder.open(run)) {
            encoder.probe(
                    labelled(flowers, 0),
                    ProbeConfig.DEFAULT,
                    "mean",
                    PreprocessConfig.DEFAULT,
                    Optional.of(saved),
                    (reached, all) -> {});
        }
        ClassifierEvaluation.Result scores =
                ClassifierEvaluation.of(saved).data(flowers.toString()).run((reached, all) -> {});
        assertThat(scores.images()).isEqualTo(20);
    }
}
