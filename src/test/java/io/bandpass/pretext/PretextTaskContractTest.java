package io.bandpass.pretext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.config.ConfigException;
import io.bandpass.config.ConvNeXtConfig;
import io.bandpass.config.EncoderConfig;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.config.ResNetConfig;
import io.bandpass.config.SwinTransformerConfig;
import io.bandpass.config.TaskConfig;
import io.bandpass.config.Variants;
import io.bandpass.config.VisionTransformerConfig;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.optim.MovingAverage;
import io.bandpass.optim.Optimizer;
import io.bandpass.optim.Optimizers;
import io.bandpass.pretext.PretextTask.MicroBatch;
import io.bandpass.task.Batch;
import io.bandpass.task.TrainingTask.BatchTotals;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Golden;
import io.bandpass.testing.SmallerState;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Precision;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every task owes, with every encoder that it takes: loop, pictures and checkpoints rely on it. */
final class PretextTaskContractTest {
    private static final int SIZE = 16;
    private static final int IMAGES = 4;
    private static final double RADIUS = 3;

    /** The settings of each registered task for small images: a new task is a line here. */
    private static final Map<String, String> TASKS = Map.of(
            "mfm", "task={type: mfm}",
            "super-resolution", "task={type: super-resolution, factor: 4}",
            "deblur", "task={type: deblur, kernel-sizes: [7, 9]}",
            "denoise", "task={type: denoise}",
            "simmim", "task={type: simmim, block-size: 4}",
            "mae", "task={type: mae}");

    private static final Map<String, EncoderConfig> ENCODERS = encoders();
    private static final List<String> DECODERS = List.of("pixel-shuffle", "vit");

    private static Map<String, EncoderConfig> encoders() {
        Map<String, EncoderConfig> encoders = new LinkedHashMap<>();
        encoders.put(
                "ViT",
                new VisionTransformerConfig(
                        SIZE, 4, 16, 2, 2, 4, VisionTransformerConfig.Positions.LEARNED, true, 0.1, 0));
        encoders.put(
                "BEiT",
                new VisionTransformerConfig(
                        SIZE,
                        4,
                        16,
                        2,
                        2,
                        4,
                        VisionTransformerConfig.Positions.NONE,
                        VisionTransformerConfig.RelativePosition.SHARED,
                        true,
                        0.1,
                        0));
        encoders.put(
                "ResNet",
                new ResNetConfig(
                        SIZE, ResNetConfig.Block.BASIC, List.of(1, 1), List.of(8, 16), List.of(), 8, 3, 1, false));
        encoders.put(
                "Swin",
                new SwinTransformerConfig(
                        SIZE,
                        2,
                        8,
                        List.of(2, 2),
                        List.of(2, 4),
                        2,
                        4,
                        true,
                        SwinTransformerConfig.Positions.LEARNED,
                        0));
        encoders.put("ConvNeXt", new ConvNeXtConfig(SIZE, 2, List.of(1, 1), List.of(8, 16), 0.1, 0));
        return encoders;
    }

    /** A task, an encoder and a decoder. */
    private record Case(String task, String encoder, String decoder) {
        PretrainingConfig config(String... settings) {
            return Configs.with(
                    Configs.run(ENCODERS.get(encoder), RADIUS),
                    Stream.concat(
                                    Stream.of(
                                            "decoder={type: " + decoder + ", width: 8, depth: 1, heads: 2}",
                                            TASKS.get(task)),
                                    Stream.of(settings))
                            .toArray(String[]::new));
        }

        boolean isAccepted() {
            try {
                config();
                return true;
            } catch (ConfigException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return task + ", " + encoder + ", " + decoder;
        }
    }

    private static Stream<Case> all() {
        return Variants.words(TaskConfig.class).stream()
                .flatMap(task -> ENCODERS.keySet().stream()
                        .flatMap(encoder -> DECODERS.stream().map(decoder -> new Case(task, encoder, decoder))));
    }

