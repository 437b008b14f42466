package io.bandpass.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Pins every key and its default. A key that is added, removed or renamed, or a default that moves, changes what people's
 * recipes and stored runs mean: change it here too, and say so in the changelog.
 */
final class DefaultConfigTest {
    @Test
    void everyKeyAndDefaultIsPinned() {
        assertThat(lines(ConfigBuilder.of(PretrainingConfig.class).build())).containsExactly("""
                description = ""
                data.paths = []
                data.labels = "auto"
                data.workers = "auto"
                data.max-bad = 0.01
                data.max-pixels = 178956970
                data.reduced-decoding = true
                data.index = "auto"
                data.order = "full"
                data.shard-streams = 64
                data.shard-block = 2
                data.cache = "auto"
                data.cache-gb = 20.0
                data.mean = [0.485,0.456,0.406]
                data.std = [0.229,0.224,0.225]
                augment.crop-area = [0.2,1.0]
                augment.crop-aspect = [0.75,1.3333333333333333]
                augment.flip-probability = 0.5
                augment.rand-augment = "none"
                augment.rand-augment-interpolation = "random"
                augment.colour-jitter = 0.0
                augment.repeats = 1
                encoder.type = "vit"
                encoder.image-size = 224
                encoder.patch-size = 16
                encoder.width = 384
                encoder.depth = 12
                encoder.heads = 6
                encoder.mlp-ratio = 4.0
                encoder.positions = "learned"
                encoder.relative-position = "none"
                encoder.qkv-bias = true
                encoder.layer-scale = 0.0
                encoder.drop-path = 0.0
                task.type = "mfm"
                mask.shape = "circle"
                mask.radius = "auto"
                mask.radius-range = "none"
                mask.outer-radius = "none"
                mask.fractions = [0.005,0.01,0.05]
                mask.lowpass-probability = 0.5
                mask.lowpass-warmup-epochs = 0.0
                mask.lowpass-warmup-probability = 0.0
                mask.clamp = true
                decoder.type = "pixel-shuffle"
                decoder.width = 512
                decoder.depth = 1
                decoder.heads = 16
                loss.target = "auto"
                loss.gamma = 1.0
                loss.radius-exponent = 0.0
                loss.focal = "none"
                loss.focal-alpha = 1.0
                loss.focal-log = false
                loss.average-spectrum = false
                loss.patch-factor = 1
                loss.normaliser = "batch"
                loss.frequency-weight = 1.0
                loss.pixel = "none"
                loss.pixel-weight = 1.0
                optimizer.type = "adamw"
                optimizer.base-learning-rate = 3.0E-4
                optimizer.learning-rate = "none"
                optimizer.betas = [0.9,0.95]
                optimizer.epsilon = 1.0E-8
                optimizer.momentum = 0.9
                optimizer.nesterov = true
                optimizer.weight-decay = 0.05
                optimizer.layer-decay = 1.0
                optimizer.clip = 3.0
                schedule.type = "cosine"
                schedule.warmup-epochs = 20.0
                schedule.warmup-steps = "none"
                schedule.warmup-learning-rate = 2.5E-7
                schedule.min-learning-rate = 2.5E-6
                schedule.decay-epochs = 30.0
                schedule.milestone-epochs = []
                schedule.decay-rate = 0.1
                schedule.power = 1.0
                schedule.warmup-ratio = 1.0E-6
                curriculum.start-epochs = []
                curriculum.image-sizes = []
                curriculum.radii = []
                train.epochs = 300
                train.steps = "none"
                train.batch-size = 2048
                train.micro-batch-size = "auto"
                train.seed = 0
                train.device = "auto"
                train.precision = "auto"
                train.threads = "auto"
                train.activation-checkpointing = false
                train.ema-decay = "none"
                train.log-every-steps = 10
                checkpoint.every-steps = 500
                checkpoint.keep = 3
                evaluate.samples-every-steps = 500
                evaluate.sample-images = 4
                evaluate.knn-every-epochs = 20.0
                evaluate.knn-neighbours = 20
                evaluate.knn-temperature = 0.07
                evaluate.knn-images = 20000
                evaluate.probe = false
                evaluate.held-out-fraction = 0.1""".split("\n"));
    }

