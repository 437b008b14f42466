package io.bandpass.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.image.RgbImage;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are trained on with their labels: {@link Datasets#openLabelled}, and a few labels of each class. */
final class LabelledDataTest {
    private static final String NEEDED =
            "labels are needed here, but %s; give a folder for each of at least two classes,"
                    + " a CSV file with path and label, IDX or CIFAR files with"
                    + " labels, or shards whose samples have a part .cls or a column label";

    @TempDir
    private Path folder;

    @Test
    void everyClassHasImagesInBothParts() {
        FakeClasses images = new FakeClasses(50, 30, 20, 10, 2, 1);
        StratifiedSplit split = StratifiedSplit.of(images, 0, 0.2);
        assertThat(ClassOrder.counts(split.heldOut())).containsExactly(10, 6, 4, 2, 1, 0);
        assertThat(ClassOrder.counts(split.train())).containsExactly(40, 24, 16, 8, 1, 1);
        TreeSet<String> all = new TreeSet<>();
        Stream.of(split.train(), split.heldOut())
                .forEach(part -> IntStream.range(0, part.size()).forEach(i -> all.add(part.name(i))));
        assertThat(all).hasSize(113);
    }

    @Test
    void theSizeOfTheHeldOutPartIsTheFractionAsFarAsClassesAllow() {
        int[] equal = new int[1000];
        Arrays.fill(equal, 13);
        for (double fraction : new double[] {0.01, 0.1, 0.5}) {
            StratifiedSplit split = StratifiedSplit.of(new FakeClasses(equal), 3, fraction);
            assertThat(split.heldOut().size()).isEqualTo((int) Math.rint(13_000 * fraction));
            assertThat(IntStream.of(ClassOrder.counts(split.heldOut())).max().orElseThrow()
                            - IntStream.of(ClassOrder.counts(split.heldOut()))
                                    .min()
                                    .orElseThrow())
                    .as("classes of one size differ by one image at most")
                    .isLessThanOrEqualTo(1);
        }
        assertThat(StratifiedSplit.of(new FakeClasses(3, 2), 0, 0.99).train().size())
                .as("a class keeps one image to train on")
                .isEqualTo(2);
    }

    @Test
    void theSplitFollowsFromTheSeed() {
        FakeClasses images = new FakeClasses(40, 40);
        assertThat(names(StratifiedSplit.of(images, 5, 0.25).heldOut()))
                .isEqualTo(names(StratifiedSplit.of(images, 5, 0.25).heldOut()))
                .isNotEqualTo(names(StratifiedSplit.of(images, 6, 0.25).heldOut()));
    }

    @Test
    void whereNothingCanBeHeldOutThisIsSaid() {
        for (FakeClasses few : List.of(new FakeClasses(2, 2), new FakeClasses(1, 1, 1, 1))) {
            assertThatThrownBy(() -> StratifiedSplit.of(few, 0, 0.1))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("4 images of " + few.classNames().size()
                            + " classes are too few to hold out a fraction 0.1");
        }
    }

    @Test
    void aLargerNumberPerClassHoldsTheSmallerOne() {
        FakeClasses images = new FakeClasses(100, 15, 60);
        LabelsPerClass ten = LabelsPerClass.of(images, 10, 7);
        LabelsPerClass twenty = LabelsPerClass.of(images, 20, 7);
        assertThat(ClassOrder.counts(ten.images())).containsExactly(10, 10, 10);
        assertThat(ten.notice()).isEmpty();
        assertThat(ClassOrder.counts(twenty.images())).containsExactly(20, 15, 20);
        assertThat(twenty.notice())
                .hasValue("this class has fewer than 20 images, all of which are taken: class 001 (15)");
        assertThat(names(twenty.images())).containsAll(names(ten.images()));
        assertThat(names(LabelsPerClass.of(images, 10, 7).images())).isEqualTo(names(ten.images()));
        assertThat(names(LabelsPerClass.of(images, 10, 8).images())).isNotEqualTo(names(ten.images()));
    }

    @Test
    void classesAreNumberedOverBothPartsAndThoseWithoutHeldOutImagesAreNamed() {
        photos("train/bee/1.png", "train/cat/1.png", "train/dog/1.png", "val/cat/1.png", "val/dog/2.png");
        Datasets datasets = open(0.5);
        assertThat(datasets.train().classNames()).containsExactly("bee", "cat", "dog");
        assertThat(datasets.heldOut().orElseThrow().label(0)).isEqualTo(1);
        assertThat(datasets.notices()).containsExactly("no image is held out of bee");
    }

    @Test
    void heldOutClassesThatCannotBeLearnedAreRefused() {
        photos("train/bee/1.png", "train/cat/1.png", "test/cat/1.png", "test/ant/1.png", "test/eel/1.png");
        assertRefused(
                "there are held-out images, but no training images, of ant, eel; give training images of each class,"
                        + " or leave these out");
    }

    @Test
    void foldersWithoutImagesAreNoClasses() throws IOException {
        photos("train/bee/1.png", "train/cat/1.png", "val/bee/1.png", "val/cat/1.png");
        Files.createDirectories(folder.resolve("train/ant"));
        Files.createDirectories(folder.resolve("val/.hidden"));
        Datasets datasets = open(0);
        assertThat(datasets.train().classNames()).containsExactly("bee", "cat");
        assertThat(datasets.notices())
                .containsExactly("folders without images are no classes: " + folder.resolve("train/ant"));
    }

    @Test
    void aClassNoImageOfWhichCanBeReadIsNamed() {
        photos("bee/1.png", "bee/2.png", "cat/1.png", "cat/2.png");
        text("ant/1.png", "");
        Datasets datasets =
                Datasets.openLabelled(Configs.data(1), List.of(folder.toString()), 0, 0, new UnreadableImages(1));
        assertThat(datasets.notices()).containsExactly("no image can be read of ant");
        assertThat(datasets.heldOut()).as("a fraction of 0").isEmpty();
    }

    @Test
    void aClassWithOneImageIsTrainedOn() {
        photos("ant/1.png");
        for (int i = 0; i < 10; i++) {
            photos("bee/" + i + ".png", "cat/" + i + ".png");
        }
        Datasets datasets = open(0.2);
        assertThat(ClassOrder.counts(datasets.train())).containsExactly(1, 8, 8);
        assertThat(ClassOrder.counts(datasets.heldOut().orElseThrow())).containsExactly(0, 2, 2);
        assertThat(datasets.notices()).containsExactly("no image is held out of ant");
    }

    @Test
    void aThousandClassesAreAThousandClasses() {
        byte[] image = Images.encoded(1, 5, 4, "png");
        for (int i = 0; i < 1000; i++) {
            Images.write(folder.resolve("train/n%04d/a.png".formatted(i)), image);
            Images.write(folder.resolve("val/n%04d/b.png".formatted(i)), image);
        }
        Datasets datasets = open(0);
        assertThat(datasets.train().classNames()).hasSize(1000);
        assertThat(datasets.heldOut().orElseThrow().label(999)).isEqualTo(999);
        assertThat(datasets.notices()).isEmpty();
    }

    @Test
    void whyThereAreNoLabelsIsSaid() {
        photos("one/ant/1.png", "loose/ant/1.png", "loose/bee/1.png", "loose/2.png", "half/train/ant/1.png");
        photos("half/train/bee/1.png", "other/ant/1.png", "other/bee/1.png", "third/ant/1.png", "third/cat/1.png");
        text("list.txt", "one/ant/1.png\n");
        text("one.csv", "path,label\none/ant/1.png,ant\n");
        assertRefused(NEEDED.formatted(folder.resolve("one") + " has only the class ant"), "one");
        assertRefused(NEEDED.formatted(folder.resolve("loose/2.png") + " lies in no folder of a class"), "loose");
        assertRefused(
                NEEDED.formatted(folder.resolve("half")
                        + " has a folder train, but no val, validation or test beside it; name train itself"),
                "half");
        assertRefused(NEEDED.formatted("a list such as " + folder.resolve("list.txt") + " gives none"), "list.txt");
        assertRefused(NEEDED.formatted(folder.resolve("one.csv") + " has only the class ant"), "one.csv");
        assertRefused(NEEDED.formatted("a glob such as " + folder.resolve("one") + "/*/* gives none"), "one/*/*");
        assertRefused(
                NEEDED.formatted(folder.resolve("other") + ", " + folder.resolve("third") + " have different classes"),
                "other",
                "third");
        assertThatThrownBy(() -> Datasets.openLabelled(
                        Configs.data("none", 0), List.of(folder.toString()), 0, 0, new UnreadableImages(0)))
                .isInstanceOf(DataException.class)
                .hasMessage("data.labels is none, but labels are needed here: set it to auto");
    }

    private void assertRefused(String message, String... paths) {
        List<String> given = paths.length == 0
                ? List.of(folder.toString())
                : Stream.of(paths).map(path -> folder + "/" + path).toList();
        assertThatThrownBy(() -> Datasets.openLabelled(Configs.data(0), given, 0, 0.1, new UnreadableImages(0)))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    private Datasets open(double fraction) {
        return Datasets.openLabelled(Configs.data(0), List.of(folder.toString()), 0, fraction, new UnreadableImages(0));
    }

    private static List<String> names(ImageSource source) {
        return IntStream.range(0, source.size()).mapToObj(source::name).toList();
    }

    private void photos(String... paths) {
        for (String path : paths) {
            Images.write(folder.resolve(path), 1, 5, 4);
        }
    }

    private void text(String path, String content) {
        Images.write(folder.resolve(path), content.getBytes(StandardCharsets.UTF_8));
    }

    /** So many images of each class, which nobody reads. */
    private record FakeClasses(int... counts) implements ImageSource {
        @Override
        public int size() {
            return IntStream.of(counts).sum();
        }

        @Override
        public String name(int index) {
            return "image " + index;
        }

        @Override
        public int label(int index) {
            int label = 0;
            for (int rest = index; rest >= counts[label]; label++) {
                rest -= counts[label];
            }
            return label;
        }

        @Override
        public List<String> classNames() {
            return IntStream.range(0, counts.length)
                    .mapToObj("class %03d"::formatted)
                    .toList();
        }

        @Override
        public RgbImage read(int index) {
            throw new UnsupportedOperationException();
        }
    }
}
