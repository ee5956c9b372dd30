package dev.reveille.session.directory;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The control plane's answers about who may come in, asked once for all sessions that want the same answer and remembered
 * for a while (spec 02 §4). Refusals that nothing will mend are remembered too, for a shorter while; whatever may pass is
 * not. Any thread.
 */
public final class AccessDirectory {

    private final ControlPlane controlPlane;
    private final AccessSettings settings;
    private final Ticker ticker;
    private final AsyncCache<Key, Answer> answers;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder spuriousHits = new LongAdder();

    private record Key(EndpointId endpoint, RoleName role) {}

    private sealed interface Answer {}

    private record Granted(AccessControl access, long atNanos) implements Answer {}

    /** Failures are values here: the cache would log each exception, with its stack, for every login of an outage. */
    private record Failed(Throwable cause, Duration believedFor) implements Answer {}

    public AccessDirectory(ControlPlane controlPlane, AccessSettings settings, Ticker ticker) {
        this.controlPlane = controlPlane;
        this.settings = settings;
        this.ticker = ticker;
        this.answers = Caffeine.newBuilder()
                .maximumSize(settings.sizeMax())
                .executor(Runnable::run) // Cleaning up takes less than waking somebody else for it.
                .expireAfter(Expiry.<Key, Answer>creating((_, answer) -> lifetime(answer)))
                .ticker(ticker)
                .buildAsync();
    }

    /** Who may come in as {@code role}. Fails as {@link ControlPlane#accessControl} does. */
    public CompletionStage<AccessControl> find(SessionId session, EndpointId endpoint, RoleName role) {
        Key key = new Key(endpoint.normalised(), role);
        CompletableFuture<Answer> known = answers.getIfPresent(key);
        if (known != null) {
            hits.increment();
            return open(known);
        }
        misses.increment();
        return open(answers.get(key, (_, _) -> fetch(session, endpoint, role)));
    }

    /**
     * A password did not fit. If the answer it was compared with is not brand new the role may have got a new password
     * since: then the next login asks again (spec 02 §4, rule 8).
     */
    public void doubt(EndpointId endpoint, RoleName role) {
        Key key = new Key(endpoint.normalised(), role);
        // Not the synchronous view: that would wait for an answer that is under way, and this is called on loops.
        answers.asMap().computeIfPresent(key, (_, answer) -> {
            if (answer.state() != Future.State.SUCCESS || isFresh(answer.resultNow())) {
                return answer;
            }
            spuriousHits.increment();
            return null;
        });
    }

    private boolean isFresh(Answer answer) {
        return answer instanceof Granted granted
                && ticker.read() - granted.atNanos() < settings.doubtAfter().toNanos();
    }

    /** How often an answer was at hand, or on its way. */
    public long hits() {
        return hits.sum();
    }

    /** How often the control plane was asked. */
    public long misses() {
        return misses.sum();
    }

    /** How often an answer at hand was dropped because a password did not fit it. */
    public long spuriousHits() {
        return spuriousHits.sum();
    }

    private CompletableFuture<Answer> fetch(SessionId session, EndpointId endpoint, RoleName role) {
        return ask(session, endpoint, role)
                .toCompletableFuture()
                .copy()
                .orTimeout(settings.callMax().toNanos(), TimeUnit.NANOSECONDS)
                .handle((access, failure) -> {
                    if (failure == null) {
                        return new Granted(access, ticker.read());
                    }
                    Throwable cause = cause(failure);
                    return new Failed(cause, believedFor(cause));
                });
    }

    /** A player that throws has failed like any other: the client is to hear of it. */
    private CompletionStage<AccessControl> ask(SessionId session, EndpointId endpoint, RoleName role) {
        try {
            return controlPlane.accessControl(session, endpoint, role);
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private Duration lifetime(Answer answer) {
        return switch (answer) {
            case Granted _ -> settings.believedFor();
            case Failed failed -> failed.believedFor();
        };
    }

    private Duration believedFor(Throwable cause) {
        return cause instanceof ControlPlaneFailure known
                ? known.retryAfter().orElse(known.retryable() ? Duration.ZERO : settings.refusedFor())
                : Duration.ZERO;
    }

    private static CompletionStage<AccessControl> open(CompletableFuture<Answer> future) {
        return future.state() == Future.State.SUCCESS
                ? open(future.resultNow())
                : future.thenCompose(AccessDirectory::open);
    }

    private static CompletionStage<AccessControl> open(Answer answer) {
        return switch (answer) {
            case Granted granted -> CompletableFuture.completedFuture(granted.access());
            case Failed failed -> CompletableFuture.failedFuture(failed.cause());
        };
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
