package io.bandpass.robust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bandpass.data.DataException;
import io.bandpass.testing.Golden;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassSubsetTest {
    private static final JsonNode EXPECTED = Golden.json("robustness_scores").get("subset");
    private static final int IMAGES = 1000;
    private static final int CLASSES = 1000;

    private static List<String> list(String set) {
        return set.equals("imagenet_a") ? ImageNetClasses.ofImageNetA() : ImageNetClasses.ofImageNetR();
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    private static int[] ints(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .map(i -> numbers.get(i).asInt())
                .toArray();
    }

    /** By the formula that the file states. */
    private static Tensor logits(int[] classOfImage) {
        float[] logits = new float[IMAGES * CLASSES];
        for (int i = 0; i < IMAGES; i++) {
            for (int j = 0; j < CLASSES; j++) {
                long number = (7919L * i + 104729L * j + 31L * (i + 1) * (j + 1)) % 65521;
                double logit = number / 65521.0;
                logit += i % 3 == 0 && j == classOfImage[i] ? 1 : 0;
                logit += i % 6 == 3 && j == 999 - classOfImage[i] ? 1.5 : 0;
                logits[i * CLASSES + j] = (float) logit;
            }
        }
        return Tensors.ofFloats(logits, IMAGES, CLASSES);
    }

    /** A model without class names, such as one of timm, and one with wnids. */
    @ParameterizedTest
    @ValueSource(strings = {"imagenet_a", "imagenet_r"})
    void imagesAreClassifiedAmongTheClassesOfTheirSet(String set) {
        JsonNode expected = EXPECTED.get(set);
        for (List<String> model : List.of(numbers(CLASSES), ImageNetClasses.all())) {
            ClassSubset subset = ClassSubset.match(list(set), model);
            assertThat(subset.size()).isEqualTo(200);
            assertThat(subset.unmatched()).isEmpty();
            assertThat(subset.modelClasses()).isEqualTo(ints(expected.get("class_indices")));
            int[] ranks = IntStream.range(0, IMAGES).map(i -> 37 * i % 200).toArray();
            int[] classOfImage =
                    IntStream.of(ranks).map(rank -> subset.modelClasses()[rank]).toArray();
            try (PointerScope scope = new PointerScope()) {
                Tensor logits = logits(classOfImage);
                int[] predicted = subset.predictions(logits);
                assertThat(IntStream.of(predicted).limit(30))
                        .containsExactlyElementsOf(IntStream.of(ints(expected.get("predicted_rank_first_30")))
                                .boxed()
                                .toList());
                assertThat(IntStream.of(predicted).sum())
                        .isEqualTo(expected.get("predicted_rank_sum").asInt());
                assertThat(correct(predicted, ranks))
                        .isEqualTo(expected.get("correct_of_1000").asLong());
                int[] overAll =
                        ClassSubset.match(numbers(CLASSES), numbers(CLASSES)).predictions(logits);
                assertThat(correct(overAll, classOfImage))
                        .isEqualTo(expected.get("correct_over_all_1000_classes").asLong());
                assertThat(smallestMargin(subset.select(logits)))
                        .isCloseTo(expected.get("smallest_top2_margin").asDouble(), within(1e-6));
            }
        }
    }

    private static double smallestMargin(Tensor logits) {
        Tensor top = logits.topk(2).get0();
        return top.select(1, 0).sub(top.select(1, 1)).min().item_double();
    }

    private static long correct(int[] predicted, int[] ranks) {
        return IntStream.range(0, ranks.length)
                .filter(i -> predicted[i] == ranks[i])
                .count();
    }

    @Test
    void aSmallSubset() {
        JsonNode small = EXPECTED.get("small");
        int[] classes = ints(small.get("class_indices"));
        ClassSubset subset = ClassSubset.match(
                IntStream.of(classes).mapToObj(Integer::toString).toList(), numbers(20));
        float[] logits = new float[8 * 20];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) small.get("logits").get(i / 20).get(i % 20).asDouble();
        }
        try (PointerScope scope = new PointerScope()) {
            int[] predicted = subset.predictions(Tensors.ofFloats(logits, 8, 20));
            assertThat(predicted).isEqualTo(ints(small.get("predicted_rank")));
            assertThat(correct(predicted, ints(small.get("target_rank"))))
                    .isEqualTo(small.get("correct").asLong());
        }
    }

    @Test
    void theListsOfImageNet() {
        assertThat(ImageNetClasses.all())
                .hasSize(1000)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(wnid -> wnid.matches("n[0-9]{8}"));
        TreeSet<String> both = new TreeSet<>(ImageNetClasses.ofImageNetA());
        both.retainAll(ImageNetClasses.ofImageNetR());
        assertThat(both).hasSize(EXPECTED.get("in_both_lists").asInt());
        List<String> reversed = new ArrayList<>(ImageNetClasses.ofImageNetA());
        Collections.reverse(reversed);
        assertThat(ImageNetClasses.setOf(reversed)).hasValue("ImageNet-A");
        assertThat(ImageNetClasses.setOf(ImageNetClasses.ofImageNetR())).hasValue("ImageNet-R");
        assertThat(ImageNetClasses.setOf(ImageNetClasses.all())).hasValue("ImageNet-1k");
        assertThat(ImageNetClasses.setOf(reversed.subList(1, 200))).isEmpty();
    }

    @Test
    void namesMatchApartFromCaseSpacesAndUnderscores() {
        ClassSubset subset = ClassSubset.match(
                List.of("great_white shark", "TENCH", "fox", "Cock"),
                List.of("cock", "hen", "Great White Shark", "tench", "Fox"));
        assertThat(subset.modelClasses()).containsExactly(2, 3, 4, 0);
        assertThat(subset.names()).containsExactly("great_white shark", "TENCH", "fox", "Cock");
    }

    /** Of synonyms and names within names nothing is guessed; nor where a name is that of two classes. */
    @Test
    void whatIsNotCertainIsLeftOut() {
        ClassSubset subset = ClassSubset.match(
                List.of("fox", "tench", "red fox", "crane", "maillot", "fish"),
                List.of("tench, Tinca tinca", "fox", "Red_Fox", "crane", "crane", "Maillot", "MAILLOT", "fish"));
        assertThat(subset.names()).containsExactly("fox", "red fox", "fish");
        assertThat(subset.unmatched()).containsExactly("tench", "crane", "maillot");
        assertThat(subset.modelClasses()).containsExactly(1, 2, 7);
    }

    @Test
    void whereAnExactNameIsThereNoOtherOneIsTaken() {
        ClassSubset subset = ClassSubset.match(List.of("Fox", "fox"), List.of("fox", "Fox", "FOX"));
        assertThat(subset.modelClasses()).containsExactly(1, 0);
    }

    @Test
    void theClassesThatTwoSetsShareAreThoseOfTheModel() {
        List<String> model = List.of("a", "b", "c", "d");
        ClassSubset images = ClassSubset.match(List.of("D", "c", "b"), model);
        ClassSubset other = ClassSubset.match(List.of("b", "a", "d"), model);
        ClassSubset both = images.within(other);
        assertThat(both.names()).containsExactly("D", "b");
        assertThat(both.modelClasses()).containsExactly(3, 1);
        assertThat(both.rank(1)).isEmpty();
        assertThat(both.rank(2)).hasValue(1);
        assertThatThrownBy(() -> images.within(ClassSubset.match(List.of("a"), model)))
                .hasMessage("the two sets of images have no class in common");
    }

    @Test
    void ranksSkipTheClassesThatAreLeftOut() {
        ClassSubset subset = ClassSubset.match(List.of("a", "x", "b"), List.of("b", "c", "a"));
        assertThat(subset.rank(0)).hasValue(0);
        assertThat(subset.rank(1)).isEmpty();
        assertThat(subset.rank(2)).hasValue(1);
        assertThat(subset.modelClasses()).containsExactly(2, 0);
        try (PointerScope scope = new PointerScope()) {
            // Class c has the largest logit, but is none of the set's.
            Tensor logits = Tensors.ofFloats(new float[] {1, 9, 0, 2, 9, 5}, 2, 3);
            assertThat(subset.predictions(logits)).containsExactly(1, 0);
            assertThat(Tensors.toFloats(subset.select(logits))).containsExactly(0, 1, 5, 2);
        }
    }

    @Test
    void underHalfOfTheClassesIsRefused() {
        List<String> set = Stream.of("a", "b", "u", "v", "w", "x", "y").toList();
        assertThatThrownBy(() -> ClassSubset.match(set, List.of("a", "b", "c", "d")))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "only 2 of 7 classes of the images are classes of the model, less than half: it does not know"
                                + " u, v, w and 2 more; name the folders as the model's classes are named: a, b, c and 1 more");
        assertThatThrownBy(() -> ClassSubset.match(List.of("n01440764"), List.of("tench", "goldfish")))
                .hasMessageContaining("none of 1 class of the images")
                .hasMessageContaining("tench, goldfish");
        assertThatThrownBy(() -> ClassSubset.match(List.of(), List.of("a"))).isInstanceOf(DataException.class);
        assertThat(ClassSubset.match(List.of("a", "b", "u", "v"), List.of("a", "b"))
                        .size())
                .isEqualTo(2);
    }

    /** Numbers are ImageNet's only if there are 1,000 and the folders are wnids; folders may be numbers themselves. */
    @Test
    void numberedClassesAreOfImageNetOnlyIfAllAreThere() {
        List<String> wnids = ImageNetClasses.all().subList(0, 10);
        assertThatThrownBy(() -> ClassSubset.match(wnids, numbers(999))).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> ClassSubset.match(wnids, numbers(10))).isInstanceOf(DataException.class);
        assertThat(ClassSubset.match(wnids, numbers(1000)).modelClasses())
                .isEqualTo(IntStream.range(0, 10).toArray());
        assertThat(ClassSubset.match(List.of("10", "2", "999"), numbers(1000)).modelClasses())
                .containsExactly(10, 2, 999);
    }

    @Test
    void twoFoldersOfOneClassAreRefused() {
        assertThatThrownBy(() -> ClassSubset.match(List.of("red fox", "Red_Fox"), List.of("RED FOX", "hen")))
                .isInstanceOf(DataException.class)
                .hasMessage("the classes red fox and Red_Fox of the images are both class RED FOX of the model; put"
                        + " their images into one folder");
    }
}
