package dev.reveille.session.fakes;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlane;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control plane that answers when and what the test says. Access is answered at once from what {@link #knows} said,
 * unless the test holds it back; each wake waits for the test.
 */
public final class ScriptedControlPlane implements ControlPlane {

    private final Map<String, AccessControl> access = new ConcurrentHashMap<>();
    private final BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final AtomicInteger wakeCalls = new AtomicInteger();
    private final AtomicInteger accessCalls = new AtomicInteger();
    private volatile boolean holdingBack;

    /** A call that asks for a compute to be woken. */
    public record Wake(SessionId session, EndpointKey key, CompletableFuture<Compute> answer) {}

    /** A call that asks who may come in, where the test answers it. */
    public record Question(EndpointId endpoint, RoleName role, CompletableFuture<AccessControl> answer) {}

    /** From now on this is the answer about {@code role}. */
    public void knows(String endpoint, String role, AccessControl answer) {
        access.put(endpoint + "/" + role, answer);
    }

    /** From now on the test answers questions about access, see {@link #isAsked}. */
    public void holdsBack() {
        holdingBack = true;
    }

    /** The next call to wake, which must come soon. */
    public Wake isToWake() {
        return next(wakes);
    }

    /** The next call to wake, which may need time to pass: {@code time} is moved on until the call comes. */
    public Wake isToWakeAfter(Runnable time) {
        for (int tries = 0; tries < 200; tries++) {
            Wake wake = poll(wakes, Duration.ofMillis(50));
            if (wake != null) {
                return wake;
            }
            time.run();
        }
        throw new AssertionError("the control plane was not called");
    }

    /** The next question about access, which must come soon. */
    public Question isAsked() {
        return next(questions);
    }

    public int wakeCalls() {
        return wakeCalls.get();
    }

    public int accessCalls() {
        return accessCalls.get();
    }

    @Override
    public CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role) {
        accessCalls.incrementAndGet();
        if (!holdingBack) {
            return CompletableFuture.completedFuture(access.getOrDefault(endpoint + "/" + role, AccessControl.UNKNOWN));
        }
        Question question = new Question(endpoint, role, new CompletableFuture<>());
        questions.add(question);
        return question.answer();
    }

    @Override
    public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
        wakeCalls.incrementAndGet();
        Wake wake = new Wake(session, key, new CompletableFuture<>());
        wakes.add(wake);
        return wake.answer();
    }

    private static <T> T next(BlockingQueue<T> calls) {
        T call = poll(calls, Duration.ofSeconds(10));
        if (call == null) {
            throw new AssertionError("the control plane was not called");
        }
        return call;
    }

    private static <T> T poll(BlockingQueue<T> calls, Duration patience) {
        try {
            return calls.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
