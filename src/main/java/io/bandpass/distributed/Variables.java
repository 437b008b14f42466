package io.bandpass.distributed;

import java.util.Map;

/** Environment variables of a launcher, read and checked. */
record Variables(Map<String, String> values) {
    static final int LARGEST_PORT = 65_535;

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** Returns a variable that must be set. */
    String text(String name) {
        String value = values.get(name);
        if (value == null || value.isBlank()) {
            throw DistributedException.environment("the environment variable " + name
                    + " is not set, but other variables say that there are several processes: set it to "
                    + wanted(name));
        }
        return value.trim();
    }

    private static String wanted(String name) {
        if (name.endsWith("MASTER_ADDR")) {
            return "the host of process 0";
        }
        return name.endsWith("MASTER_PORT") ? "a free port of the host of process 0, such as 29500" : "its number";
    }

    int number(String name, int least, int most) {
        return (int) number(name, text(name), least, most);
    }

    int number(String name, int otherwise, int least, int most) {
        String value = values.get(name);
        return value == null || value.isBlank() ? otherwise : (int) number(name, value.trim(), least, most);
    }

    static long number(String name, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw DistributedException.environment(
                "the environment variable " + name + " is '" + value + "', but must be a number"
                        + (most >= Integer.MAX_VALUE ? ", at least " + least : " from " + least + " to " + most));
    }
}
