package io.bandpass.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.checkpoint.Checkpoints;
import io.bandpass.checkpoint.RunFolder;
import io.bandpass.checkpoint.TrainingState;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.data.Augmentation;
import io.bandpass.data.AugmentedSamples;
import io.bandpass.data.BatchLoader;
import io.bandpass.data.BatchShare;
import io.bandpass.data.EpochOrder;
import io.bandpass.data.UnreadableImages;
import io.bandpass.distributed.Communicator;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.nn.NamedTensor;
import io.bandpass.nn.Parameter;
import io.bandpass.optim.LearningRateSchedule;
import io.bandpass.run.Pretraining;
import io.bandpass.task.Batch;
import io.bandpass.task.DivergedException;
import io.bandpass.task.TrainingTask;
import io.bandpass.testing.FakeImages;
import io.bandpass.testing.TinyRuns;
import io.bandpass.torch.Engine;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved, looked at and called done while steps are not finite. */
final class TrainingLoopTest {
    private static final int STEPS_PER_EPOCH = 2;
    private static final int TOTAL = 12;
    private static final int BATCH = 2;

    @TempDir
    private Path folder;

    private final List<Long> looks = new ArrayList<>();
    private final List<Long> saved = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private Set<Long> badBatches = Set.of();
    private int goodUpdates = Integer.MAX_VALUE;
    private double rate = 1;
    private int total = TOTAL;
    private int lookEvery;
    private BooleanSupplier stop = () -> false;

    @BeforeAll
    static void load() {
        Engine.start(1);
    }

    @Test
    void everyCheckpointIsOfGoodWeightsWhereAnUpdateBreaksThem() throws IOException {
        goodUpdates = 5;
        assertThatThrownBy(() -> run(1, 1))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("not finite 3 steps in a row up to step 8;")
                .hasMessageEndingWith("the last good checkpoint is " + folder.resolve("checkpoints/step-4"));
        assertThat(saved).containsExactly(1L, 2L, 3L, 4L);
        assertThat(checkpoints()).containsExactly("best", "last", "step-4");
        assertThat(notices)
                .anyMatch(text -> text.startsWith("the weights after step 5 are neither saved nor looked at"));
    }

    @Test
    void aRunOfSkippedStepsPushesNoGoodCheckpointOut() {
        goodUpdates = 3;
        assertThatThrownBy(() -> run(2, 1)).isInstanceOf(DivergedException.class);
        assertThat(saved).containsExactly(2L);
        assertThat(checkpoints()).containsExactly("best", "last", "step-2");
    }

