package io.bandpass.cli;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Settings in messages as flags: the library writes {@code `overwrite`}, the command line prints {@code --overwrite}. */
final class FlagNames {
    private static final Pattern SETTING = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

    /** A setting of its own in the library; on the command line {@code --classes} takes a file, too. */
    private static final String CLASS_FILE = "class-file";

    private static final Set<String> FLAGS = new ConcurrentSkipListSet<>();

    private FlagNames() {}

    /** Adds the flags of a command and of the commands below it. */
    static void collect(CommandLine command) {
        command.getCommandSpec().optionsMap().keySet().stream()
                .filter(name -> name.startsWith("--"))
                .forEach(FLAGS::add);
        command.getSubcommands().values().forEach(FlagNames::collect);
    }

    /** Returns the text with flags in place of the settings that are flags of some command. */
    static String in(String text) {
        return text.indexOf('`') < 0
                ? text
                : SETTING.matcher(text).replaceAll(setting -> {
                    String flag = "--" + (setting.group(1).equals(CLASS_FILE) ? "classes" : setting.group(1));
                    return FLAGS.contains(flag) ? flag : setting.group();
                });
    }
}
