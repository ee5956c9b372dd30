package dev.reveille.node.commands;

import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The signals by which an operating system asks a process to leave. Listening to them here replaces the JVM's own
 * answer, which is to stop at once.
 *
 * <p>The only way to hear a signal is {@code sun.misc.Signal}, which module {@code jdk.unsupported} keeps for this very
 * use. It is called by reflection: javac warns of it by name, cannot be told not to, and warnings are errors here.
 */
final class Signals {

    private Signals() {}

    /**
     * Calls {@code listener} at each of these signals, with how many of them came so far, this one included. The JVM
     * calls on a thread of its own for each signal, so calls may overlap; the listener returns soon.
     *
     * @param names without SIG, such as TERM
     */
    static void on(Set<String> names, IntConsumer listener) {
        AtomicInteger seen = new AtomicInteger();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object heard = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            listener.accept(seen.incrementAndGet());
                            return null;
                        }
                        return method.invoke(seen, arguments); // equals, hashCode, toString
                    });
            for (String name : names) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), heard);
            }
        } catch (ReflectiveOperationException unsupported) {
            throw new IllegalStateException("this JVM cannot listen to signals", unsupported);
        }
    }
}
