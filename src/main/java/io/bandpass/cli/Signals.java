package io.bandpass.cli;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C (INT) and SIGTERM (TERM) do. By reflection, because javac warns of {@code sun.misc.Signal} in a way that
 * cannot be switched off.
 */
final class Signals {
    /** Signals that end a process, with the exit codes that follow from their numbers. */
    private static final Map<String, Integer> ENDING = Map.of("INT", 130, "TERM", 143);

    private static final long PATIENCE_SECONDS = 2;

    /** What Java had for a signal before. */
    private static final Map<String, Object> JAVAS = new ConcurrentHashMap<>();

    private Signals() {}

    /**
     * From now on the signals end the process at once, where Java would run C's exit handlers: these free code that
     * LibTorch's threads may be in the middle of, which then crashes.
     */
    static void endProcess() {
        ENDING.keySet().forEach(name -> on(name, () -> end(name)));
    }

    /** From now on Java ends the process again, and with it what shutdown hooks end. */
    static void leaveToJava() {
        JAVAS.forEach(Signals::handle);
    }

    /** Does something else from now on. */
    static void on(String name, Runnable action) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                action.run();
            }
            return null;
        };
        Class<?> type = type("sun.misc.SignalHandler");
        Object before =
                handle(name, Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {type}, handler));
        JAVAS.putIfAbsent(name, before);
    }

    /**
     * Ends the process as the signal does where no program handles it; the exit code is 130 or 143. The first process of a
     * container cannot be ended so: see {@link FirstProcess}.
     */
    static void end(String name) {
        try {
            handle(name, type("sun.misc.SignalHandler").getField("SIG_DFL").get(null));
            // Java itself raises only signals that it handles.
            String kill = "kill -" + name + " " + ProcessHandle.current().pid();
            new ProcessBuilder("/bin/sh", "-c", kill).start().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ReflectiveOperationException e) {
            throw unknown(name, e);
        } catch (IOException | InterruptedException e) {
            // There is no such shell: Java has to end the process after all.
        }
        Runtime.getRuntime().halt(ENDING.getOrDefault(name, 1));
    }

    private static Object handle(String name, Object handler) {
        try {
            Method handle = type("sun.misc.Signal")
                    .getMethod("handle", type("sun.misc.Signal"), type("sun.misc.SignalHandler"));
            return handle.invoke(null, signal(name), handler);
        } catch (ReflectiveOperationException e) {
            throw unknown(name, e);
        }
    }

    private static Object signal(String name) throws ReflectiveOperationException {
        return type("sun.misc.Signal").getConstructor(String.class).newInstance(name);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this Java has no " + name, e);
        }
    }

    private static IllegalStateException unknown(String name, ReflectiveOperationException cause) {
        return new IllegalStateException("this Java cannot handle the signal " + name, cause);
    }
}
