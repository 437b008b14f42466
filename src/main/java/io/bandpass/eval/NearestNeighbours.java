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
 * Weighted kNN classifier: the k most similar training images vote, each with weight exp(cosine / temperature) (Wu et
 * al., CVPR 2018). Measures how well features separate classes without training on them. Training images may arrive
 * batch by batch and are not kept, so memory depends on the images to classify alone.
 */
public final class NearestNeighbours {
    /**
     * Supplier of training features, batch by batch, from an encoder in float32: autocast would affect the vote too.
     */
    public interface Voters {
        void each(FrozenEncoder.Sink sink) throws IOException;
    }

    /**
     * Result of a vote.
     *
     * @param top1 accuracy, 0 to 1
     * @param voters number of training images
     * @param classified number of images classified
     */
    public record Outcome(double top1, int voters, int classified) {}

    private final int neighbours;
    private final double temperature;

    /**
     * Creates a classifier.
     *
     * @param neighbours k; limited to the number of training images
     * @param temperature above 0
     */
    public NearestNeighbours(int neighbours, double temperature) {
        this.neighbours = neighbours;
        this.temperature = temperature;
    }

    /**
     * Returns the accuracy on test images, 0 to 1.
     *
     * @param train features of labelled images
     * @param test features of the images to classify, with the same class indices
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
     * Does the same while holding at most a block of training images. The result does not depend on their batches.
     *
     * @param train labelled images
     * @param voters features of the readable training images, (n, C), by their indices
     * @param test features of the images to classify, with the same class indices
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
