package io.bandpass;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.DataConfig;
import io.bandpass.config.MaskConfig;
import io.bandpass.config.MaskedFrequencyConfig;
import io.bandpass.config.RunConfig;
import io.bandpass.config.TrainingConfig;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Precision;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;

/**
 * What steps are computed with.
 *
 * @param threads that compute
 */
record Machine(Device device, Precision precision, int threads) {
    /** Loads LibTorch and settles what a configuration leaves to the machine. */
    static Machine start(TrainingConfig asked) {
        int threads = asked.train().threads().orElseGet(Engine::physicalCores);
        Engine.start(threads);
        Device device = Engine.device(asked.train().device());
        return new Machine(device, Precision.choose(asked.train().precision(), device), threads);
    }

    /** Replaces every {@code auto} that depends on the machine. */
    <T extends Record & TrainingConfig> T choose(T asked) {
        return ConfigBuilder.from(asked)
                .set("data.workers", Integer.toString(workers(asked.data())), "auto")
                .set("train.device", device.is_cuda() ? "cuda" : "cpu", "auto")
                .set("train.precision", precision.name().toLowerCase(Locale.ROOT), "auto")
                .set("train.threads", Integer.toString(threads), "auto")
                .build();
    }

    /** Loader threads. */
    static int workers(DataConfig asked) {
        return asked.workers().orElseGet(() -> Math.max(1, Math.min(8, Engine.physicalCores() - 1)));
    }

    /** The same for pre-training, with what follows from its task. */
    RunConfig chooseAll(RunConfig asked) {
        MaskConfig mask = asked.mask();
        boolean oneRadius = mask.radiusRange().isEmpty() && !mask.ranksMagnitudes();
        boolean removedOnly =
                asked.task() instanceof MaskedFrequencyConfig && asked.loss().countsRemovedOnly();
        String radius =
                oneRadius ? Double.toString(mask.radiusFor(asked.encoder().imageSize())) : "auto";
        return ConfigBuilder.from(choose(asked))
                .set("mask.radius", radius, "auto")
                .set("curriculum.radii", oneRadius ? radii(asked).toString() : "[]", "auto")
                .set("loss.target", removedOnly ? "masked" : "full", "auto")
                .build();
    }

    /** The radius of each stage of a curriculum; none where there is no curriculum or no mask. */
    private static List<Double> radii(RunConfig asked) {
        if (asked.curriculum().isEmpty() || !(asked.task() instanceof MaskedFrequencyConfig)) {
            return List.of();
        }
        return asked.stages().stream()
                .map(stage -> stage.mask().radiusFor(stage.encoder().imageSize()))
                .toList();
    }
}
