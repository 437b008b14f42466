package io.bandpass.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bandpass.BandpassException;
import io.bandpass.config.PredictConfig;
import io.bandpass.interop.WeightsImport;
import io.bandpass.testing.Golden;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java API of a classifier. */
final class ImageClassifierTest {
    private static final int THREADS = 4;
    private static final int IMAGES = 6;
    private static final int ROUNDS = 5;

    @TempDir
    static Path folder;

    private static List<Path> images;

    @BeforeAll
    static void imported() throws IOException {
        WeightsImport.of(Golden.path("official_finetune_ckpt.pth"), folder.resolve("imported"))
                .imageSize(32)
                .run();
        images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(Images.write(folder.resolve(i + ".png"), 40 * i, 32 + i, 40));
        }
    }

    private static ImageClassifier open() throws IOException {
        return ImageClassifier.open(folder.resolve("imported"), "cpu", OptionalInt.of(1));
    }

    @Test
    void aPredictionIsTheSoftmaxOfTheLogits() throws IOException {
        try (ImageClassifier classifier = open()) {
            float[] logits = classifier.logits(images.subList(0, 1))[0];
            Prediction prediction = classifier.predict(images.get(0));
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            assertThat(prediction.top5()).hasSize(5);
            double before = 1;
            for (ClassProbability ranked : prediction.top5()) {
                int number = classifier.classNames().indexOf(ranked.className());
                assertThat(ranked.probability())
                        .isCloseTo(Math.exp(logits[number]) / sum, within(1e-9))
                        .isLessThanOrEqualTo(before);
                before = ranked.probability();
            }
            long better = 0;
            for (float logit : logits) {
                better += Math.exp(logit) / sum > before + 1e-9 ? 1 : 0;
            }
            assertThat(better).isEqualTo(4);
            assertThat(prediction.className())
                    .isEqualTo(prediction.top5().get(0).className());
            assertThat(prediction.probability())
                    .isEqualTo(prediction.top5().get(0).probability());
        }
    }

    @Test
    void aBatchIsClassifiedAsItsImagesAre() throws IOException {
        try (ImageClassifier classifier = open()) {
            float[][] together = classifier.logits(images, PredictConfig.DEFAULT.withBatchSize(4));
            for (int i = 0; i < IMAGES; i++) {
                assertThat(together[i]).containsExactly(classifier.logits(List.of(images.get(i)))[0], within(1e-5f));
            }
            List<Prediction> predictions = classifier.predict(images);
            assertThat(predictions).hasSize(IMAGES);
            assertThat(predictions.get(3).className())
                    .isEqualTo(classifier.predict(images.get(3)).className());
        }
    }

    @Test
    void severalThreadsGetWhatOneGets() throws Exception {
        List<PredictConfig> ways = List.of(PredictConfig.DEFAULT, PredictConfig.DEFAULT.withPrecision("bf16"));
        try (ImageClassifier classifier = open()) {
            List<float[][]> alone = new ArrayList<>();
            for (PredictConfig way : ways) {
                alone.add(classifier.logits(images, way));
            }
            assertThat(alone.get(0)[0]).isNotEqualTo(alone.get(1)[0]);
            ExecutorService executor = Executors.newFixedThreadPool(THREADS);
            try {
                List<Callable<float[][]>> tasks = new ArrayList<>();
                for (int i = 0; i < THREADS * ROUNDS; i++) {
                    PredictConfig way = ways.get(i % ways.size());
                    tasks.add(() -> classifier.logits(images, way));
                }
                List<Future<float[][]>> results = executor.invokeAll(tasks);
                for (int i = 0; i < results.size(); i++) {
                    assertThat(results.get(i).get()).isDeepEqualTo(alone.get(i % ways.size()));
                }
            } finally {
                executor.shutdown();
            }
        }
    }

    @Test
    void anImageThatCannotBeReadIsNamed() throws IOException {
        Path broken = Images.write(folder.resolve("broken.png"), new byte[] {1, 2, 3});
        try (ImageClassifier classifier = open()) {
            assertThatThrownBy(() -> classifier.predict(List.of(images.get(0), broken)))
                    .isInstanceOf(BandpassException.class)
                    .hasMessageContaining(broken.toString());
        }
    }

    @Test
    void anEncoderWithoutClassesIsRefused() throws IOException {
        Path imported = folder.resolve("encoder");
        WeightsImport.of(Golden.path("official_ckpt.pth"), imported)
                .imageSize(32)
                .run();
        assertThatThrownBy(() -> ImageClassifier.open(imported))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("bandpass finetune");
    }
}
