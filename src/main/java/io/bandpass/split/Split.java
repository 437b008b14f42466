package io.bandpass.split;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.bandpass.data.SplitKeys;
import io.bandpass.data.SplitRule;
import io.bandpass.data.SplitRule.Kind;
import io.bandpass.format.WeightsException;
import java.util.List;
import java.util.Locale;

/**
 * How a set of images that was trained on was divided, as weights say it in their header.
 *
 * @param kind of {@link SplitRule}, in lower case
 * @param images of both parts
 * @param heldOut how many of them were held out
 * @param labels whether the labels of the others were trained on
 * @param digest of {@link SplitKeys}; empty where it is of Bandpass 0.1.0, and its images have gone
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record Split(String kind, long seed, double fraction, int images, int heldOut, boolean labels, String digest) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Split of(SplitRule rule, SplitKeys keys, boolean labels) {
        return new Split(
                rule.kind().name().toLowerCase(Locale.ROOT),
                rule.seed(),
                rule.fraction(),
                keys.images(),
                keys.heldOutNames().length,
                labels,
                keys.digest());
    }

    /** The rule by which the images were divided. */
    public SplitRule rule() {
        return new SplitRule(Kind.valueOf(kind.toUpperCase(Locale.ROOT)), seed, fraction);
    }

    static String toJson(List<Split> splits) {
        try {
            return JSON.writeValueAsString(splits);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param source for messages
     * @throws WeightsException if it is something else
     */
    static List<Split> fromJson(String json, String source) {
        try {
            List<Split> splits = JSON.readValue(json, new TypeReference<>() {});
            splits.forEach(split -> {
                if (split.rule().fraction() < 0 || split.rule().fraction() >= 1 || split.digest() == null) {
                    throw new IllegalArgumentException();
                }
            });
            return List.copyOf(splits);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new WeightsException(
                    source + ": its metadata does not say how the images that were trained on were divided: its splits"
                            + " are damaged");
        }
    }
}
