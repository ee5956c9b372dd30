package dev.reveille.session.fakes;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlane;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control plane that answers when and what the test says. Access is answered at once from what {@link #knows} said,
 * unless the test holds it back; each wake waits for the test.
 */
public final class ScriptedControlPlane implements ControlPlane {

    private final Map<String, AccessControl> access = new ConcurrentHashMap<>();
    private final Calls<Wake> wakes = new Calls<>("wake a compute");
    private final Calls<Question> questions = new Calls<>("say who may come in");
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
        return wakes.next();
    }

    /** The next call to wake, which may need time to pass: {@code time} is moved on until the call comes. */
    public Wake isToWakeAfter(Runnable time) {
        return wakes.nextAfter(time);
    }

    /** The next question about access, which must come soon. */
    public Question isAsked() {
        return questions.next();
    }

    public int wakeCalls() {
        return wakes.count();
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
        Wake wake = new Wake(session, key, new CompletableFuture<>());
        wakes.add(wake);
        return wake.answer();
    }
}
