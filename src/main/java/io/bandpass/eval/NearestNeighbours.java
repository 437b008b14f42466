package io.bandpass.eval;

import io.bandpass.data.DataException;
import io.bandpass.data.ImageSource;
import io.bandpass.task.NotFiniteException;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * A vote of the k most similar training images, each weighing exp(cosine / temperature) (Wu et al., CVPR 2018): how well
 * features separate classes without training anything on them. Training images may come batch by batch and are let go of
 * again, so what is in memory follows from the images to classify alone.
 */
public final class NearestNeighbours {
    /** Gives features of training images, batch by batch, from an encoder in float32: autocast would reach the vote too. */
    public interface Voters {
        void each(FrozenEncoder.Sink sink) throws IOException;
    }

    /**
     * How a vote ended.
     *
     * @param top1 fraction of images whose class it gets right, 0 to 1
     * @param voters how many training images there were
     * @param classified how many images were classified
     */
    public record Outcome(double top1, int voters, int classified) {}

    private final int neighbours;
    private final double temperature;

    /**
     * A classifier.
     *
     * @param neighbours k; fewer where there are fewer training images
     * @param temperature above 0
     */
    public NearestNeighbours(int neighbours, double temperature) {
        this.neighbours = neighbours;
        this.temperature = temperature;
    }

    /**
     * Fraction of test images whose class the vote gets right, 0 to 1.
     *
     * @param train features of labelled images
     * @param test features of the images to classify, with classes of the same numbers
     * @throws NotFiniteException if a feature is not finite
     */
    public double top1(Features train, Features test) {
        int rows = train.images().size();
        try {
            return vote(
                            train.images(),
                            sink -> {
                                for (int from = 0; from < rows; from += Vote.BLOCK) {
                                    int to = Math.min(rows, from + Vote.BLOCK);
                                    try (PointerScope scope = new PointerScope()) {
                                        sink.accept(
                                                Tensors.slice(train.values(), 0, from, to),
                                                IntStream.range(from, to).toArray());
                                    }
                                }
                            },
                            test)
                    .top1();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same with training images of which no more than a block is held. It gives the same figure, whatever the batches
     * are.
     *
     * @param train labelled images
     * @param voters features of those that can be read, (n, C), by their indices
     * @param test features of the images to classify, with classes of the same numbers
     * @throws NotFiniteException if a feature is not finite
     * @throws DataException if no training image can be read
     */
    public Outcome vote(ImageSource train, Voters voters, Features test) throws IOException {
        test.checkFinite("images to classify");
        int classes =
                Math.max(train.classNames().size(), test.images().classNames().size());
        try (NoGradGuard guard = new NoGradGuard();
                Vote vote = new Vote(test.values(), neighbours)) {
            voters.each((features, indices) -> vote.add(
                    features,
                    IntStream.of(indices).map(train::label).asLongStream().toArray()));
            if (vote.voters() == 0) {
                throw new DataException("none of the " + train.size() + " images for the evaluation can be read");
            }
            try (PointerScope scope = new PointerScope()) {
                return new Outcome(
                        vote.right(test.labels(), classes, temperature),
                        vote.voters(),
                        test.images().size());
            }
        }
    }
}
