package io.bandpass.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The recipes that come with the program, and those in files. */
public final class Recipes {
    /** In the order in which they are listed. */
    private static final List<String> NAMES = List.of(
            "quick",
            "quick-vit",
            "quick-resnet",
            "quick-super-resolution",
            "quick-deblur",
            "quick-denoise",
            "quick-simmim",
            "quick-mae",
            "vit-tiny",
            "resnet18",
            "vit-small",
            "vit-base",
            "resnet50",
            "swin-tiny",
            "convnext-tiny",
            "vit-small-super-resolution",
            "vit-small-deblur",
            "vit-small-denoise",
            "vit-base-super-resolution",
            "vit-base-deblur",
            "vit-base-denoise",
            "resnet50-super-resolution",
            "resnet50-deblur",
            "resnet50-denoise",
            "vit-small-mae",
            "vit-base-mae",
            "vit-base-simmim",
            "resnet50-simmim");

    /** Of fine-tuning, in the order in which they are listed. */
    private static final List<String> FINETUNING = List.of(
            "finetune-quick",
            "finetune-quick-vit",
            "finetune-vit-small",
            "finetune-vit-base",
            "finetune-resnet50-a3",
            "finetune-resnet50-a2");

    private static final int LARGEST_FILE = 1 << 20;

    private Recipes() {}

    /** Of pre-training. */
    public static List<String> names() {
        return NAMES;
    }

    /** Of fine-tuning. */
    public static List<String> finetuningNames() {
        return FINETUNING;
    }

    private static boolean isBuiltIn(String recipe) {
        return NAMES.contains(recipe) || FINETUNING.contains(recipe);
    }

    /** The name of a recipe's run folders: its own, or the file's without its ending. */
    public static String shortName(String recipe) {
        if (isBuiltIn(recipe)) {
            return recipe;
        }
        String file = String.valueOf(Path.of(recipe).getFileName());
        return file.replaceFirst("\\.ya?ml$", "");
    }

    /**
     * The text of a recipe.
     *
     * @param recipe name, or path of a YAML file
     * @throws ConfigException if there is none
     */
    public static String text(String recipe) {
        List<String> all = new ArrayList<>(NAMES);
        all.addAll(FINETUNING);
        return text(recipe, all);
    }

    private static String text(String recipe, List<String> names) {
        try {
            if (isBuiltIn(recipe)) {
                try (InputStream stream = Recipes.class.getResourceAsStream("/recipes/" + recipe + ".yaml")) {
                    if (stream == null) {
                        throw new IllegalStateException("recipe " + recipe + " is missing from this build");
                    }
                    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                }
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
     * A builder that starts from a recipe of pre-training.
     *
     * @throws ConfigException if there is none, or it is one of fine-tuning
     */
    public static ConfigBuilder<RunConfig> load(String recipe) {
        return load(RunConfig.class, recipe, NAMES, FINETUNING, "finetune");
    }

    /** The recipe of fine-tuning on small images that suits an encoder. */
    public static String quickFinetuning(EncoderConfig encoder) {
        boolean transformer = encoder instanceof VisionTransformerConfig || encoder instanceof SwinTransformerConfig;
        return transformer ? "finetune-quick-vit" : "finetune-quick";
    }

    /**
     * A builder that starts from a recipe of fine-tuning.
     *
     * @throws ConfigException if there is none, or it is one of pre-training
     */
    public static ConfigBuilder<FinetuneConfig> loadFinetuning(String recipe) {
        return load(FinetuneConfig.class, recipe, FINETUNING, NAMES, "pretrain");
    }

    private static <T extends Record & TrainingConfig> ConfigBuilder<T> load(
            Class<T> kind, String recipe, List<String> names, List<String> others, String otherCommand) {
        if (others.contains(recipe)) {
            throw new ConfigException("recipe '" + recipe + "' is one of bandpass " + otherCommand
                    + ", but must be a file or one of " + String.join(", ", names));
        }
        return ConfigBuilder.of(kind).recipe(text(recipe, names), names.contains(recipe) ? "recipe " + recipe : recipe);
    }

    /**
     * A builder that starts from a recipe of either kind. A file is one of fine-tuning where it has a section that
     * pre-training has not, or keys that only fine-tuning has.
     *
     * @throws ConfigException if there is none
     */
    public static ConfigBuilder<?> loadEither(String recipe) {
        return isFinetuning(recipe) ? loadFinetuning(recipe) : load(recipe);
    }

    /** Whether {@link #loadEither} takes it as one of fine-tuning. */
    public static boolean isFinetuning(String recipe) {
        if (isBuiltIn(recipe)) {
            return FINETUNING.contains(recipe);
        }
        String text = text(recipe);
        Set<String> own =
                new HashSet<>(RecordBinder.components(FinetuneConfig.class).keySet());
        own.removeAll(RecordBinder.components(RunConfig.class).keySet());
        JsonNode tree = StrictYaml.read(text, recipe);
        return own.stream().anyMatch(tree::has)
                || (!isLayerOf(RunConfig.class, text) && isLayerOf(FinetuneConfig.class, text));
    }

    private static <T extends Record & TrainingConfig> boolean isLayerOf(Class<T> kind, String text) {
        try {
            ConfigBuilder.of(kind).yaml(text, "");
            return true;
        } catch (ConfigException e) {
            // Which keys it lacks is said when the recipe is loaded.
            return false;
        }
    }

    /** Name of each recipe of pre-training to what it is. */
    public static Map<String, String> descriptions() {
        Map<String, String> recipes = new LinkedHashMap<>();
        names().forEach(name -> recipes.put(name, load(name).build().description()));
        return recipes;
    }

    /** Name of each recipe of fine-tuning to what it is. */
    public static Map<String, String> finetuningDescriptions() {
        Map<String, String> recipes = new LinkedHashMap<>();
        finetuningNames()
                .forEach(name -> recipes.put(name, loadFinetuning(name).build().description()));
        return recipes;
    }

    /**
     * The configuration of a recipe of pre-training or fine-tuning, with settings over it.
     *
     * @param nameOrFile a name, or a YAML file, whose keys decide which of the two it is
     * @param settings as {@link ConfigBuilder#set}
     */
    public static TrainingConfig config(String nameOrFile, List<String> settings) {
        ConfigBuilder<?> builder = loadEither(nameOrFile);
        settings.forEach(builder::set);
        return builder.build();
    }
}
