package io.bandpass.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Command that starts runs of a kind of training, declared on its configuration. The resource
 * {@code COMMAND-defaults.yaml} holds the defaults that differ from those of pre-training, and
 * {@code recipes/index.yaml} lists the recipes by command.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OfCommand {
    String value();

    /** Folder of samples/ that a run without data of its own uses. */
    String samples() default "fashion-mnist";
}
