package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.bandpass.BandpassException.Kind;
import io.bandpass.distributed.NodeLaunch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParseResult;

/** The files for Slurm and Kubernetes in {@code deploy}, as far as they can be checked without a cluster. */
final class DeploymentFilesTest {
    private static final Path FOLDER = Path.of("deploy");
    private static final Path KUBERNETES = FOLDER.resolve("kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    /** A program, by whatever name, and a subcommand that trains, up to the end of the command. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:\\$BANDPASS\"|\\bbandpass) ((?:pretrain|compare)\\b(?: [^\\n;&|`]+)?)");

    /** What a shell puts in: an expression, or a variable with or without a default. All are numbers or free here. */
    private static final Pattern EXPANSION = Pattern.compile("\\$\\(\\(.*?\\)\\)|\\$\\{[^}]*\\}|\\$\\w+");

    static Stream<Path> scripts() throws IOException {
        return files(FOLDER.resolve("slurm"));
    }

    static Stream<Path> manifests() throws IOException {
        return files(KUBERNETES);
    }

    private static Stream<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    private static List<JsonNode> documents(Path manifest) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(manifest.toFile())) {
            return documents.readAll();
        }
    }

    private static JsonNode document(String file, String kind) throws IOException {
        return documents(KUBERNETES.resolve(file)).stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static ParseResult parse(List<String> words) {
        ParseResult parsed = Main.commandLine().parseArgs(words.toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).isTrue();
        return parsed.subcommand();
    }

    /** The words of a command in a shell's text. Options that a user adds are none. */
    private static List<String> words(String command) {
        String text =
                EXPANSION.matcher(command.replace("\"$@\"", "")).replaceAll("1").replace("\"", "");
        return Arrays.asList(text.trim().split("\\s+"));
    }

    private static List<List<String>> commands(String text) {
        List<List<String>> commands = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(text.replaceAll("\\\\\\n\\s*", " "));
        while (matcher.find()) {
            commands.add(words(matcher.group(1)));
        }
        return commands;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void scriptsAreSound(Path script) throws Exception {
        Process check = new ProcessBuilder("bash", "-n", script.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        assertThat(Files.readString(script))
                .contains("#SBATCH --signal=TERM@120", "#SBATCH --requeue", "--open-mode=append")
                .contains("scontrol requeue");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void commandsOfScriptsAreThoseOfTheProgram(Path script) throws Exception {
        String text = Files.readString(script);
        List<List<String>> commands = commands(text);
        // The one that is run, behind those that the comments name.
        List<String> run = commands.get(commands.size() - 1);
        assertThat(parse(run).hasMatchedOption("--out")).isTrue();
        assertThat(run).contains(run.get(0).equals("pretrain") ? "--auto-resume" : "--shard");
        // The example in the head has options for it.
        Matcher example =
                Pattern.compile("#   (?:RUN|OUT)=\\S+ sbatch .*?\\.sbatch (.+)").matcher(text);
        assertThat(example.find()).isTrue();
        List<String> all = new ArrayList<>(run);
        all.addAll(words(example.group(1)));
        assertThat(parse(all).hasMatchedOption("--recipe")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"pretrain.sbatch, RUN", "compare.sbatch, OUT"})
    void scriptsSayWhichVariableIsMissing(String script, String variable) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", FOLDER.resolve("slurm").resolve(script).toString())
                .redirectErrorStream(true);
        builder.environment().remove(variable);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isNotZero();
        assertThat(said).contains(variable + "=/shared/");
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void manifestsAreNamedAndParse(Path manifest) throws Exception {
        assertThat(documents(manifest)).isNotEmpty().allSatisfy(document -> {
            assertThat(document.path("apiVersion").asText()).contains("/v1");
            assertThat(document.path("kind").asText()).isNotEmpty();
            assertThat(document.path("metadata").path("name").asText()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void commandsOfManifestsAreThoseOfTheProgram(Path manifest) throws Exception {
        List<List<String>> commands = new ArrayList<>();
        for (JsonNode document : documents(manifest)) {
            for (JsonNode parent : document.findParents("command")) {
                List<String> words = new ArrayList<>(texts(parent.get("command")));
                words.addAll(texts(parent.path("args")));
                if (words.get(0).equals("bandpass")) {
                    commands.add(words.subList(1, words.size()));
                } else {
                    assertThat(words.subList(0, 2)).isEqualTo(List.of("sh", "-c"));
                    commands.addAll(commands(words.get(2)));
                }
            }
        }
        assertThat(commands).hasSize(1).allSatisfy(command -> {
            ParseResult parsed = parse(command);
            assertThat(parsed.hasMatchedOption("--out")).isTrue();
            assertThat(parsed.hasMatchedOption("--data")).isTrue();
            assertThat(command).contains(parsed.commandSpec().name().equals("pretrain") ? "--auto-resume" : "--shard");
        });
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** What would fail again is final; what has saved and what the cluster disturbs is no failure. */
    @ParameterizedTest
    @MethodSource("manifests")
    void exitCodesOfTheRestartPolicyAreThoseOfTheProgram(Path manifest) throws Exception {
        Collection<Integer> again = new TreeSet<>();
        Stream.of(Kind.values()).filter(kind -> kind != Kind.FAILURE).forEach(kind -> again.add(kind.exitCode()));
        List<JsonNode> policies = new ArrayList<>();
        for (JsonNode document : documents(manifest)) {
            policies.addAll(document.findValues("podFailurePolicy"));
        }
        assertThat(policies).hasSize(1);
        Collection<Integer> last = new TreeSet<>();
        Collection<Integer> ignored = new TreeSet<>();
        List<String> conditions = new ArrayList<>();
        for (JsonNode rule : policies.get(0).path("rules")) {
            boolean isIgnored = rule.path("action").asText().equals("Ignore");
            JsonNode codes = rule.path("onExitCodes");
            if (codes.isObject()) {
                assertThat(codes.path("operator").asText()).isEqualTo("In");
                codes.path("values").forEach(code -> (isIgnored ? ignored : last).add(code.asInt()));
            }
            rule.path("onPodConditions").forEach(condition -> {
                assertThat(isIgnored).isTrue();
                conditions.add(condition.path("type").asText());
            });
        }
        assertThat(last).isEqualTo(again);
        assertThat(ignored).containsExactly(StopOnSignal.RESUMABLE);
        assertThat(conditions).containsExactly("DisruptionTarget");
    }

    /** Without the rule JobSet would restart what its job calls final. */
    @ParameterizedTest
    @ValueSource(strings = {"jobset.yaml", "trainjob.yaml"})
    void jobSetsEndWhereTheirJobSaysSo(String file) throws Exception {
        JsonNode policy = documents(KUBERNETES.resolve(file)).get(0).findValue("failurePolicy");
        assertThat(policy.path("maxRestarts").asInt()).isPositive();
        JsonNode rule = policy.path("rules").path(0);
        assertThat(rule.path("action").asText()).isEqualTo("FailJobSet");
        assertThat(texts(rule.path("onJobFailureReasons"))).containsExactly("PodFailurePolicy");
    }

    @Test
    void variablesOfTheJobSetAreReadByTheProgram() throws Exception {
        JsonNode document = document("jobset.yaml", "JobSet");
        JsonNode job = document.path("spec").path("replicatedJobs").path(0);
        Map<String, String> variables = new HashMap<>();
        for (JsonNode variable : job.findValue("env")) {
            variables.put(variable.path("name").asText(), variable.path("value").asText());
        }
        assertThat(variables.put("PET_NODE_RANK", "1")).isEmpty();
        // Two processes on each, as one on each of one machine would be no launch.
        variables.put("PET_NPROC_PER_NODE", "2");
        String name = document.path("metadata").path("name").asText();
        String host = name + "-" + job.path("name").asText() + "-0-0." + name;
        JsonNode spec = job.path("template").path("spec");
        int nodes = spec.path("completions").asInt();
        assertThat(spec.path("parallelism").asInt()).isEqualTo(nodes);
        assertThat(NodeLaunch.of(variables)).hasValue(new NodeLaunch(nodes, 1, 2, host, 29_500));
    }

    @Test
    void theTrainJobNamesItsRuntimeAndItsProcesses() throws Exception {
        JsonNode runtime = document("trainjob.yaml", "TrainingRuntime");
        JsonNode spec = document("trainjob.yaml", "TrainJob").path("spec");
        assertThat(spec.path("runtimeRef").path("name"))
                .isEqualTo(runtime.path("metadata").path("name"));
        // By default Trainer takes the number of cores.
        assertThat(spec.path("trainer").path("numProcPerNode").asInt()).isPositive();
    }

    @Test
    void eachIndexOfTheComparisonHasAShard() throws Exception {
        JsonNode spec = document("compare-job.yaml", "Job").path("spec");
        String command = texts(spec.findValue("args")).get(0);
        assertThat(command)
                .contains("--shard \"$((JOB_COMPLETION_INDEX + 1))/"
                        + spec.path("completions").asInt() + "\"");
    }
}
