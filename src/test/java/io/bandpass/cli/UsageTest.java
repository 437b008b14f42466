package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help, and what is said of commands that cannot be meant: exit code 2, before anything is made. */
final class UsageTest {
    @TempDir
    Path folder;

    @Test
    void tellsItsVersion() {
        assertThat(Said.by("--version").out()).matches("bandpass \\d+\\.\\d+\\.\\d+\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pretrain",
                "compare",
                "reconstruct",
                "finetune",
                "predict",
                "embed",
                "knn",
                "probe",
                "import",
                "export",
                "data",
                "data get",
                "data shard",
                "list",
                "show",
                "show masks",
                "show augmentations",
                "show tasks",
                "show corruptions",
                "show attacks",
                "config",
                "doctor",
                "bench",
                "bench step",
                "bench data",
                "bench embed",
                "bench attack",
                "bench corrupt",
                "bench start"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Said said = Said.by((Object[]) (command + " --help").trim().split(" "));
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("Usage: bandpass").contains("Example");
        assertThat(said.error()).isEmpty();
    }

    @Test
    void everyOptionIsDescribed() {
        assertOptionsAreDescribed(Main.commandLine());
    }

    private static void assertOptionsAreDescribed(CommandLine command) {
        command.getCommandSpec()
                .options()
                .forEach(option -> assertThat(option.description())
                        .as(command.getCommandName() + " " + option.longestName())
                        .isNotEmpty());
        command.getSubcommands().values().forEach(UsageTest::assertOptionsAreDescribed);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("pretrian", "pretrain"),
                mistake("pretrain --recipie quick", "--recipe"),
                mistake("pretrain --recipe vit-smal", "there is no recipe 'vit-smal'", "vit-small"),
                mistake("pretrain --set mask.radiu=3", "--set mask.radiu=3", "did you mean radius?"),
                mistake("pretrain --set mask.radius", "section.key=value"),
                mistake("pretrain --set mask.radius=-1", "mask.radius", "-1"),
                mistake("pretrain --epochs 0", "train.epochs is 0"),
                mistake("pretrain --steps 0", "train.steps is 0"),
                mistake("pretrain --epochs many", "train.epochs", "many"),
                mistake("pretrain --epochs 1.5", "train.epochs"),
                mistake("pretrain --batch-size -4", "train.batch-size"),
                mistake("pretrain --learning-rate NaN", "optimizer.learning-rate"),
                mistake("pretrain --threads 0", "--threads is 0"),
                mistake("pretrain --workers 0", "data.workers is 0"),
                mistake("pretrain --precision fp16", "train.precision is 'fp16'", "auto, fp32, bf16"),
                mistake("pretrain --device tpu", "train.device is 'tpu'", "auto, cpu, cuda"),
                mistake("pretrain --recipe vit-small --image-size 225", "224 and 240"),
                mistake("pretrain --max-bad 2", "data.max-bad is 2"),
                mistake("pretrain --resume runs/a --recipe quick", "--resume"),
                mistake("predict --images a", "--run", "--weights"),
                mistake("predict --run a", "--data"),
                mistake("predict --run a --images b --batch-size 0", "batch-size is 0"),
                mistake("predict --run a --images b --preprocess none --crop-ratio 0.5", "crop-ratio"),
                mistake("finetune --eval --from-scratch quick", "--run or --weights"),
                mistake("compare", "--out"),
                mistake("compare --out a --tasks mfn", "--tasks has 'mfn'", "did you mean mfm?"),
                mistake("compare --out a --encoders quick-vti", "there is no recipe 'quick-vti'", "quick-vit"),
                mistake("compare --out a --seeds 0", "--seeds is 0"),
                mistake("compare --out a --few-labels many", "--few-labels is 'many'", "none"),
                mistake("compare --out a --few-labels 0", "--few-labels is 0"),
                mistake("compare --out a --shard 2", "--shard is '2'", "1/2"),
                mistake("compare --out a --shard 0/2", "--shard is 0/2"),
                mistake("compare --out a --finetune-recipe quick", "bandpass pretrain"),
                mistake("compare --out a --set train.epochs=3", "--budget"),
                mistake("compare --out a --set train.steps=3", "--budget"),
                mistake("compare --out a --few-masks 5", "--few-masks", "--segment"),
                mistake("compare --out a --segment b --segment-steps 0", "--segment-steps is 0"),
                mistake("compare --out a --segment b --segment-recipe quick", "bandpass pretrain"),
                mistake("compare --out a --segment b --segment-set masks.images=3", "--few-masks"),
                mistake("compare --out a --finetune-recipe none", "--finetune-recipe is none", "--segment"),
                mistake(
                        "compare --out a --robustness fgsm,coruptions",
                        "--robustness has",
                        "did you mean corruptions?"),
                mistake("compare --out a --robustness-images 5", "--robustness-images", "with --robustness"),
                mistake("compare --out a --finetune-recipe none --segment b --robustness pgd", "--robustness"),
                mistake("knn", "--run", "--weights"),
                mistake("knn --run a --weights b", "--run", "--weights"),
                mistake("knn --run a --train b", "--train and --test go together"),
                mistake("knn --run a --data b --test c", "--data does not go with --train and --test"),
                mistake("knn --run a --labels-per-class 0", "--labels-per-class is 0"),
                mistake("probe", "--run", "--weights"),
                mistake("probe --run a --train b", "--train and --test go together"),
                mistake("probe --run a --epochs 0", "epochs is 0, but must be a whole number above 0"),
                mistake("probe --run a --batch-size 1", "batch-size is 1, but must be a whole number of at least 2"),
                mistake("probe --run a --learning-rate 0", "learning-rate is 0.0, but must be a number above 0"),
                mistake("probe --run a --optimizer adamw", "optimizer is 'adamw'", "sgd, lars"),
                mistake("import a.pth", "--out"),
                mistake("import --out b", "FILE"),
                mistake("export --run a --out b", "--format"),
                mistake("export --format timm --out b", "--run", "--weights"),
                mistake("reconstruct --run a --images b", "--out"),
                mistake("reconstruct --run a --images b --out c --limit 0", "--limit"),
                mistake("data get cifar10", "--out"),
                mistake("data get --out a", "NAME"),
                mistake("data get mnist --out a", "there is no data set 'mnist' to get; there is cifar10"),
                mistake("bench", "step"),
                mistake("bench step --rounds 0", "rounds is 0"),
                mistake("bench step --rounds many", "--rounds", "many"),
                mistake("bench step --seconds 0", "seconds is 0"),
                mistake("bench step --seconds NaN", "seconds is NaN"),
                mistake("bench step --recipe vit-smal", "there is no recipe 'vit-smal'", "vit-small"),
                mistake("bench data --image-size 30", "28 and 32"),
                mistake("bench data --workers 0", "data.workers is 0"),
                mistake("bench embed --recipe quick --weights a", "--recipe and --weights"),
                mistake("bench embed --batch-size 0", "train.batch-size is 0"),
                mistake("bench attack --steps 0", "steps is 0"),
                mistake("bench attack --set train.precision=bf16", "train.precision is 'bf16'", "fp32"),
                mistake("bench attack --recipe finetune-quick", "finetune-quick"),
                mistake("bench corrupt --side 8", "side is 8", "16"),
                mistake("bench corrupt --names fogg", "there is no corruption fogg", "fog"),
                mistake("bench corrupt --names frost", "needs the pictures of frost"),
                mistake("bench corrupt --frost nowhere", "nowhere"),
                mistake("bench start --recipe vit-smal", "there is no recipe 'vit-smal'"),
                mistake("bench start --rounds -1", "rounds is -1"),
                mistake("bench step --batch-size 0", "train.batch-size is 0"),
                mistake("bench step --threads 0", "--threads is 0"),
                mistake("bench step --precision fp16", "train.precision is 'fp16'"),
                mistake("show", "masks"),
                mistake("show masks", "--out"),
                mistake("show masks --out no-such-folder/masks.png", "no-such-folder is no folder"),
                mistake("show tasks", "--out"),
                mistake("show tasks --out no-such-folder/tasks.png", "no-such-folder is no folder"),
                mistake("show tasks --out tasks.png --count 0", "--count is 0"),
                mistake("show corruptions", "--out"),
                mistake("show corruptions --out no-such-folder/a.png", "no-such-folder is no folder"),
                mistake("show corruptions --out a.png --side 9", "--side is 9"),
                mistake("show corruptions --out a.png --severities 0-5", "severities", "1 to 5"),
                mistake("show corruptions --out a.png --corruptions fogg", "did you mean fog?"),
                mistake("show attacks --image a.png --out a.png", "--run", "--weights"),
                mistake("show attacks --run a --out a.png", "--image"),
                mistake("show attacks --run a --image b.png --out a.png --attacks pdg", "did you mean pgd?"),
                mistake("show attacks --run a --image b.png --out a.png --eps 9/255,2", "eps is 2"),
                mistake("show masks --out masks.png --set mask.radius=999", "mask.radius is 999.0"),
                mistake("show augmentations --count 0", "--count is 0"),
                mistake("show augmentations --count many", "--count", "many"),
                mistake("show augmentations --set augment.repeats=0", "augment.repeats is 0"),
                mistake("show augmentations --out no-such-folder/a.png", "no-such-folder is no folder"),
                mistake("show augmentations --set mix.mixup-alpha=1", "unknown key mix"),
                mistake("show masks --recipe finetune-quick --out a.png", "is one of bandpass finetune"),
                mistake("config show no-such.yaml", "there is no recipe 'no-such.yaml'", "quick", "finetune-quick"),
                mistake("list", "recipes"),
                mistake("list sizes", "sizes"));
    }

