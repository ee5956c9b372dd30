package dev.reveille.session.interruption;

import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Where a session's queries pass on their way to the compute, as those see it who want to cancel one: a role that the
 * wire plays. Queries are told apart by a number that never comes back. Any thread; answers come on another one, must be
 * taken without blocking, and may never come where the session ends.
 */
public interface RunningQuery {

    /**
     * Which query runs now, or waits for {@link #release}, and had been begun at {@code nanos}; nothing where none does.
     *
     * @param nanos of {@link System#nanoTime}
     */
    void ask(long nanos, Consumer<OptionalLong> answer);

    /**
     * If {@code query} still runs, the client's next one does not reach the compute before {@link #release}; otherwise
     * nothing happens. Answers whether. What the client has sent ahead, while a query ran, is not held.
     */
    void hold(long query, Consumer<Boolean> answer);

    /** The next query may pass. */
    void release();
}
