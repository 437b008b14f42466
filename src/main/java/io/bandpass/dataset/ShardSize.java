package io.bandpass.dataset;

import io.bandpass.config.ConfigException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Size at which a shard is full.
 *
 * @param bytes maximum length of a shard with more than one image
 * @param images maximum number of images in a shard
 */
public record ShardSize(long bytes, int images) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?) ?([a-z]*)");
    private static final Map<String, Long> UNITS = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "tb",
            1_000_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30,
            "tib",
            1L << 40);

    public ShardSize {
        if (bytes < 1) {
            throw new ConfigException("`size` is " + bytes + " bytes, but must be above 0");
        }
        if (images < 1) {
            throw new ConfigException("`images-per-shard` is " + images + ", but must be a whole number above 0");
        }
    }

    /**
     * Parses a number of bytes.
     *
     * @param size such as {@code 1GB}, {@code 256 MiB} or {@code 500000}
     * @throws ConfigException if it is none
     */
    public static ShardSize of(String size, int images) {
        Matcher matcher = FORM.matcher(size.strip().toLowerCase(Locale.ROOT));
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new ConfigException(
                    "`size` is '" + size + "', but must be a number of bytes such as 1GB, 256MB or 1GiB");
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return new ShardSize(bytes.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue(), images);
    }
}
