package io.bandpass.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** YAML reader and writer. Rejects text that would be misread, and text that is far too long. */
public final class StrictYaml {
    private static final YAMLMapper YAML = YAMLMapper.builder(
                    YAMLFactory.builder().stringQuotingChecker(new Quoting()).build())
            // On by default in a mapper without an explicit factory, off in this one.
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    /** In characters; far more than any recipe has, and read in about a second. */
    private static final int LONGEST_TEXT = 1 << 20;

    private StrictYaml() {}

    /**
     * Reads a single YAML document as a tree; a missing node if there is none.
     *
     * @param source of the text, for messages
     */
    public static JsonNode read(String text, String source) {
        if (text.length() > LONGEST_TEXT) {
            throw new ConfigException(
                    source + " has " + text.length() + " characters, but a configuration has at most " + LONGEST_TEXT);
        }
        try {
            rejectAliases(text, source);
            return YAML.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new ConfigException(
                    source + " is no configuration: it is nested too deeply, or a number is too long");
        } catch (JsonProcessingException e) {
            throw new ConfigException(source + " is not sound YAML" + problem(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rejects aliases, which the reader would take for words, and further documents, which it would ignore. */
    private static void rejectAliases(String text, String source) throws IOException {
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            int depth = 0;
            int documents = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.isCurrentAlias()) {
                    throw new ConfigException(source + " has the alias *" + parser.getText() + " in line " + line
                            + ", but a configuration has none; write the value itself");
                }
                documents += depth == 0 ? 1 : 0;
                if (documents > 1) {
                    throw new ConfigException(source + " has a second document in line " + line
                            + ", but a configuration is one; remove the line --- before it");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        }
    }

    private static String problem(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return " in line " + (marked.getProblemMark().getLine() + 1) + ": " + marked.getProblem();
        }
        String where =
                e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
        return where + ": " + e.getOriginalMessage().lines().findFirst().orElse("");
    }

    static String write(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Quotes everything except plain words: 2024, 1e3 or .inf must not be read back as numbers. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_ ./,+-]*");

        @Override
        public boolean needToQuoteValue(String value) {
            return !PLAIN.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }
}
