package io.bandpass;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.Recipes;
import io.bandpass.config.TrainingConfig;
import io.bandpass.encoder.Encoders;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What there is to choose from. */
public final class Catalogue {
    private Catalogue() {}

    /** Name of each recipe of pre-training to what it is. */
    public static Map<String, String> recipes() {
        Map<String, String> recipes = new LinkedHashMap<>();
        Recipes.names()
                .forEach(name -> recipes.put(name, Recipes.load(name).build().description()));
        return recipes;
    }

    /** Name of each recipe of fine-tuning to what it is. */
    public static Map<String, String> finetuningRecipes() {
        Map<String, String> recipes = new LinkedHashMap<>();
        Recipes.finetuningNames()
                .forEach(name ->
                        recipes.put(name, Recipes.loadFinetuning(name).build().description()));
        return recipes;
    }

    /**
     * The configuration of a recipe of pre-training or fine-tuning, with settings over it.
     *
     * @param nameOrFile a name, or a YAML file, whose keys decide which of the two it is
     * @param settings as {@link Pretraining#set}
     */
    public static TrainingConfig config(String nameOrFile, List<String> settings) throws IOException {
        ConfigBuilder<?> builder = Recipes.loadEither(nameOrFile);
        settings.forEach(builder::set);
        return builder.build();
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

    /** Physical cores that this process may use. */
    public static int cores() {
        return Engine.physicalCores();
    }

    /** Resident memory of this process in bytes. */
    public static long residentBytes() {
        return Engine.residentBytes();
    }
}
