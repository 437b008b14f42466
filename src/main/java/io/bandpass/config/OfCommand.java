package io.bandpass.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the configuration of a kind of training: the command that starts its runs. The resource {@code COMMAND-defaults.yaml}
 * holds the defaults that differ from those of pre-training, and {@code recipes/index.yaml} lists the recipes by command.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OfCommand {
    String value();
}
