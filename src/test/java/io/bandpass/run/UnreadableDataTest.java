package io.bandpass.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import io.bandpass.data.Datasets;
import io.bandpass.testing.Configs;
import io.bandpass.testing.Images;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnreadableDataTest {
    @TempDir
    private Path temporary;

    private Path folder;
    private Path out;

    @BeforeEach
    void nameTheFolders() {
        folder = temporary.resolve("data");
        out = temporary.resolve("run");
    }

    @Test
    void tooManyBadFilesAreAFaultOfTheDataWithExitCodeThree() {
        Images.write(folder.resolve("good.png"), 1, 4, 4);
        Images.write(folder.resolve("empty.png"), new byte[0]);
        assertThatThrownBy(() -> Datasets.open(Configs.data(0), List.of(folder.toString()), 0, 0))
                .isInstanceOfSatisfying(BandpassException.class, error -> {
                    assertThat(error.kind()).isEqualTo(BandpassException.Kind.DATA);
                    assertThat(error.kind().exitCode()).isEqualTo(3);
                    assertThat(error).hasMessageStartingWith("1 of 2 images cannot be read");
                });
    }

    @Test
    void aRunThatTooManyBadFilesStopListsThemAll() throws IOException {
        photos(4);
        for (int i = 0; i < 5; i++) {
            Images.write(folder.resolve("empty-" + i + ".png"), new byte[0]);
        }
        assertThatThrownBy(() -> run(0.5)).hasMessageStartingWith("5 of 9 images cannot be read");

        assertThat(out.resolve("FAILED")).content().startsWith("5 of 9 images cannot be read");
        assertThat(Files.readAllLines(out.resolve("bad_images.txt")))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).matches(".*empty-\\d\\.png\tthe file is empty"));
    }

    @Test
    void aRunThatFilesStopWhichFailOnlyInDecodingListsThem() throws IOException {
        photos(8);
        cut("photo-3.png");
        cut("photo-5.png");
        assertThatThrownBy(() -> run(0)).hasMessageContaining(" images cannot be read");
        assertThat(out.resolve("bad_images.txt")).content().matches("(?s).*photo-[35]\\.png\t.+\n");
    }

    @Test
    void thePictureShowsTheNextImageWhereTheChosenOneCannotBeRead() throws IOException {
        photos(8);
        cut("photo-0.png");
        run(0.2);
        assertThat(out.resolve("DONE")).exists();
        assertThat(out.resolve("samples/step-3.png")).isNotEmptyFile();
        assertThat(Files.readAllLines(out.resolve("bad_images.txt")))
                .singleElement()
                .asString()
                .contains("photo-0.png\t");
    }

    @Test
    void aNameCannotMakeALineOfItsOwnInTheList() throws IOException {
        photos(4);
        Images.write(folder.resolve("a\nb\t.png"), new byte[0]);
        run(0.5);
        assertThat(out.resolve("bad_images.txt"))
                .content()
                .isEqualTo(folder.toRealPath().resolve("a\\x0Ab\\x09.png") + "\tthe file is empty\n");
    }

    private void run(double maxBad) throws IOException {
        TinyRuns.vit(folder, out).set("data.max-bad=" + maxBad).run();
    }

    private void photos(int count) {
        for (int i = 0; i < count; i++) {
            Images.write(folder.resolve("photo-" + i + ".png"), i, 20, 20);
        }
    }

    /** Leaves the header, so that the file fails only when its pixels are wanted. */
    private void cut(String name) throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        Files.write(folder.resolve(name), Arrays.copyOf(whole, 60));
    }
}
