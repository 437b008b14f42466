package io.bandpass.gallery;

import io.bandpass.attack.AttackBatch;
import io.bandpass.attack.AttackNorm;
import io.bandpass.attack.AttackWarnings;
import io.bandpass.attack.AttackedClassifier;
import io.bandpass.attack.ConfiguredAttack;
import io.bandpass.attack.MagnifiedPerturbation;
import io.bandpass.attack.PixelDistance;
import io.bandpass.config.ConfigException;
import io.bandpass.config.NearestKey;
import io.bandpass.config.PreprocessConfig;
import io.bandpass.config.RobustnessConfig;
import io.bandpass.data.Preprocessing;
import io.bandpass.format.AtomicFiles;
import io.bandpass.gallery.ContactSheet.Panel;
import io.bandpass.gallery.ContactSheet.Row;
import io.bandpass.nn.Normalisation;
import io.bandpass.report.SvgHead;
import io.bandpass.text.Counts;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import io.bandpass.weights.ClassifierWeights;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws what adversarial attacks make of an image and of a classifier's prediction for it: a row for each attack at each
 * radius.
 *
 * @param model a classifier's file, or the run or folder that contains it
 * @param preprocess instead of that of the model's validation
 * @param seed of the attacks
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param threads empty for the number of physical cores
 */