    @Test
    void everyKeyAndDefaultOfAResNetIsPinned() {
        PretrainingConfig resnet = ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.type=resnet")
                .build();

        assertThat(lines(resnet).stream().filter(line -> line.startsWith("encoder.")))
                .containsExactly("""
                encoder.type = "resnet"
                encoder.image-size = 224
                encoder.block = "bottleneck"
                encoder.stages = [3,4,6,3]
                encoder.widths = [256,512,1024,2048]
                encoder.bottleneck-widths = [64,128,256,512]
                encoder.stem-width = 64
                encoder.stem-kernel = 7
                encoder.stem-stride = 2
                encoder.max-pool = true""".split("\n"));
    }

    @Test
    void everyKeyAndDefaultOfASwinIsPinned() {
        PretrainingConfig swin = ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.type=swin")
                .build();

        assertThat(lines(swin).stream().filter(line -> line.startsWith("encoder.")))
                .containsExactly("""
                encoder.type = "swin"
                encoder.image-size = 224
                encoder.patch-size = 4
                encoder.stem-width = 96
                encoder.depths = [2,2,6,2]
                encoder.heads = [3,6,12,24]
                encoder.window = 7
                encoder.mlp-ratio = 4.0
                encoder.qkv-bias = true
                encoder.positions = "none"
                encoder.drop-path = 0.0""".split("\n"));
    }

    @Test
    void everyKeyAndDefaultOfAConvNeXtIsPinned() {
        PretrainingConfig convnext = ConfigBuilder.of(PretrainingConfig.class)
                .set("encoder.type=convnext")
                .build();

        assertThat(lines(convnext).stream().filter(line -> line.startsWith("encoder.")))
                .containsExactly("""
                encoder.type = "convnext"
                encoder.image-size = 224
                encoder.stem-patch = 4
                encoder.depths = [3,3,9,3]
                encoder.widths = [96,192,384,768]
                encoder.layer-scale = 1.0E-6
                encoder.drop-path = 0.0""".split("\n"));
    }

    @Test
    void everyKeyAndDefaultOfTheOtherTasksIsPinned() {
        PretrainingConfig simmim = ConfigBuilder.of(PretrainingConfig.class)
                .set("task.type=simmim")
                .build();
        PretrainingConfig mae = ConfigBuilder.of(PretrainingConfig.class)
                .set("task.type=mae")
                .set("decoder.type=vit")
                .build();

        assertThat(lines(simmim).stream().filter(line -> line.startsWith("task.")))
                .containsExactly("task.type = \"simmim\"", "task.block-size = 32", "task.mask-ratio = 0.6");
        assertThat(lines(mae).stream().filter(line -> line.startsWith("task.")))
                .containsExactly("task.type = \"mae\"", "task.mask-ratio = 0.75", "task.normalise-pixels = true");
    }

    /** A key that no record has would stand in the file, and mean nothing. */
    @Test
    void theFileOfDefaultsHasNoOtherKeys() {
        for (String section : Variants.sections(PretrainingConfig.class)) {
            for (String type : Variants.words(PretrainingConfig.class, section)) {
                ObjectNode file = defaultsFile("defaults.yaml");
                Variants.sections(PretrainingConfig.class)
                        .forEach(each -> choose(
                                file,
                                each,
                                Variants.words(PretrainingConfig.class, each).get(0)));
                ObjectNode asked = defaultsFile("defaults.yaml");
                file.set(section, asked.path(section));
                choose(file, section, type);
                // A masked autoencoder refuses the default decoder; all others take a transformer too.
                ((ObjectNode) file.path("decoder")).put("type", "vit");

                KnownKeys.check(file, PretrainingConfig.class, "defaults.yaml");
                assertThat(lines(RecordBinder.bind(file, PretrainingConfig.class)))
                        .isEqualTo(lines(ConfigBuilder.of(PretrainingConfig.class)
                                .set("decoder.type=vit")
                                .set(section + ".type=" + type)
                                .build()));
            }
            assertThat(defaultsFile("defaults.yaml").path(section).properties())
                    .hasSameSizeAs(Variants.words(PretrainingConfig.class, section));
        }
    }

