package dev.reveille.node.commands;

/** Sends a signal to this very process; somebody must listen to it by then, or the JVM stops. */
final class RaisedSignal {

    private RaisedSignal() {}

    static void raise(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        signal.getMethod("raise", signal)
                .invoke(null, signal.getConstructor(String.class).newInstance(name));
    }
}