public record AttackGallery(
        Path model,
        Optional<PreprocessConfig> preprocess,
        RobustnessConfig.Attacks attacks,
        long seed,
        String device,
        OptionalInt threads) {
    /**
     * What was drawn.
     *
     * @param label class that the attacks lead away from
     * @param given whether the user named it, rather than the model
     * @param before class that the model predicts for the image as it is
     * @param attacks number of attacks
     * @param wrong number of attacks after which the model predicts another class than the label
     * @param doubts what makes a result doubtful, in sentences
     */
    public record Drawn(String label, boolean given, String before, int attacks, int wrong, List<String> doubts) {}

    /** A class and its probability. */
    private record Prediction(int index, double probability) {}

    /** Okabe and Ito's colours (2008), which colour-blind people tell apart. */
    private static final Color RIGHT = new Color(0x0072B2);

    private static final Color WRONG = new Color(0xD55E00);
    private static final int LONGEST_NAME = 24;
    private static final int NAMED = 10;

    /**
     * Draws the sheet.
     *
     * @param image file
     * @param label name of the image's class; the model's own prediction if there is none
     * @param out PNG file
     * @throws ConfigException if an attack or a class does not exist
     */
    public Drawn draw(Path image, Optional<String> label, Path out) throws IOException {
        AtomicFiles.requireWritable("the picture", out);
        if (attacks.names().isEmpty()) {
            throw new ConfigException("no attack is named; there must be at least one to draw");
        }
        List<ConfiguredAttack> configured = ConfiguredAttack.of(attacks, seed);
        Engine.start(threads.orElseGet(Engine::physicalCores));
        Device chosen = Engine.device(device);
        try (PointerScope scope = new PointerScope();
                ClassifierWeights weights = ClassifierWeights.open(model)) {
            weights.classifier().to(chosen);
            try (Normalisation normalisation = new Normalisation(
                            weights.data().mean(), weights.data().std(), chosen);
                    AttackedClassifier classifier = new AttackedClassifier(weights.classifier(), normalisation)) {
                PreprocessConfig prepared = preprocess.orElse(weights.preprocess());
                Tensor bytes = ImageFile.read(weights.data(), image, new Preprocessing(weights.imageSize(), prepared));
                Drawing drawing = new Drawing(classifier, weights.classNames(), normalisation.unit(bytes), label);
                List<Row> rows = configured.stream().map(drawing::row).toList();
                List<String> captions = List.of(
                        MaskGallery.shortened(String.valueOf(image.getFileName())) + ", "
                                + prepared.describe(weights.imageSize()) + " px, seed " + seed + ".",
                        drawing.labelCaption(),
                        attacks.norm().equals("linf")
                                ? "Perturbations: eps fills the range from black to white, grey is no change."
                                : "Perturbations: the largest change is black or white, grey is none.");
                AtomicFiles.write(out, aside -> ContactSheet.write(aside, rows, weights.imageSize(), captions));
                return drawing.drawn(rows.size());
            }
        }
    }

    /** An image under attack. */
    private static final class Drawing {
        private final AttackedClassifier classifier;
        private final List<String> names;
        private final Tensor image;
        private final boolean given;
        private final Prediction before;
        private final int target;
        private final AttackWarnings doubts = new AttackWarnings();
        private int wrong;

        /**
         * Classifies the image.
         *
         * @param image (1, 3, size, size) in [0, 1], on the device of the classifier
         */
        Drawing(AttackedClassifier classifier, List<String> names, Tensor image, Optional<String> label) {
            this.classifier = classifier;
            this.names = names;
            this.image = image;
            given = label.isPresent();
            before = predict(image);
            target = label.isPresent() ? index(label.get()) : before.index();
        }

        Drawn drawn(int attacks) {
            return new Drawn(names.get(target), given, names.get(before.index()), attacks, wrong, doubts.sentences());
        }

        String labelCaption() {
            String label = SvgHead.shortened(names.get(target), LONGEST_NAME);
            return given
                    ? "Its class is " + label + ", as given."
                    : "No label was given: " + label + " is the model's own prediction.";
        }

        Row row(ConfiguredAttack attack) {
            try (PointerScope scope = new PointerScope()) {
                Tensor labels = Tensors.to(Tensors.ofLongs(new long[] {target}, 1), image.device());
                Tensor adversarial = attack.kind()
                        .with(attack.settings())
                        .run(classifier, new AttackBatch(image, labels, new long[] {0}), doubts)
                        .adversarial();
                Prediction after = predict(adversarial);
                wrong += after.index() == target ? 0 : 1;
                return new Row(title(attack), panels(attack, adversarial, after));
            }
        }

        private static String title(ConfiguredAttack attack) {
            boolean iterates = attack.kind().keys().contains("steps");
            return attack.kind() + ", eps "
                    + PixelDistance.format(attack.settings().eps()) + " in "
                    + attack.settings().norm()
                    + (iterates ? ", " + Counts.of(attack.settings().steps(), "step") : "");
        }

        private List<Panel> panels(ConfiguredAttack attack, Tensor adversarial, Prediction after) {
            MagnifiedPerturbation perturbation = MagnifiedPerturbation.of(attack.settings(), image, adversarial);
            double largest = Tensors.toDoubles(AttackNorm.LINF.of(adversarial.sub(image)))[0];
            boolean wasRight = before.index() == target;
            boolean isRight = after.index() == target;
            return List.of(
                    panel("image", lines(before, given ? outcome(wasRight) : "predicted"), image, frame(wasRight)),
                    panel(
                            String.format(
                                    Locale.ROOT,
                                    "perturbation x %.1f",
                                    perturbation.factors()[0]),
                            largest == 0
                                    ? List.of("nothing is changed")
                                    : List.of("largest change", String.format(Locale.ROOT, "%.2f/255", 255 * largest)),
                            perturbation.pictures(),
                            Optional.empty()),
                    panel(
                            "attacked",
                            lines(after, given ? outcome(wasRight, isRight) : change(isRight)),
                            adversarial,
                            frame(isRight)));
        }

        private static String outcome(boolean isRight) {
            return isRight ? "right" : "wrong";
        }

        /** Without a label nobody knows what is right. */
        private static String change(boolean isSame) {
            return isSame ? "still predicted" : "another class";
        }

        private static String outcome(boolean wasRight, boolean isRight) {
            if (isRight) {
                return wasRight ? "still right" : "right, was wrong";
            }
            return wasRight ? "wrong, was right" : "still wrong";
        }

        private List<String> lines(Prediction prediction, String outcome) {
            return List.of(
                    SvgHead.shortened(names.get(prediction.index()), LONGEST_NAME),
                    String.format(Locale.ROOT, "%.1f %%, %s", 100 * prediction.probability(), outcome));
        }

        private Prediction predict(Tensor unit) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                float[] probabilities = Tensors.toFloats(classifier.logits(unit).softmax(1));
                int best = 0;
                for (int i = 1; i < probabilities.length; i++) {
                    best = probabilities[i] > probabilities[best] ? i : best;
                }
                return new Prediction(best, probabilities[best]);
            }
        }

        private int index(String label) {
            int index = names.indexOf(label);
            if (index < 0) {
                String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
                throw new ConfigException("the model has no class " + label + ": `label` must be one of its "
                        + Counts.of(names.size(), "class") + ", such as " + some
                        + NearestKey.suggestion(label, names));
            }
            return index;
        }
    }

    private static Optional<Color> frame(boolean right) {
        return Optional.of(right ? RIGHT : WRONG);
    }

    private static Panel panel(String title, List<String> lines, Tensor image, Optional<Color> frame) {
        return new Panel(title, lines, Tensors.toFloats(image), (int) image.size(2), (int) image.size(3), frame);
    }
}
