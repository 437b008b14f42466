package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.classify.ClassificationTask;
import io.bandpass.config.FinetuningConfig;
import io.bandpass.config.Recipes;
import io.bandpass.format.TensorFile;
import io.bandpass.interop.WeightsImport;
import io.bandpass.nn.NamedTensor;
import io.bandpass.optim.LearningRateSchedule;
import io.bandpass.task.Batch;
import io.bandpass.testing.Golden;
import io.bandpass.testing.GoldenState;
import io.bandpass.testing.Weights;
import io.bandpass.torch.Compute;
import io.bandpass.torch.StepTimer;
import io.bandpass.torch.Tensors;
import io.bandpass.train.ModelState;
import io.bandpass.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three steps of fine-tuning as the authors' program made them, from its pre-trained checkpoint. */
final class FinetuneParityTest {
    private static final int[] LABELS = {3, 7};

    @TempDir
    private Path folder;

    /** Layer decay, label smoothing, mean pooling with a fresh norm, and the cosine over 50 steps. */
    private static FinetuningConfig config(String... others) {
        var builder = Recipes.load(FinetuningConfig.class, "finetune-quick")
                .set(
                        "encoder={type: vit, image-size: 32, patch-size: 4, width: 64, depth: 2, heads: 4, drop-path: 0.0}")
                .set(
                        "optimizer={learning-rate: 2.0e-3, betas: [0.9, 0.999], weight-decay: 0.05, layer-decay: 0.8, clip: 0.0}")
                .set("schedule={warmup-epochs: 0.0, warmup-learning-rate: 2.5e-7, min-learning-rate: 2.5e-7}")
                .set("mix.label-smoothing=0.1")
                .set("train.precision=fp32");
        List.of(others).forEach(builder::set);
        return builder.build();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1})
    void lossesAndStateAreThoseOfTheAuthors(int microBatch) throws IOException {
        WeightsImport.of(Golden.path("official_ckpt.pth"), folder.resolve("imported"))
                .run();
        FinetuningConfig config = config();
        LearningRateSchedule schedule = new LearningRateSchedule(config.schedule(), 2e-3, 1, 50);
        JsonNode losses = Golden.json("info").path("official_finetune_ckpt").path("losses");
        try (PointerScope scope = new PointerScope();
                TensorFile golden = Golden.tensors("checkpoints");
                TensorFile images = Golden.tensors("vit_tiny");
                ModelState<ClassificationTask> learner = learner(config)) {
            var report = Weights.load(learner.task().classifier(), folder.resolve("imported"), true);
            assertThat(report.missing())
                    .containsExactlyInAnyOrder("fc_norm.weight", "fc_norm.bias", "head.weight", "head.bias");
            assertThat(report.unexpected()).containsExactlyInAnyOrder("norm.weight", "norm.bias");
            startAsTheAuthors(learner.task(), golden);
            TrainingStep step = new TrainingStep(
                    learner.task(),
                    learner.optimizer(),
                    microBatch,
                    config.train().seed(),
                    new StepTimer());
            for (int k = 0; k < losses.size(); k++) {
                Batch batch = batch(k, new int[] {0, 1}, images.get("img_u8"));
                var result = step.run(learner.task().microBatches(batch, microBatch), k, schedule.at(k));
                double expected = losses.get(k).asDouble();
                assertThat(result.loss()).as("step %d", k).isCloseTo(expected, within(1e-5 * expected));
            }
            for (NamedTensor each : learner.task().state()) {
                assertThat(Golden.largestDifference(
                                each.tensor(), GoldenState.value(golden, "ft.state." + each.name())))
                        .as(each.name())
                        .isLessThan(2e-5);
            }
        }
    }

    private static void startAsTheAuthors(ClassificationTask task, TensorFile golden) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (NamedTensor each : task.state()) {
                if (golden.names().contains("ft.init." + each.name())) {
                    each.tensor().copy_(golden.get("ft.init." + each.name()));
                }
            }
        }
    }

    /** @param images of the labels by their number */
    private static Batch batch(long step, int[] images, Tensor bytes) {
        int[] draws = IntStream.range(0, images.length).toArray();
        long[] labels = IntStream.of(images).mapToLong(image -> LABELS[image]).toArray();
        return new Batch(step, step, step, images, draws, bytes, Optional.of(Tensors.ofLongs(labels, labels.length)));
    }

    private static ModelState<ClassificationTask> learner(FinetuningConfig config) {
        return new ModelState<>(new ClassificationTask(config, 10, Compute.cpu()), config);
    }

    /** What is mixed and erased follows from the whole batch, so parts give what the whole gives. */
    @Test
    void aBatchInPartsIsTheBatchWhateverIsMixed() {
        FinetuningConfig config =
                config("mix={mixup-alpha: 0.8, cutmix-alpha: 1.0, erase-probability: 0.5}", "loss.type=bce");
        try (PointerScope scope = new PointerScope();
                TensorFile images = Golden.tensors("finetune")) {
            for (long k = 0; k < 6; k++) {
                assertThat(loss(config, images, k, 1)).isCloseTo(loss(config, images, k, 4), within(1e-6));
            }
        }
    }

    private static double loss(FinetuningConfig config, TensorFile images, long k, int microBatch) {
        int[] four = {0, 1, 0, 1};
        try (PointerScope scope = new PointerScope();
                ModelState<ClassificationTask> learner = learner(config)) {
            Batch batch = batch(k, four, images.get("img_u8"));
            TrainingStep step = new TrainingStep(learner.task(), learner.optimizer(), microBatch, 0, new StepTimer());
            return step.run(learner.task().microBatches(batch, microBatch), k, scale -> 0)
                    .loss();
        }
    }
}