    @Test
    void whatIsDueInARunOfSkippedStepsIsDoneAfterIt() throws IOException {
        badBatches = Set.of(3L, 4L);
        lookEvery = 4;
        TrainingLoop.Outcome outcome = run(4, 9);
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.state().skippedSteps()).isEqualTo(2);
        assertThat(saved).containsExactly(6L, 8L, 12L);
        assertThat(looks).containsExactly(6L, 8L, 12L);
    }

    @Test
    void aRunWhoseLastStepWasSkippedIsNotDone() {
        badBatches = Set.of(TOTAL - 1L);
        lookEvery = 1;
        assertThatThrownBy(() -> run(3, 9))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("the loss or the gradient was not finite in the last step of the run, 12;")
                .hasMessageEndingWith(folder.resolve("checkpoints/step-9").toString());
        assertThat(looks).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void aRunWhoseLastUpdateBreaksTheWeightsIsNotDone() {
        goodUpdates = TOTAL;
        assertThatThrownBy(() -> run(5, 9))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("the weights after the last step of the run, 12, give no finite loss");
        assertThat(saved).containsExactly(5L, 10L);
    }

    @Test
    void aRunThatIsAskedToStopAmongSkippedStepsStopsAfterThem() throws IOException {
        badBatches = Set.of(3L, 4L);
        stop = () -> true;
        total = 4;
        assertThat(run(99, 9).state().step()).isEqualTo(1);

        saved.clear();
        total = TOTAL;
        stop = () -> notices.stream().anyMatch(text -> text.startsWith("step 4 was skipped"));
        TrainingLoop.Outcome outcome = run(99, 9);
        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.state().step()).isEqualTo(6);
        assertThat(saved).containsExactly(6L);
        assertThat(notices).contains("stopping is put off until a step gives good weights, which can be saved");
    }

    @Test
    void aRunThatIsAskedToStopAndCannotRecoverHasDiverged() {
        goodUpdates = 4;
        stop = () -> notices.stream().anyMatch(text -> text.startsWith("step 5 was skipped"));
        assertThatThrownBy(() -> run(2, 9)).isInstanceOf(DivergedException.class);
        assertThat(saved).containsExactly(2L);
    }

    @Test
    void weightsThatAreNotFiniteEndTheRunAtOnce() {
        rate = 1e39;
        assertThatThrownBy(() -> run(1, 9))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("after step 1, w is not finite; ")
                .hasMessageEndingWith("there is no checkpoint in " + folder.resolve("checkpoints"));
        assertThat(saved).isEmpty();
    }

    /** As version 0.1.0 saved them. */
    @Test
    void aCheckpointAmongSkippedStepsCountsThemOn() throws IOException {
        badBatches = Set.of(4L);
        assertThatThrownBy(() -> run(9, 9, state(4, 2)))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("3 steps in a row up to step 5");
        badBatches = Set.of();
        assertThat(run(9, 9, state(4, 2)).complete()).isTrue();
        assertThatThrownBy(() -> run(9, 9, state(TOTAL, 1)))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("in the last step of the run, 12");
    }

    @Test
    void theLookThatIsPutOffDoesNotEndTheRun() throws IOException {
        badBatches = Set.of(3L);
        lookEvery = 4;
        assertThat(run(99, 9, Optional.empty(), true).state().step()).isEqualTo(5);
    }

    /** A process was killed between the checkpoint of such a look and its end. */
    @Test
    void theLookThatWasPutOffIsStillEnoughWhenTheRunIsResumed() throws IOException {
        badBatches = Set.of(3L);
        lookEvery = 4;
        run(4, 9, Optional.empty(), true);
        TrainingState state = new Checkpoints(folder.resolve("checkpoints"), 9)
                .newest()
                .orElseThrow()
                .state();
        assertThat(state.step()).isEqualTo(5);
        assertThat(run(4, 9, Optional.of(state), true).state().step()).isEqualTo(5);
    }

    @Test
    void adviceIsOnlyWhatIsNotSet() throws IOException {
        assertThat(Divergence.advice(config("train.precision=fp32", "optimizer.clip=3", "schedule.warmup-epochs=1")))
                .isEqualTo("try a lower learning rate or more warm-up");
        assertThat(Divergence.advice(config("train.precision=bf16", "optimizer.clip=0", "schedule.warmup-epochs=0")))
                .isEqualTo(
                        "try a lower learning rate, a warm-up (schedule.warmup-epochs), clipped gradients (optimizer.clip) or `precision` fp32");
    }

    private TrainingLoop.Outcome run(int everySteps, int keep) throws IOException {
        return run(everySteps, keep, Optional.empty());
    }

    private TrainingLoop.Outcome run(int everySteps, int keep, Optional<TrainingState> start) throws IOException {
        return run(everySteps, keep, start, false);
    }

    private TrainingLoop.Outcome run(int everySteps, int keep, Optional<TrainingState> start, boolean oneLookIsEnough)
            throws IOException {
        PretrainingConfig config = config("checkpoint={every-steps: " + everySteps + ", keep: " + keep + "}");
        TrainingPlan plan = new TrainingPlan(
                BATCH,
                BATCH,
                STEPS_PER_EPOCH,
                total,
                rate,
                new LearningRateSchedule(config.schedule(), rate, STEPS_PER_EPOCH, total));
        FakeImages images = new FakeImages(BATCH * STEPS_PER_EPOCH, TinyRuns.SIZE, TinyRuns.SIZE);
        UnreadableImages bad = new UnreadableImages(0);
        long from = start.map(TrainingState::step).orElse(0L);
        try (ModelState<Line> learner = new ModelState<>(new Line(), config);
                BatchLoader loader = new BatchLoader(
                        new EpochOrder(images.size(), 0),
                        step -> new AugmentedSamples(
                                images,
                                new Augmentation(config.augment(), config.data().mean(), TinyRuns.SIZE, 0)),
                        bad,
                        new BatchLoader.Steps(BATCH, STEPS_PER_EPOCH, from, total),
                        1)) {
            return new TrainingLoop(
                            config,
                            plan,
                            learner,
                            new Looks(oneLookIsEnough),
                            new TrainingLoop.Session(
                                    new RunFolder(folder),
                                    images.size(),
                                    bad,
                                    new StageListener(),
                                    stop,
                                    Communicator.single(),
                                    BatchShare.WHOLE),
                            start)
                    .run(loader);
        }
    }

    private static PretrainingConfig config(String... settings) throws IOException {
        Pretraining run = Pretraining.recipe("quick-vit");
        TinyRuns.vit().forEach(run::set);
        run.set("optimizer={type: sgd, learning-rate: 1, momentum: 0, weight-decay: 0, clip: 0}");
        run.set("schedule={type: constant, warmup-epochs: 0, warmup-learning-rate: 0}");
        Stream.of(settings).forEach(run::set);
        return run.config();
    }

    private static Optional<TrainingState> state(long step, int skippedInARow) {
        OptionalDouble none = OptionalDouble.empty();
        return Optional.of(new TrainingState(
                step,
                step - 1,
                skippedInARow,
                skippedInARow,
                0,
                0,
                none,
                none,
                Map.of(),
                0,
                BATCH * STEPS_PER_EPOCH,
                Map.of()));
    }

    private List<String> checkpoints() {
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            Checkpoints all = new Checkpoints(folder.resolve("checkpoints"), 1);
            assertThat(all.newest().orElseThrow().state().skippedInARow()).isZero();
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One weight w, which each update of rate 1 makes smaller by 1: how many were made stands in it. */
    private final class Line implements TrainingTask {
        private final Tensor w = Tensors.keep(Tensors.ofFloats(new float[] {0}, 1));

        Line() {
            w.set_requires_grad(true);
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(new Parameter("w", w, false, 0));
        }

        @Override
        public List<NamedTensor> state() {
            return List.of(new NamedTensor("w", w));
        }

        @Override
        public List<NamedTensor> buffers() {
            return List.of();
        }

        @Override
        public Device device() {
            return new Device("cpu");
        }

        @Override
        public List<MicroBatch> microBatches(Batch batch, int microBatchSize) {
            return List.of(new LinePart(this, batch));
        }

        @Override
        public double forwardBackward(MicroBatch part, BatchTotals totals, StepTimer timer) {
            Tensor loss = part.loss(totals, timer);
            loss.backward();
            return loss.item_double();
        }

        @Override
        public void setTraining(boolean training) {}

        @Override
        public boolean isTraining() {
            return true;
        }

        @Override
        public void close() {
            w.close();
        }
    }

    private final class LinePart implements TrainingTask.MicroBatch {
        private final Line line;
        private final Batch batch;

        LinePart(Line line, Batch batch) {
            this.line = line;
            this.batch = batch;
        }

        @Override
        public int images() {
            return BATCH;
        }

        @Override
        public double lossDenominator() {
            return BATCH;
        }

        @Override
        public Tensor loss(TrainingTask.BatchTotals totals, StepTimer timer) {
            boolean broken = -line.w.item_double() >= goodUpdates || badBatches.contains(batch.step());
            return line.w.mul(new Scalar(broken ? Double.NaN : 1)).sum();
        }

        @Override
        public List<NamedTensor> drawn() {
            return List.of();
        }
    }

    private final class Looks implements Evaluator {
        private final boolean oneIsEnough;

        Looks(boolean oneIsEnough) {
            this.oneIsEnough = oneIsEnough;
        }

        @Override
        public boolean isDue(Progress progress) {
            return progress.isDue(lookEvery);
        }

        @Override
        public boolean after(Progress progress, boolean last) {
            if (last || isDue(progress)) {
                looks.add(progress.step());
            }
            return false;
        }

        @Override
        public boolean hasScores() {
            return false;
        }

        @Override
        public boolean shouldStop(Progress progress) {
            return oneIsEnough && isDue(progress);
        }
    }

    private final class StageListener implements TrainingListener {
        @Override
        public void onCheckpoint(long step, Path checkpoint) {
            saved.add(step);
        }

        @Override
        public void onNotice(String sentence) {
            notices.add(sentence);
        }
    }
}
