package io.bandpass.distributed;

import io.bandpass.torch.Tensors;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolVector;
import org.bytedeco.pytorch.ProcessGroup;
import org.bytedeco.pytorch.Reducer;
import org.bytedeco.pytorch.SizeTStringMap;
import org.bytedeco.pytorch.SizeTVector;
import org.bytedeco.pytorch.SizeTVectorVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's reducer, that of DistributedDataParallel (Li et al., VLDB 2020): gradients are collected in buckets, each of
 * which is exchanged as soon as its gradients are there, while the backward pass goes on.
 */
final class BucketReducer implements GradientReducer {
    /** As in PyTorch: a small bucket for the gradients that are there first. */
    private static final long FIRST_BUCKET_BYTES = 1L << 20;

    private static final long BUCKET_BYTES = 25L << 20;

    private final GlooCommunicator communicator;
    private final Reducer reducer;

    BucketReducer(GlooCommunicator communicator, ProcessGroup group, List<Tensor> parameters) {
        this.communicator = communicator;
        try (PointerScope scope = new PointerScope()) {
            TensorVector all = new TensorVector();
            parameters.forEach(all::push_back);
            SizeTVectorVector buckets = torch.compute_bucket_assignment_by_size(
                            all, new SizeTVector(FIRST_BUCKET_BYTES, BUCKET_BYTES))
                    .get0();
            reducer = Tensors.keep(new Reducer(
                    all,
                    buckets,
                    group,
                    new BoolVector(new boolean[parameters.size()]), // none is sparse
                    BUCKET_BYTES,
                    false, // every parameter has a gradient
                    false, // gradients own their memory, as the optimizer resets them
                    new SizeTStringMap(),
                    FIRST_BUCKET_BYTES,
                    false,
                    false));
        }
    }

    @Override
    public <T> T reduced(Supplier<T> forwardBackward) {
        communicator.named(() -> {
            reducer.rebuild_buckets();
            reducer.prepare_for_forward();
            try (TensorVector none = new TensorVector()) {
                reducer.prepare_for_backward(none);
            }
            return true;
        });
        return communicator.namedIfLost(forwardBackward);
    }

    @Override
    public void close() {
        reducer.close();
    }
}
