package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bundled recipes, and recipes in files. */
public final class Recipes {
    private static final String INDEX_FILE = "recipes/index.yaml";

    /** Names of the recipes by command, in listing order. */
    private static final Map<String, List<String>> INDEX = index();

    private static final int LARGEST_FILE = 1 << 20;

    private Recipes() {}

    private static Map<String, List<String>> index() {
        Map<String, List<String>> index = new LinkedHashMap<>();
        StrictYaml.read(BundledText.read(INDEX_FILE), INDEX_FILE).properties().forEach(entry -> {
            List<String> names = new ArrayList<>();
            entry.getValue().forEach(name -> names.add(name.textValue()));
            index.put(entry.getKey(), List.copyOf(names));
        });
        return index;
    }

    /** Command that starts runs of a kind of configuration. */
    public static String command(Class<?> kind) {
        return kind.getAnnotation(OfCommand.class).value();
    }

    /** Folder of samples/ that a run of a kind of configuration uses without data of its own. */
    public static String samples(Class<?> kind) {
        return kind.getAnnotation(OfCommand.class).samples();
    }

    /** Names of the bundled recipes of a kind of training. */
    public static List<String> names(Class<? extends RunConfig> kind) {
        return INDEX.getOrDefault(command(kind), List.of());
    }

    /** Names of the bundled recipes of pre-training. */
    public static List<String> names() {
        return names(PretrainingConfig.class);
    }

    /** Command of the bundled recipe with this name, if any. */
    private static Optional<String> commandOf(String recipe) {
        return INDEX.entrySet().stream()
                .filter(entry -> entry.getValue().contains(recipe))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Name for a recipe's run folders: its own, or that of the file without extension. */
    public static String shortName(String recipe) {
        if (commandOf(recipe).isPresent()) {
            return recipe;
        }
        String file = String.valueOf(Path.of(recipe).getFileName());
        return file.replaceFirst("\\.ya?ml$", "");
    }

    /**
     * Reads the text of a recipe.
     *
     * @param recipe name, or path of a YAML file
     * @throws ConfigException if there is none
     */
    public static String text(String recipe) {
        return text(recipe, INDEX.values().stream().flatMap(List::stream).toList());
    }

    private static String text(String recipe, List<String> names) {
        try {
            if (commandOf(recipe).isPresent()) {
                return BundledText.read("recipes/" + recipe + ".yaml");
            }
            Path file = path(recipe);
            if (!Files.isRegularFile(file)) {
                throw new ConfigException("there is no recipe '" + recipe + "': it is neither a file nor one of "
                        + String.join(", ", names) + NearestKey.suggestion(recipe, names));
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new ConfigException(
                        recipe + " has " + Files.size(file) + " bytes, but a recipe has at most " + LARGEST_FILE);
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ConfigException(recipe + " is no recipe: it is not text in UTF-8");
        } catch (AccessDeniedException e) {
            throw new ConfigException("recipe " + recipe + " cannot be read: permission denied");
        } catch (IOException e) {
            throw new UncheckedIOException("recipe " + recipe + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Path path(String recipe) {
        try {
            return Path.of(recipe);
        } catch (InvalidPathException e) {
            throw new ConfigException("'" + recipe + "' is neither a recipe nor a path: " + e.getReason());
        }
    }

    /**
     * Returns a builder that starts from a recipe of pre-training.
     *
     * @throws ConfigException if there is no such recipe, or it belongs to another kind of training
     */
    public static ConfigBuilder<PretrainingConfig> load(String recipe) {
        return load(PretrainingConfig.class, recipe);
    }

    /** Name of the recipe for fine-tuning an encoder on small images. */
    public static String quickFinetuning(EncoderConfig encoder) {
        return isTransformer(encoder) ? "finetune-quick-vit" : "finetune-quick";
    }

    /** Name of the recipe for segmenting small images with an encoder, or with that of the recipe itself. */
    public static String quickSegmentation(Optional<EncoderConfig> encoder) {
        return encoder.filter(Recipes::isTransformer).isPresent() ? "segment-quick-vit" : "segment-quick";
    }

    private static boolean isTransformer(EncoderConfig encoder) {
        return encoder instanceof VisionTransformerConfig || encoder instanceof SwinTransformerConfig;
    }

    /**
     * Returns a builder that starts from a recipe of a kind of training.
     *
     * @throws ConfigException if there is no such recipe, or it belongs to another kind
     */
    public static <T extends Record & RunConfig> ConfigBuilder<T> load(Class<T> kind, String recipe) {
        List<String> names = names(kind);
        Optional<String> command = commandOf(recipe);
        if (command.isPresent() && !names.contains(recipe)) {
            throw new ConfigException("recipe '" + recipe + "' is one of bandpass " + command.get()
                    + ", but must be a file or one of " + String.join(", ", names));
        }
        return ConfigBuilder.of(kind).recipe(text(recipe, names), names.contains(recipe) ? "recipe " + recipe : recipe);
    }

    /**
     * Whether a recipe belongs to a kind of training: by its name, or as a file with no keys unknown to that kind.
     *
     * @throws ConfigException if there is no such recipe
     */
    public static <T extends Record & RunConfig> boolean isOf(Class<T> kind, String recipe) {
        Optional<String> command = commandOf(recipe);
        if (command.isPresent()) {
            return command.get().equals(command(kind));
        }
        String text = text(recipe);
        try {
            ConfigBuilder.of(kind).yaml(text, "");
            return true;
        } catch (ConfigException e) {
            // Loading the recipe reports which keys are unknown.
            return false;
        }
    }

    /** Number of a recipe's sections that exist in a kind of training. */
    public static long knownSections(Class<? extends RunConfig> kind, String recipe) {
        JsonNode tree = StrictYaml.read(text(recipe), recipe);
        return RecordBinder.components(kind).keySet().stream().filter(tree::has).count();
    }

    /** Returns the descriptions of a kind's recipes, by name. */
    public static <T extends Record & RunConfig> Map<String, String> descriptions(Class<T> kind) {
        Map<String, String> recipes = new LinkedHashMap<>();
        names(kind).forEach(name -> recipes.put(name, load(kind, name).build().description()));
        return recipes;
    }
}
