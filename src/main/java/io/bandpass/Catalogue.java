package io.bandpass;

import io.bandpass.config.Recipes;
import io.bandpass.encoder.Encoders;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/** What there is to choose from. */
public final class Catalogue {
    private Catalogue() {}

    /** Name of each recipe to what it is. */
    public static Map<String, String> recipes() {
        Map<String, String> recipes = new LinkedHashMap<>();
        Recipes.names()
                .forEach(name -> recipes.put(name, Recipes.load(name).build().description()));
        return recipes;
    }

    /** Word of each {@code encoder.type} to what it is. */
    public static Map<String, String> encoders() {
        Map<String, String> encoders = new LinkedHashMap<>();
        Encoders.families().forEach(family -> encoders.put(family.type(), family.summary()));
        return encoders;
    }

    /** Word of each {@code task.type} to what it is. */
    public static Map<String, String> tasks() {
        Map<String, String> tasks = new LinkedHashMap<>();
        PretextTasks.families().forEach(family -> tasks.put(family.type(), family.summary()));
        return tasks;
    }

    /** Version of Bandpass. */
    public static String version() {
        return Environment.version();
    }

    /** Resident memory of this process in bytes. */
    public static long residentBytes() {
        return Engine.residentBytes();
    }
}
