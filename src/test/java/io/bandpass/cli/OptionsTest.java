package io.bandpass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Options that commands have in common. */
final class OptionsTest {
    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(OptionsTest::all));
    }

    @Test
    void imagesAreDataInEveryCommand() {
        List<String> commands = new ArrayList<>();
        all(Main.commandLine()).forEach(command -> {
            if (command.getCommandName().equals("robustness")) {
                // There it is the number of images of the heat map, as in --fourier --images 500.
                return;
            }
            OptionSpec data = command.getCommandSpec().findOption("--data");
            OptionSpec images = command.getCommandSpec().findOption("--images");
            assertThat(images).as(command.getCommandName()).isSameAs(data);
            if (data != null) {
                commands.add(command.getCommandName());
            }
        });
        assertThat(commands)
                .contains(
                        "embed", "knn", "probe", "predict", "reconstruct", "finetune", "pretrain", "compare", "stats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embed", "knn", "probe", "predict", "reconstruct", "finetune"})
    void whatLooksAtImagesCanBeToldWithWhat(String command) {
        CommandLine found =
                Objects.requireNonNull(Main.commandLine().getSubcommands().get(command));
        assertThat(found.getCommandSpec().findOption("--device")).isNotNull();
        assertThat(found.getCommandSpec().findOption("--threads")).isNotNull();
    }
}
