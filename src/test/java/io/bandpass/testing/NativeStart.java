package io.bandpass.testing;

import io.bandpass.torch.Engine;
import java.util.Locale;

/** A process that loads native libraries: JavaCPP's own alone, or all of LibTorch. */
public final class NativeStart {
    /** Printed before anything is loaded. */
    public static final String BEGUN = "begun";

    private NativeStart() {}

    public static void main(String[] arguments) {
        System.out.println(BEGUN);
        switch (arguments[0].toLowerCase(Locale.ROOT)) {
            case "folder" -> System.out.println(Engine.nativeCache());
            case "javacpp" -> System.out.println(Engine.physicalCores() + " cores");
            default -> {
                Engine.start(1);
                System.out.println(Engine.blas());
            }
        }
    }
}
