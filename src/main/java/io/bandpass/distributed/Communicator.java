package io.bandpass.distributed;

import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What the processes that train one model exchange. All of them make the same calls in the same order; each call returns
 * when every process has made it. Failures are {@link DistributedException}s, which name the process that was lost.
 */
public interface Communicator extends AutoCloseable {
    /** The number of this process, from 0. Process 0 alone writes files, evaluates and prints. */
    int rank();

    /** The number of processes. */
    int size();

    /** Returns whether this is process 0. */
    default boolean isFirst() {
        return rank() == 0;
    }

    /** Sums values over all processes, in float64. */
    double[] sum(double... values);

    /** Returns whether the flag is set in any process. */
    default boolean any(boolean flag) {
        return sum(flag ? 1 : 0)[0] > 0;
    }

    /** Replaces tensors by their means over all processes; those of integers stay as they are. */
    void average(List<Tensor> tensors);

    /** Replaces tensors by those of process 0. */
    void copyFromFirst(List<Tensor> tensors);

    /**
     * Returns the rows of all processes, those of process 0 first.
     *
     * @param rows (n, ...), of the same shape and type in all processes, on the CPU
     * @return (n * size, ...)
     */
    Tensor gather(Tensor rows);

    /** Returns a text of each process. */
    List<String> gather(String text);

    /**
     * Runs a task in process 0 and returns its text in all. It may take any time: the others wait for as long as process 0
     * shows signs of life.
     */
    String fromFirst(FirstTask task) throws IOException;

    /** What the first process does for all. */
    interface FirstTask {
        /** Returns what the others are told. */
        String run() throws IOException;
    }

    /** Creates what adds up the gradients of all processes. */
    GradientReducer reducer(List<Tensor> parameters);

    /** Tells the others why this process is about to end, so that they can say it, unless it is that it lost one. */
    void fail(Throwable reason);

    @Override
    void close();

    /** Returns the communicator of a single process. */
    static Communicator single() {
        return SingleProcess.INSTANCE;
    }
}
