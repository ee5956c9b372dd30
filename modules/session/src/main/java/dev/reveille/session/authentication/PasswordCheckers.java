package dev.reveille.session.authentication;

import dev.reveille.protocol.names.EndpointId;
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
 * The threads that stretch clear-text passwords, away from the loops. Endpoints take turns, so that one with many logins
 * does not hold up the others; what waits is bounded (spec 01 §12.3). Any thread may call.
 */
public final class PasswordCheckers implements AutoCloseable {

    private final int waitingMax;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    /** The endpoints that wait, in the order of their turns. */
    private final Map<EndpointId, ArrayDeque<Check>> waiting = new LinkedHashMap<>();

    private int waitingCount;
    private boolean closed;

    private record Check(ScramVerifier verifier, ByteString password, CompletableFuture<Optional<ScramKeys>> answer) {}

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
        CompletableFuture<Optional<ScramKeys>> answer = new CompletableFuture<>();
        lock.lock();
        try {
            if (closed || waitingCount >= waitingMax) {
                answer.completeExceptionally(new TooManyWaiting());
            } else {
                waiting.computeIfAbsent(endpoint, _ -> new ArrayDeque<>()).add(new Check(verifier, password, answer));
                waitingCount++;
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        return answer;
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
        for (Optional<Check> next = next(); next.isPresent(); next = next()) {
            Check check = next.get();
            if (!check.answer().isDone()) {
                try {
                    check.answer().complete(check.verifier().keysOf(check.password()));
                } catch (RuntimeException fault) {
                    check.answer().completeExceptionally(fault);
                }
            }
        }
    }

    /** The first check of the endpoint whose turn it is; that endpoint goes to the end of the line. */
    private Optional<Check> next() {
        lock.lock();
        try {
            while (waiting.isEmpty()) {
                if (closed) {
                    return Optional.empty();
                }
                work.awaitUninterruptibly();
            }
            Map.Entry<EndpointId, ArrayDeque<Check>> turn =
                    waiting.entrySet().iterator().next();
            waiting.remove(turn.getKey());
            Check check = turn.getValue().remove();
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