    static Stream<Case> cases() {
        return all().filter(Case::isAccepted);
    }

    static Stream<Case> refused() {
        return all().filter(each -> !each.isAccepted());
    }

    private static PretextTask task(Case of) {
        return PretextTasks.create(of.config(), Compute.cpu());
    }

    private static Tensor images() {
        torch.manual_seed(21);
        return torch.randint(0, 256, new long[] {IMAGES, 3, SIZE, SIZE}).to(ScalarType.Byte);
    }

    /** Some layers start at 0, and what stands before them has no gradient until they move. */
    private static void stir(PretextTask task) {
        torch.manual_seed(5);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (Parameter parameter : task.parameters()) {
                parameter.tensor().add_(Tensors.multiply(torch.randn_like(parameter.tensor()), 0.05));
            }
        }
    }

    /** A step of what was made in a scope that has ended is that of what was made in none. */
    @ParameterizedTest
    @MethodSource("cases")
    void aTaskItsOptimizerAndItsAverageOutliveTheScopeInWhichTheyWereMade(Case of) {
        PretrainingConfig config = of.config("train.activation-checkpointing=true");
        PretextTask task;
        Optimizer optimizer;
        MovingAverage average;
        try (PointerScope scope = new PointerScope()) {
            task = PretextTasks.create(config, Compute.cpu());
            optimizer = Optimizers.create(task.parameters(), config.optimizer());
            average = new MovingAverage(task.state(), 0.9);
        }
        try (task;
                optimizer;
                average;
                PretextTask other = PretextTasks.create(config, Compute.cpu());
                Optimizer otherOptimizer = Optimizers.create(other.parameters(), config.optimizer())) {
            double loss = stepped(task, optimizer);
            average.update();
            assertThat(loss).isFinite().isEqualTo(stepped(other, otherOptimizer));
            assertThat(stepped(task, optimizer)).isEqualTo(stepped(other, otherOptimizer));
        }
    }

    private static double stepped(PretextTask task, Optimizer optimizer) {
        try (PointerScope scope = new PointerScope()) {
            int[] indices = {0, 1, 2, 3};
            List<? extends MicroBatch> parts = task.microBatches(
                    new Batch(
                            0, 0, 0, indices, indices, Tensors.slice(images(), 0, 0, indices.length), Optional.empty()),
                    4);
            torch.manual_seed(1);
            double loss = task.forwardBackward(parts.get(0), BatchTotals.of(parts), new StepTimer());
            optimizer.clipGradients();
            optimizer.step(scale -> 0.01);
            optimizer.clearGradients();
            return loss;
        }
    }

