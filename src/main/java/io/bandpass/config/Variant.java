package io.bandpass.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declares a record as one of several alternatives for a configuration section, all of one sealed interface. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Variant {
    /** Value of the section's key {@code type}. */
    String value();

    /** Human-readable description in one line. */
    String summary();
}