    private static Arguments mistake(String command, String... said) {
        return Arguments.of(command, List.of(said));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeEndsWithTwoAndWhatWouldBeRight(String command, List<String> expected) {
        Said said = Said.by((Object[]) command.split(" "));
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains(expected).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void aMistakeInARecipeFileIsNamedWithTheFile() throws Exception {
        Path recipe = Files.writeString(folder.resolve("mine.yaml"), "mask:\n  radius: 4\n  radus: 3\n");
        Said said = Said.by("pretrain", "--recipe", recipe);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("mine.yaml").contains("mask.radus").contains("did you mean radius");
    }

    @Test
    void dryRunPrintsTheConfigurationAndMakesNothing() {
        Path out = folder.resolve("run");
        Said said = Said.by("pretrain", "--dry-run", "--out", out, "--epochs", 7);
        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("epochs: 7");
        assertThat(out).doesNotExist();
    }

    @Test
    void theLastOfEpochsAndStepsThatIsAskedForCounts() {
        Path out = folder.resolve("run");
        Said steps = Said.by("pretrain", "--dry-run", "--out", out, "--steps", 160_000);
        assertThat(steps.out()).contains("steps: 160000");
        Said epochs = Said.by("pretrain", "--dry-run", "--out", out, "--set", "train.steps=160000", "--epochs", 7);
        assertThat(epochs.out()).contains("epochs: 7").contains("steps: none");
    }

    @Test
    void recipesThatCountStepsAreComparedAfterEpochsOnly() throws Exception {
        Path recipe = Files.writeString(folder.resolve("steps.yaml"), "train: {steps: 50}\n");
        Said said = Said.by("compare", "--recipe", recipe, "--out", folder.resolve("out"));
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("steps.yaml trains for 50 steps", "give it with --budget");
    }

    @Test
    void listsRecipesEncodersAndTasks() {
        assertThat(Said.by("list", "recipes").out()).contains("quick-vit").contains("resnet50");
        assertThat(Said.by("list", "encoders").out()).contains("vit").contains("resnet");
        assertThat(Said.by("list", "tasks").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("mfm "),
                        line -> assertThat(line).startsWith("super-resolution "),
                        line -> assertThat(line).startsWith("deblur "),
                        line -> assertThat(line).startsWith("denoise "),
                        line -> assertThat(line).startsWith("simmim "),
                        line -> assertThat(line).startsWith("mae "));
        assertThat(Said.by("config", "show", "vit-base").out()).contains("patch-size: 16");
    }

    @Test
    void recipesOfFineTuningAreListedShownAndChecked() throws Exception {
        assertThat(Said.by("list", "recipes").out().lines())
                .containsSubsequence("of bandpass pretrain:", "of bandpass finetune:")
                .anyMatch(line -> line.startsWith("finetune-vit-base "));
        assertThat(Said.by("config", "show", "finetune-vit-base", "--set", "mix.mixup-alpha=0.3")
                        .out())
                .contains("mixup-alpha: 0.3", "layer-decay: 0.8")
                .doesNotContain("mask:");
        Path sound = Files.writeString(folder.resolve("sound.yaml"), "validate:\n  every-epochs: 2\n");
        assertThat(Said.by("config", "validate", sound).out()).isEqualTo(sound + " is sound" + System.lineSeparator());
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "mix:\n  mixup-alfa: 2\n");
        Said said = Said.by("config", "validate", wrong);
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.error()).contains("wrong.yaml", "mix.mixup-alfa", "did you mean mixup-alpha?");
    }
}
