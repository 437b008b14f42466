package io.bandpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException.Kind;
import io.bandpass.metrics.StepMetrics;
import io.bandpass.metrics.TrainingListener;
import io.bandpass.run.Pretraining;
import io.bandpass.testing.TinyRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is thrown and is no exception of Java's: a sentence, a kind, and FAILED in the folder of a run. */
final class ErrorsTest {
    @TempDir
    private Path temporary;

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(
                        new OutOfMemoryError("Java heap space"), Kind.FAILURE, "there is not enough memory (Java heap"),
                Arguments.of(new OutOfMemoryError(), Kind.FAILURE, "there is not enough memory (OutOfMemoryError)"),
                Arguments.of(new StackOverflowError(), Kind.FAILURE, "something is nested too deeply"),
                Arguments.of(
                        new UnsatisfiedLinkError("no jnitorch"),
                        Kind.DEVICE,
                        "a native library cannot be loaded (no jnit"),
                Arguments.of(
                        new ExceptionInInitializerError(new IllegalStateException("no cache\nat native code")),
                        Kind.DEVICE,
                        "a native library cannot be loaded (no cache)"),
                Arguments.of(new NoClassDefFoundError("x/Y"), Kind.DEVICE, "a native library cannot be loaded (x/Y)"),
                Arguments.of(
                        new NoClassDefFoundError("io/bandpass/X"),
                        Kind.FAILURE,
                        "the program's own class io.bandpass.X is gone"),
                Arguments.of(
                        new NoClassDefFoundError("Could not initialize class io.bandpass.X"),
                        Kind.DEVICE,
                        "a native library cannot be loaded"),
                Arguments.of(
                        new InternalError("a fault\nin memory"),
                        Kind.FAILURE,
                        "an error that should not happen: a fault ("),
                Arguments.of(new AssertionError(), Kind.FAILURE, "an error that should not happen: null ("));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorIsASentenceAndTheRunHasFailed(Error error, Kind kind, String sentence) throws IOException {
        Path out = temporary.resolve("run");
        Pretraining run = TinyRuns.vit(TinyRuns.images(temporary.resolve("data"), 16), out)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics) {
                        throw error;
                    }
                });
        assertThatThrownBy(run::run).isInstanceOfSatisfying(BandpassException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).startsWith(sentence).hasLineCount(1);
            assertThat(e).hasCause(error);
            assertThat(out.resolve("FAILED")).hasContent(e.getMessage());
        });
        assertThat(out.resolve("train.log"))
                .content()
                .contains(error.getClass().getName())
                .contains("\tat ");
    }
}