    @Test
    void everyRegisteredTaskIsHereAndTakesSomeEncoder() {
        assertThat(TASKS.keySet()).containsExactlyInAnyOrderElementsOf(Variants.words(TaskConfig.class));
        assertThat(cases().map(Case::task).distinct()).containsExactlyInAnyOrderElementsOf(TASKS.keySet());
        assertThat(Variants.summaries(TaskConfig.class).values())
                .allSatisfy(summary -> assertThat(summary).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aRefusalIsASentenceThatNamesWhatWouldBeRight(Case of) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(of::config)
                .withMessageMatching("(task|encoder|decoder)\\.[a-z-]+ (is|[a-z]+ needs) .*(must be|take).*");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theLossIsFiniteAndEveryParameterGetsAGradient(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask task = task(of)) {
            stir(task);
            MicroBatch part = task.microBatch(images(), 1, new int[] {0, 1, 2, 3});
            assertThat(part.images()).isEqualTo(IMAGES);
            double loss = task.forwardBackward(part, BatchTotals.of(List.of(part)), new StepTimer());
            assertThat(loss).isFinite().isPositive();
            for (Parameter parameter : task.parameters()) {
                Tensor gradient = parameter.tensor().grad();
                assertThat(gradient.defined()).as(parameter.name()).isTrue();
                assertThat(Golden.largest(gradient))
                        .as(parameter.name())
                        .isFinite()
                        .isPositive();
            }
        }
    }

    /** Of a curriculum, whose first stage has images of half the size. */
    @ParameterizedTest
    @MethodSource("cases")
    void aStageOfSmallerImagesIsTrainedLikeAModelOfThatSize(Case of) {
        PretrainingConfig config = of.config("curriculum={start-epochs: [0, 1], image-sizes: [8, 16]}");
        try (PointerScope scope = new PointerScope();
                PretextTask task = PretextTasks.create(config, Compute.cpu());
                PretextTask small = PretextTasks.create(config.stages().get(0), Compute.cpu())) {
            stir(task);
            SmallerState.copy(task.state(), small.state());
            Tensor images = Tensors.slice(Tensors.slice(images(), 2, 0, 8), 3, 0, 8);
            int[] indices = {3, 1, 2, 0};
            MicroBatch part = task.microBatch(images, 1, indices);
            MicroBatch same = small.microBatch(images, 1, indices);
            assertThat(part.lossDenominator()).isEqualTo(same.lossDenominator());
            double loss = task.forwardBackward(part, BatchTotals.of(List.of(part)), new StepTimer());
            double expected =
                    same.loss(BatchTotals.of(List.of(same)), new StepTimer()).item_double();
            assertThat(loss).isPositive().isCloseTo(expected, within(1e-6 * expected));
            for (Parameter parameter : task.parameters()) {
                assertThat(Golden.largest(parameter.tensor().grad()))
                        .as(parameter.name())
                        .isFinite()
                        .isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void imagesOfASizeThatNoStageHasAreRefused(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask task = task(of)) {
            Tensor images = Tensors.slice(Tensors.slice(images(), 2, 0, 8), 3, 0, 8);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> task.microBatch(images, 1, new int[] {3, 1, 2, 0}))
                    .withMessage("this task takes squares of [16] pixels along an edge, not 8 x 8");
        }
    }

    /** In evaluation, as batch norm sees each part of a batch by itself. */
    @ParameterizedTest
    @MethodSource("cases")
    void theLossesOfPartsAddUpToThatOfTheBatch(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask task = task(of)) {
            task.setTraining(false);
            Tensor images = images();
            MicroBatch whole = task.microBatch(images, 2, new int[] {7, 0, 5, 3});
            double expected =
                    whole.loss(BatchTotals.of(List.of(whole)), new StepTimer()).item_double();
            List<MicroBatch> parts = List.of(
                    task.microBatch(Tensors.slice(images, 0, 0, 3), 2, new int[] {7, 0, 5}),
                    task.microBatch(Tensors.slice(images, 0, 3, 4), 2, new int[] {3}));
            BatchTotals totals = BatchTotals.of(parts);
            assertThat(totals).isEqualTo(BatchTotals.of(List.of(whole)));
            double sum = 0;
            double looks = 0;
            for (MicroBatch part : parts) {
                sum += part.loss(totals, new StepTimer()).item_double();
                looks += part.reconstruct(totals).loss();
            }
            assertThat(sum).isCloseTo(expected, within(1e-5 * expected));
            assertThat(looks).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsDrawnFollowsFromSeedEpochAndIndex(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask task = task(of);
                PretextTask other = task(of)) {
            Tensor images = images();
            MicroBatch together = task.microBatch(images, 3, new int[] {4, 9, 2, 8});
            MicroBatch alone = other.microBatch(Tensors.slice(images, 0, 1, 2), 3, new int[] {9});
            for (int i = 0; i < together.drawn().size(); i++) {
                NamedTensor same = alone.drawn().get(i);
                Tensor whole = together.drawn().get(i).tensor();
                assertThat(same.name()).isEqualTo(together.drawn().get(i).name());
                assertThat(Golden.largestDifference(same.tensor(), Tensors.slice(whole, 0, 1, 2)))
                        .isZero();
            }
            Tensor corrupted =
                    together.reconstruct(BatchTotals.of(List.of(together))).corrupted();
            assertThat(Golden.largestDifference(
                            alone.reconstruct(BatchTotals.of(List.of(alone))).corrupted(),
                            Tensors.slice(corrupted, 0, 1, 2)))
                    .isLessThan(1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aLookHasAPictureOfEveryImage(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask task = task(of)) {
            task.setTraining(false);
            List<MicroBatch> looks = task.pictureBatches(images(), new int[] {0, 1, 2, 3});
            assertThat(looks).isNotEmpty();
            for (MicroBatch part : looks) {
                ReconstructedBatch look = part.reconstruct(BatchTotals.of(List.of(part)));
                assertThat(look.captions()).hasSize(IMAGES).doesNotContain("");
                List<Tensor> pictures = new ArrayList<>(List.of(look.corrupted(), look.prediction()));
                look.combined().ifPresent(pictures::add);
                assertThat(pictures)
                        .allSatisfy(
                                picture -> assertThat(Tensors.shape(picture)).containsExactly(IMAGES, 3, SIZE, SIZE))
                        .allSatisfy(
                                picture -> assertThat(Golden.largest(picture)).isFinite())
                        .noneMatch(Tensor::requires_grad);
                look.mask().ifPresent(mask -> {
                    assertThat(Tensors.shape(mask)).containsExactly(IMAGES, SIZE, SIZE);
                    assertThat(mask.mul(Tensors.oneMinus(mask)).sum().item_float())
                            .isZero();
                });
                assertThat(Tensors.shape(look.imageLosses())).containsExactly(IMAGES);
                assertThat(look.loss()).isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anotherModelWithTheSameStateGivesTheSame(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask first = task(of);
                PretextTask second = task(of)) {
            stir(first);
            try (NoGradGuard guard = new NoGradGuard()) {
                for (int i = 0; i < first.state().size(); i++) {
                    assertThat(second.state().get(i).name())
                            .isEqualTo(first.state().get(i).name());
                    second.state().get(i).tensor().copy_(first.state().get(i).tensor());
                }
            }
            first.setTraining(false);
            second.setTraining(false);
            Tensor images = images();
            ReconstructedBatch one = look(first, images);
            ReconstructedBatch other = look(second, images);
            assertThat(Golden.largestDifference(other.prediction(), one.prediction()))
                    .isZero();
            assertThat(other.loss()).isEqualTo(one.loss());
        }
    }

    private static ReconstructedBatch look(PretextTask task, Tensor images) {
        MicroBatch part = task.pictureBatches(images, new int[] {0, 1, 2, 3}).get(0);
        return part.reconstruct(BatchTotals.of(List.of(part)));
    }

    /** Float32 comes out of bf16 too, and the loss is nearly the same. */
    @ParameterizedTest
    @MethodSource("cases")
    void bf16ComesNearFloat32(Case of) {
        try (PointerScope scope = new PointerScope();
                PretextTask exact = task(of);
                PretextTask coarse = PretextTasks.create(of.config(), new Compute(new Device("cpu"), Precision.BF16))) {
            Tensor images = images();
            double expected = loss(exact, images);
            assertThat(loss(coarse, images)).isCloseTo(expected, within(0.02 * expected));
        }
    }

    private static double loss(PretextTask task, Tensor images) {
        MicroBatch part = task.microBatch(images, 0, new int[] {0, 1, 2, 3});
        double loss = task.forwardBackward(part, BatchTotals.of(List.of(part)), new StepTimer());
        assertThat(task.parameters())
                .allSatisfy(parameter -> assertThat(
                                parameter.tensor().grad().scalar_type().intern())
                        .isEqualTo(ScalarType.Float));
        return loss;
    }
}
