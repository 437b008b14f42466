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
 * Split of a training set, as recorded in the header of weights.
 *
 * @param kind kind of the {@link SplitRule}, in lower case
 * @param images number of images in both parts
 * @param heldOut number of held-out images
 * @param labels whether training used the labels of the others
 * @param digest digest of the {@link SplitKeys}; empty for Bandpass 0.1.0 if its images no longer exist
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

    /** Returns the rule by which the images were split. */
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
     * @param source source of the text, for messages
     * @throws WeightsException if it is malformed
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