    @Test
    void everyKeyAndDefaultThatFineTuningHasForItselfIsPinned() {
        FinetuningConfig config = ConfigBuilder.of(FinetuningConfig.class).build();
        List<String> lines = new ArrayList<>();
        flatten("", RecordBinder.tree(config), lines);
        lines.removeAll(lines(ConfigBuilder.of(PretrainingConfig.class).build()));

        assertThat(lines).containsExactly("""
                labels.per-class = "none"
                labels.held-out-fraction = 0.1
                labels.validation-fraction = 0.0
                augment.crop-area = [0.08,1.0]
                augment.rand-augment = "m9-n2-mstd0.5-inc1"
                mix.mixup-alpha = 0.8
                mix.cutmix-alpha = 1.0
                mix.probability = 1.0
                mix.switch-probability = 0.5
                mix.label-smoothing = 0.1
                mix.erase-probability = 0.25
                encoder.drop-path = 0.1
                classifier.pooling = "auto"
                classifier.head-init-scale = 0.001
                loss.type = "ce"
                loss.bce-target-threshold = "none"
                optimizer.base-learning-rate = 0.002
                optimizer.betas = [0.9,0.999]
                optimizer.layer-decay = 0.8
                optimizer.clip = 0.0
                schedule.warmup-epochs = 5.0
                schedule.min-learning-rate = 2.5E-7
                train.epochs = 100
                validate.every-epochs = 1.0
                validate.image-size = "auto"
                validate.crop-ratio = 0.875
                validate.batch-size = 128
                validate.stop-after-epochs = "none\"""".split("\n"));
    }

    /** A key that no record has would stand in the file, and mean nothing; so would one that repeats a default. */
    @Test
    void theFileOfFineTuningHasNoOtherKeysAndRepeatsNoDefault() {
        ObjectNode file = defaultsFile("finetune-defaults.yaml");
        ObjectNode shared = defaultsFile("defaults.yaml");
        ObjectNode encoders = (ObjectNode) file.remove("encoder");

        KnownKeys.check(file, FinetuningConfig.class, "finetune-defaults.yaml");
        encoders.properties().forEach(encoder -> {
            ObjectNode layer = JsonNodeFactory.instance.objectNode();
            layer.putObject("encoder").put("type", encoder.getKey()).setAll((ObjectNode) encoder.getValue());
            KnownKeys.check(layer, FinetuningConfig.class, "finetune-defaults.yaml");
            assertChanges(encoder.getValue(), shared.path("encoder").path(encoder.getKey()));
        });
        file.properties().forEach(section -> assertChanges(section.getValue(), shared.path(section.getKey())));
    }

    private static void assertChanges(JsonNode section, JsonNode shared) {
        section.properties()
                .forEach(entry ->
                        assertThat(entry.getValue()).as(entry.getKey()).isNotEqualTo(shared.path(entry.getKey())));
    }

    private static void choose(ObjectNode file, String section, String type) {
        ObjectNode keys = (ObjectNode) file.path(section).path(type);
        file.set(section, keys.put("type", type));
    }

    private static ObjectNode defaultsFile(String name) {
        try (InputStream stream = Objects.requireNonNull(DefaultConfigTest.class.getResourceAsStream("/" + name))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return (ObjectNode) StrictYaml.read(text, name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(PretrainingConfig config) {
        List<String> lines = new ArrayList<>();
        flatten("", RecordBinder.tree(config), lines);
        return lines;
    }

    private static void flatten(String key, JsonNode node, List<String> lines) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(), entry.getValue(), lines));
        } else {
            lines.add(key + " = " + node);
        }
    }
}
