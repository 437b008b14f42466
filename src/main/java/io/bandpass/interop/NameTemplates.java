package io.bandpass.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of tensor names in two programs, which renames in both directions. In its templates, {@code #} stands for a
 * number and {@code *} for any rest; both sides have them in the same order.
 */
final class NameTemplates {
    private record Template(Pattern there, String fromHere, Pattern here, String fromThere) {}

    private static final Pattern WILDCARD = Pattern.compile("[#*]");

    private final List<Template> templates = new ArrayList<>();

    /** Adds a pair of templates; of those that match a name, the first counts. */
    NameTemplates add(String there, String here) {
        templates.add(new Template(pattern(there), groups(there), pattern(here), groups(here)));
        return this;
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(
                template.replace(".", "\\.").replace("#", "(\\d{1,4})").replace("*", "(.*)"), Pattern.DOTALL);
    }

    private static String groups(String template) {
        int[] number = {0};
        return WILDCARD.matcher(template).replaceAll(wildcard -> "\\$" + ++number[0]);
    }

    /** Returns the name here of a name there; empty if no template matches. */
    Optional<String> here(String there) {
        return templates.stream()
                .map(template -> rename(template.there(), there, template.fromThere()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Returns the name there of a name here; empty if no template matches. */
    Optional<String> there(String here) {
        return templates.stream()
                .map(template -> rename(template.here(), here, template.fromHere()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> rename(Pattern pattern, String name, String groups) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? Optional.of(matcher.replaceFirst(groups)) : Optional.empty();
    }
}
