package io.bandpass.report;

import java.util.Locale;

/** How every inline chart begins: with a name and a description, which screen readers read in place of the drawing. */
public final class SvgHead {
    private SvgHead() {}

    /**
     * The opening tag with what is read aloud.
     *
     * @param title of the chart; any text
     * @param description what the chart shows, in sentences; any text
     */
    public static String open(int width, int height, String title, String description) {
        String name = title.isEmpty() ? "chart" : escaped(title);
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s. %s\"><title>%s</title><desc>%s</desc>",
                width,
                height,
                name,
                escaped(description),
                name,
                escaped(description));
    }

    /** Text as it may stand in an element or a quoted attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A label that fits: what is long is cut. */
    public static String shortened(String label, int letters) {
        return label.length() <= letters ? label : label.substring(0, letters - 1) + "…";
    }
}
