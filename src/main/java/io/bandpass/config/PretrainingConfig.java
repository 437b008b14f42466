package io.bandpass.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Complete configuration of a pre-training run. Each section is an immutable record whose constructor rejects invalid
 * values with a {@link ConfigException} that names the key; a key missing from YAML takes its default.
 */
@OfCommand("pretrain")
public record PretrainingConfig(
        String description,
        DataConfig data,
        AugmentConfig augment,
        EncoderConfig encoder,
        TaskConfig task,
        MaskConfig mask,
        DecoderConfig decoder,
        LossConfig loss,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        CurriculumConfig curriculum,
        TrainSection train,
        CheckpointConfig checkpoint,
        EvaluateConfig evaluate)
        implements RunConfig {
    public PretrainingConfig {
        checkSize(encoder, task, mask, decoder, loss);
        Check.that(
                task instanceof MaskedFrequencyConfig || loss.target() != LossConfig.Target.MASKED,
                "loss.target",
                loss.target(),
                "auto or full: only the task mfm removes frequencies");
        if (task instanceof MaskedFrequencyConfig) {
            mask.checkWarmup(train);
        }
        curriculum.check(
                encoder,
                task,
                mask,
                train,
                stage -> checkSize(
                        encoder.withImageSize(curriculum.imageSizes().get(stage)),
                        task,
                        curriculum.mask(stage, mask),
                        decoder,
                        loss));
    }

    /** Rejects sections that are inconsistent at the encoder's image size. */
    private static void checkSize(
            EncoderConfig encoder, TaskConfig task, MaskConfig mask, DecoderConfig decoder, LossConfig loss) {
        task.check(encoder, decoder);
        if (task instanceof MaskedFrequencyConfig) {
            MaskCheck.check(mask, encoder.imageSize());
        }
        if (task.usesLoss()) {
            MaskCheck.checkTiles(mask, encoder, loss);
        }
    }

    /**
     * Returns the configuration of each stage of the curriculum, with encoder and mask for the stage's image size.
     * Without a curriculum the whole run is one stage.
     */
    public List<PretrainingConfig> stages() {
        if (curriculum.isEmpty()) {
            return List.of(this);
        }
        return IntStream.range(0, curriculum.stages())
                .mapToObj(stage -> with(
                        encoder.withImageSize(curriculum.imageSizes().get(stage)),
                        curriculum.mask(stage, mask),
                        CurriculumConfig.NONE))
                .toList();
    }

    @Override
    public double multiplyAddsPerImage() {
        return task.multiplyAddsPerImage(encoder, decoder);
    }

    @Override
    public double activationBytesPerImage() {
        return task.activationBytesPerImage(encoder, decoder);
    }

    @Override
    public List<Record> chosen() {
        boolean masksFrequencies = task instanceof MaskedFrequencyConfig;
        List<Record> chosen = new ArrayList<>();
        chosen.add(loss.withTarget(
                masksFrequencies && loss.countsRemovedOnly() ? LossConfig.Target.MASKED : LossConfig.Target.FULL));
        if (mask.radiusRange().isEmpty() && !mask.ranksMagnitudes()) {
            chosen.add(mask.withRadius(mask.at(encoder.imageSize()).radius()));
            if (masksFrequencies && !curriculum.isEmpty()) {
                chosen.add(curriculum.withRadii(stages().stream()
                        .map(stage ->
                                stage.mask().at(stage.encoder().imageSize()).radius())
                        .toList()));
            }
        }
        return chosen;
    }

    @Override
    public List<Integer> imageSizes() {
        return stages().stream()
                .map(stage -> stage.encoder().imageSize())
                .distinct()
                .toList();
    }

    @Override
    public boolean needsWholeBatch() {
        return task.usesLoss() && loss.needsWholeBatch();
    }

    /** Copy in which the whole run uses the encoder's own image size. */
    public PretrainingConfig withoutCurriculum() {
        return with(encoder, mask, CurriculumConfig.NONE);
    }

    private PretrainingConfig with(EncoderConfig otherEncoder, MaskConfig otherMask, CurriculumConfig otherCurriculum) {
        return new PretrainingConfig(
                description,
                data,
                augment,
                otherEncoder,
                task,
                otherMask,
                decoder,
                loss,
                optimizer,
                schedule,
                otherCurriculum,
                train,
                checkpoint,
                evaluate);
    }
}
