package io.bandpass.distributed;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm's lists of hosts, such as {@code node[05-09,12],login}. */
final class SlurmHosts {
    /** The first name: a prefix, and in brackets a first number, which may be the only one. */
    private static final Pattern FIRST = Pattern.compile("([^\\[,]*)(?:\\[([0-9]+)[^\\]]*\\]([^,]*))?.*");

    private SlurmHosts() {}

    /**
     * Returns the first host.
     *
     * @throws io.bandpass.BandpassException if there is none
     */
    static String first(String list) {
        Matcher matcher = FIRST.matcher(list);
        String name = "";
        if (matcher.matches()) {
            name = matcher.group(1)
                    + (matcher.group(2) == null ? "" : matcher.group(2))
                    + (matcher.group(3) == null ? "" : matcher.group(3));
        }
        if (name.isBlank() || name.contains("[")) {
            throw DistributedException.environment("Slurm's list of hosts is '" + list
                    + "', which names none; set MASTER_ADDR to the host of process 0");
        }
        return name;
    }
}
