package io.bandpass.metrics;

import com.google.protobuf.CodedOutputStream;
import io.bandpass.format.AtomicFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writer of TensorBoard events: scalars and pictures. Field numbers are those of tensorboard's event.proto and
 * summary.proto.
 */
public final class TensorBoardFile implements TrainingListener, AutoCloseable {
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_COLORSPACE = 3;
    private static final int IMAGE_ENCODED = 4;
    private static final int RGB = 3;
    /** Offset of the width in a PNG header; the height follows. */
    private static final int PNG_WIDTH = 16;

    private static final String PREFIX = "events.out.tfevents.";

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private final OutputStream stream;

    /**
     * Creates a new file in a folder, after truncating earlier ones to a step.
     *
     * @param lastStep last step to keep in earlier files
     */
    public TensorBoardFile(Path folder, long lastStep) throws IOException {
        Files.createDirectories(folder);
        AtomicFiles.clean(folder);
        long number = cut(folder, lastStep) + 1;
        Path file = folder.resolve(PREFIX + String.format(Locale.ROOT, "%010d", System.currentTimeMillis() / 1000)
                + ".bandpass." + number);
        stream = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        write(0, out -> out.writeString(EVENT_FILE_VERSION, "brain.Event:2"));
    }

    /** Rewrites every file without later events and returns the number of files. */
    private static long cut(Path folder, long lastStep) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                    .toList();
        }
        for (Path file : files) {
            AtomicFiles.write(file, staging -> copy(file, lastStep, staging));
        }
        return files.size();
    }

    private static void copy(Path file, long lastStep, Path staging) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(staging))) {
            for (Optional<byte[]> event = EventRecords.read(in); event.isPresent(); event = EventRecords.read(in)) {
                if (EventRecords.stepOf(event.get()) <= lastStep) {
                    EventRecords.write(out, event.get());
                }
            }
        }
    }

    @Override
    public void onStep(StepMetrics metrics) {
        scalar(metrics.step(), "train/loss", metrics.loss());
        scalar(metrics.step(), "train/learning_rate", metrics.learningRate());
        scalar(metrics.step(), "train/gradient_norm", metrics.gradientNorm());
        scalar(metrics.step(), "speed/images_per_second", metrics.imagesPerSecond());
        scalar(metrics.step(), "speed/data_wait", metrics.dataWait());
    }

    @Override
    public void onScores(ScoreMetrics metrics) {
        metrics.values().forEach((name, value) -> scalar(metrics.step(), "evaluate/" + name, value));
    }

    @Override
    public void onSamples(long step, Path picture) {
        try {
            byte[] png = Files.readAllBytes(picture);
            write(
                    step,
                    out -> out.writeByteArray(
                            EVENT_SUMMARY, message(summary -> summary.writeByteArray(SUMMARY_VALUE, image(png)))));
        } catch (IOException e) {
            throw new UncheckedIOException("the picture " + picture + " cannot be read", e);
        }
    }

    private static byte[] image(byte[] png) {
        return message(value -> {
            value.writeString(VALUE_TAG, "samples");
            value.writeByteArray(VALUE_IMAGE, message(image -> {
                image.writeInt32(IMAGE_HEIGHT, ByteBuffer.wrap(png).getInt(PNG_WIDTH + 4));
                image.writeInt32(IMAGE_WIDTH, ByteBuffer.wrap(png).getInt(PNG_WIDTH));
                image.writeInt32(IMAGE_COLORSPACE, RGB);
                image.writeByteArray(IMAGE_ENCODED, png);
            }));
        });
    }

    private void scalar(long step, String tag, double value) {
        byte[] simple = message(out -> {
            out.writeString(VALUE_TAG, tag);
            out.writeFloat(VALUE_SIMPLE, (float) value);
        });
        write(
                step,
                out -> out.writeByteArray(
                        EVENT_SUMMARY, message(summary -> summary.writeByteArray(SUMMARY_VALUE, simple))));
    }

    private void write(long step, Fields fields) {
        try {
            EventRecords.write(stream, message(out -> {
                out.writeDouble(EVENT_WALL_TIME, System.currentTimeMillis() / 1000.0);
                out.writeInt64(EVENT_STEP, step);
                fields.writeTo(out);
            }));
        } catch (IOException e) {
            throw new UncheckedIOException("TensorBoard events cannot be written: " + e.getMessage(), e);
        }
    }

    private static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
