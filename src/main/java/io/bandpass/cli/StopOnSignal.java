package io.bandpass.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C and SIGTERM ask a run to finish its step and save; a second Ctrl-C ends it at once. A shutdown hook could not
 * tell the two apart.
 */
final class StopOnSignal implements BooleanSupplier {
    static final int INTERRUPTED = 130;
    static final int RESUMABLE = 75;

    private volatile int exitCode;

    StopOnSignal() {
        onSignal("INT", () -> {
            if (exitCode != 0) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            exitCode = INTERRUPTED;
            Terminal.error("stopping after this step, to be resumed; Ctrl-C again ends at once");
        });
        onSignal("TERM", () -> exitCode = RESUMABLE);
    }

    @Override
    public boolean getAsBoolean() {
        return exitCode != 0;
    }

    /** 130 after Ctrl-C, 75 after SIGTERM, 0 without either. */
    int exitCode() {
        return exitCode;
    }

    /** By reflection, because javac warns of {@code sun.misc.Signal} in a way that cannot be switched off. */
    static void onSignal(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler handle = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            };
            Object proxy =
                    Proxy.newProxyInstance(StopOnSignal.class.getClassLoader(), new Class<?>[] {handler}, handle);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot handle the signal " + name, e);
        }
    }
}
