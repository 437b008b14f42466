package io.bandpass.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers in sentences. */
final class CountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, image, 0 images",
        "1, image, 1 image",
        "2, epoch, 2 epochs",
        "1, class, 1 class",
        "10, class, 10 classes",
        "3, batch, 3 batches",
        "1000, more class, 1000 more classes"
    })
    void aNounFollowsItsNumber(long count, String noun, String expected) {
        assertThat(Counts.of(count, noun)).isEqualTo(expected);
    }

    @Test
    void whatHasAPluralOfItsOwnNamesIt() {
        assertThat(Counts.of(1, "image to classify", "images to classify")).isEqualTo("1 image to classify");
        assertThat(Counts.of(2, "image to classify", "images to classify")).isEqualTo("2 images to classify");
        assertThat(Counts.grouped(1, "step")).isEqualTo("1 step");
        assertThat(Counts.grouped(1_234_567, "step")).isEqualTo("1,234,567 steps");
        assertThat(Counts.choose(1, "is", "are") + Counts.choose(0, "is", "are"))
                .isEqualTo("isare");
    }
}
