package io.bandpass.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a record that is one of several that a section of the configuration can be, all of one sealed interface. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Variant {
    /** The word of the section's key {@code type}. */
    String value();

    /** What it is, in one line for people. */
    String summary();
}
