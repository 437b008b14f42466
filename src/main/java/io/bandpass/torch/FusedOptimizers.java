package io.bandpass.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Type;

/** Fused optimizer operators of LibTorch, which have no Java binding and are called through the dispatcher. */
public final class FusedOptimizers {
    private FusedOptimizers() {}

    private static OperatorHandle find(String name) {
        return Dispatcher.singleton().findSchemaOrThrow(name, "");
    }

    /** Converts tensors to a list for the dispatcher. The constructor of IValue from a vector aborts the JVM. */
    private static IValue list(TensorVector tensors) {
        GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
        for (long i = 0; i < tensors.size(); i++) {
            list.push_back(new IValue(tensors.get(i)));
        }
        return new IValue(list);
    }

    /**
     * Converts tensors that match the parameters one to one in shape. Where a parameter is channels-last in memory, its
     * tensor is passed as a contiguous NHWC view: the fused operators copy tensors that are not contiguous.
     */
    private static IValue list(TensorVector tensors, TensorVector parameters) {
        TensorVector views = new TensorVector();
        for (long i = 0; i < tensors.size(); i++) {
            // Channels-last (O, I, kH, kW) -> (O, kH, kW, I).
            boolean ordered = parameters.get(i).is_contiguous();
            views.push_back(ordered ? tensors.get(i) : tensors.get(i).permute(0, 2, 3, 1));
        }
        return list(views);
    }

    /**
     * One AdamW step over lists of tensors in one native call ({@code aten::_fused_adamw_}), in place.
     *
     * @param steps one float32 scalar per parameter, this step included
     */
    public static void fusedAdamW(
            TensorVector parameters,
            TensorVector gradients,
            TensorVector firstMoments,
            TensorVector secondMoments,
            TensorVector steps,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double epsilon) {
        try (PointerScope scope = new PointerScope()) {
            IValueVector stack = new IValueVector(
                    list(parameters, parameters),
                    list(gradients, parameters),
                    list(firstMoments, parameters),
                    list(secondMoments, parameters),
                    list(new TensorVector()),
                    list(steps),
                    new IValue(learningRate),
                    new IValue(beta1),
                    new IValue(beta2),
                    new IValue(weightDecay),
                    new IValue(epsilon),
                    new IValue(false),
                    new IValue(false),
                    new IValue(),
                    new IValue());
            find("aten::_fused_adamw_").callBoxed(stack);
        }
    }

    /**
     * One SGD step over lists of tensors in one native call ({@code aten::_fused_sgd_}), in place, without dampening.
     *
     * @param momenta one tensor per parameter, zeros before the first step; none if the momentum is 0
     * @param weightDecay times the parameter, added to the gradient
     */
    public static void fusedSgd(
            TensorVector parameters,
            TensorVector gradients,
            TensorVector momenta,
            double learningRate,
            double momentum,
            boolean nesterov,
            double weightDecay) {
        try (PointerScope scope = new PointerScope()) {
            IValueVector stack = new IValueVector(
                    list(parameters, parameters),
                    list(gradients, parameters),
                    list(momenta, parameters),
                    new IValue(weightDecay),
                    new IValue(momentum),
                    new IValue(learningRate),
                    new IValue(0.0),
                    new IValue(nesterov),
                    new IValue(false),
                    new IValue(false),
                    new IValue(),
                    new IValue());
            find("aten::_fused_sgd_").callBoxed(stack);
        }
    }
}
