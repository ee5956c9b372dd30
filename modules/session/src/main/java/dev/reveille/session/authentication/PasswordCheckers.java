package dev.reveille.session.authentication;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.scram.PasswordCheck;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pekko.util.ByteString;

/**
 * The threads that stretch clear-text passwords, away from the loops. Endpoints take turns, and a turn is short, so that
 * one with many logins, or with verifiers that take long, does not hold up the others; what waits is bounded (spec 01
 * §12.3). Any thread may call.
 */
public final class PasswordCheckers implements AutoCloseable {

    /** Hashes that are done in one turn; as many as PostgreSQL's own verifiers ask for, some milliseconds. */
    private static final int TURN = 4_096;

    private final int waitingMax;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    /** The endpoints that wait, in the order of their turns. */
    private final Map<EndpointId, ArrayDeque<Waiting>> waiting = new LinkedHashMap<>();

    private int waitingCount;
    private boolean closed;

    /** A password whose answer is not known yet; work on it begins with its first turn. */
    private static final class Waiting {

        private final EndpointId endpoint;
        private final ScramVerifier verifier;
        private final ByteString password;
        private final CompletableFuture<Optional<ScramKeys>> answer = new CompletableFuture<>();
        private Optional<PasswordCheck> begun = Optional.empty();

        Waiting(EndpointId endpoint, ScramVerifier verifier, ByteString password) {
            this.endpoint = endpoint;
            this.verifier = verifier;
            this.password = password;
        }

        /** Has a turn; whether that was the last. */
        boolean advance() {
            if (answer.isDone()) {
                return true; // Nobody is interested any more.
            }
            try {
                PasswordCheck check = begun.orElseGet(() -> verifier.check(password));
                begun = Optional.of(check);
                if (!check.advance(TURN)) {
                    return false;
                }
                answer.complete(check.keys());
            } catch (RuntimeException fault) {
                answer.completeExceptionally(fault);
            }
            return true;
        }
    }

    /**
     * @param count how many threads work at the same time, 1 or more
     * @param waitingMax how many checks may wait; one more is refused
     */
    public PasswordCheckers(int count, int waitingMax) {
        this.waitingMax = waitingMax;
        for (int i = 0; i < count; i++) {
            threads.add(
                    Thread.ofPlatform().daemon().name("reveille-password-" + i).start(this::serve));
        }
    }

    /** Too many checks wait. */
    public static final class TooManyWaiting extends Exception {

        private static final long serialVersionUID = 1L;

        TooManyWaiting() {
            super("too many password checks are waiting");
        }
    }

    /**
     * The keys of {@code verifier}'s role if {@code password} is its password, otherwise nothing. Fails with {@link
     * TooManyWaiting}. Who is no longer interested cancels the stage's future, and the work is not done.
     */
    public CompletionStage<Optional<ScramKeys>> check(
            EndpointId endpoint, ScramVerifier verifier, ByteString password) {
        Waiting check = new Waiting(endpoint, verifier, password);
        lock.lock();
        try {
            if (closed || waitingCount >= waitingMax) {
                check.answer.completeExceptionally(new TooManyWaiting());
            } else {
                waiting.computeIfAbsent(endpoint, _ -> new ArrayDeque<>()).addLast(check);
                waitingCount++;
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        return check.answer;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void serve() {
        for (Optional<Waiting> next = next(); next.isPresent(); next = next()) {
            Waiting check = next.get();
            if (!check.advance()) {
                putBack(check);
            }
        }
    }

    /** The first of its endpoint again, whose place in the line is the last. */
    private void putBack(Waiting check) {
        lock.lock();
        try {
            waiting.computeIfAbsent(check.endpoint, _ -> new ArrayDeque<>()).addFirst(check);
            waitingCount++;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The first check of the endpoint whose turn it is; that endpoint goes to the end of the line. */
    private Optional<Waiting> next() {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed) {
                    return Optional.empty();
                }
                work.awaitUninterruptibly();
            }
            Map.Entry<EndpointId, ArrayDeque<Waiting>> turn =
                    waiting.entrySet().iterator().next();
            waiting.remove(turn.getKey());
            Waiting check = turn.getValue().remove();
            waitingCount--;
            if (!turn.getValue().isEmpty()) {
                waiting.put(turn.getKey(), turn.getValue());
            }
            return Optional.of(check);
        } finally {
            lock.unlock();
        }
    }
}
