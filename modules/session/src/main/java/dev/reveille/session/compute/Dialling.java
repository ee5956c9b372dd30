package dev.reveille.session.compute;

import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * One attempt to connect, and what became of it. The connection may arrive when its session is gone already; then it is
 * closed here, because nobody else would. Any thread.
 */
public final class Dialling {

    private Optional<ComputeConnection> connection = Optional.empty();
    private Optional<DialFailure> failure = Optional.empty();
    private boolean abandoned;

    /** Either argument is null, as a stage's completion has it. */
    public synchronized void ended(ComputeConnection arrived, Throwable failed) {
        if (arrived == null) {
            failure = Optional.of(read(failed));
        } else if (abandoned) {
            arrived.close().run();
        } else {
            connection = Optional.of(arrived);
        }
    }

    /** The connection, for the one who will see to its end. */
    public synchronized Optional<ComputeConnection> take() {
        Optional<ComputeConnection> taken = connection;
        connection = Optional.empty();
        return taken;
    }

    public synchronized DialFailure failure() {
        return failure.orElseGet(() -> new DialFailure(DialFailure.Reason.BROKEN, "the connection was given away"));
    }

    /** Nobody is interested any more. */
    public synchronized void abandon() {
        abandoned = true;
        connection.ifPresent(unused -> unused.close().run());
        connection = Optional.empty();
    }

    private static DialFailure read(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return cause instanceof DialFailure known
                ? known
                : new DialFailure(DialFailure.Reason.BROKEN, String.valueOf(cause));
    }
}
