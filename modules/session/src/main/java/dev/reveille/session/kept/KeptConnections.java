package dev.reveille.session.kept;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.kept.KeptConnection.State;
import dev.reveille.session.relay.Link;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * The compute connections that sessions of one loop have left behind, for those who come after them. The one that came last
 * is taken first, so that those which are not needed grow old. They do not count as use of their compute: it may sleep, and
 * takes them along.
 *
 * <p>Belongs to its loop: all calls are made there, and return at once. Whoever runs the loop's sessions calls {@link #tick}
 * now and then, and {@link #close} at the end.
 */
public final class KeptConnections {

    private final KeepSettings settings;
    private final KeptCounters counters;
    private final Executor loop;
    private final Ticker ticker;

    /** By the endpoint's own name, whatever clients put behind it; who came first is first. */
    private final Map<EndpointId, SequencedSet<KeptConnection>> resting = new ConcurrentHashMap<>();

    private final SequencedSet<KeptConnection> forgetting = new LinkedHashSet<>();
    private boolean closed;

    /**
     * @param counters the node's
     * @param loop runs what it is given on this loop, later
     * @param ticker the clock by which connections grow old
     */
    public KeptConnections(KeepSettings settings, KeptCounters counters, Executor loop, Ticker ticker) {
        this.settings = settings;
        this.counters = counters;
        this.loop = loop;
        this.ticker = ticker;
        counters.join(this);
    }

    /** Whose connections are kept, and within which bounds. Any thread. */
    public KeepSettings settings() {
        return settings;
    }

    /** For a connection that a session has just opened, and its wire has. */
    public Lease lease(
            Likeness likeness, Compute compute, Optional<CancelTarget> cancelTarget, ParameterValues parameters) {
        return new Lease(
                this,
                likeness,
                new KeptConnection.Origin(compute, cancelTarget, ticker.read()),
                parameters,
                Optional.empty());
    }

    /**
     * A connection that served the same before; it is the session's from now on.
     *
     * @param compute where the session would connect to
     */
    public Optional<Reused> take(Likeness likeness, Compute compute) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(place(likeness.endpoint()));
        if (ofEndpoint == null) {
            return Optional.empty();
        }
        long now = ticker.read();
        for (KeptConnection newest : List.copyOf(ofEndpoint.reversed())) {
            if (newest.likeness().endpoint().equals(likeness.endpoint()) && !newest.leadsTo(compute)) {
                leave(newest);
                newest.close(); // The endpoint's compute is another one by now.
            } else if (newest.likeness().equals(likeness)) {
                boolean inDoubt =
                        newest.nanosInState(now) > settings.checkAfter().toNanos();
                leave(newest);
                Optional<Link> link = newest.release(now);
                if (link.isPresent()) {
                    Lease lease = new Lease(this, likeness, newest.origin(), newest.parameters(), link);
                    return Optional.of(new Reused(link.get(), lease, inDoubt));
                }
                newest.close();
            }
        }
        return Optional.empty();
    }

    /** One of the endpoint's connections was found dead: the others that rest here are not to be trusted either. */
    public void doubt(EndpointKey endpoint) {
        counters.checksFailed.increment();
        EndpointId place = place(endpoint);
        closeAll(connection -> connection.place().equals(place));
    }

    /** Time has passed: closes what is too old, or takes too long. */
    public void tick() {
        long now = ticker.read();
        for (KeptConnection slow : List.copyOf(forgetting)) {
            if (slow.nanosInState(now) > settings.resetMax().toNanos()) {
                failed(slow, "too slow");
            }
        }
        closeAll(connection ->
                connection.nanosInState(now) > settings.restMax().toNanos() || isTooOld(connection.origin(), now));
    }

    /** Nothing is kept any more. */
    public void close() {
        closed = true;
        forgetting.forEach(KeptConnection::abort);
        forgetting.clear();
        closeAll(_ -> true);
    }

    /** How many of this endpoint wait for a session here. Any thread. */
    int restingAt(EndpointId place) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(place);
        return ofEndpoint == null ? 0 : ofEndpoint.size();
    }

    /** Whether a connection like this would be kept, were its session over. */
    boolean wants(KeptConnection.Origin origin) {
        return !closed
                && settings.restingMaxOfEndpoint() > 0
                && counters.resting() < settings.restingMaxOfNode()
                && !isTooOld(origin, ticker.read());
    }

    /** A session is through with this one. */
    void keep(KeptConnection left) {
        forgetting.add(left);
        left.forget(() -> loop.execute(() -> look(left)), ticker.read());
    }

    /** A session is served on a connection that was kept. */
    void serves() {
        counters.reused.increment();
    }

    private void look(KeptConnection connection) {
        if (forgetting.contains(connection)) {
            switch (connection.look(ticker.read())) {
                case FORGETTING -> {}
                case RESTING -> {
                    forgetting.remove(connection);
                    rest(connection);
                }
                case OVER -> failed(connection, "it ended, or said something else");
            }
        } else if (isResting(connection) && connection.look(ticker.read()) == State.OVER) {
            leave(connection);
            connection.close();
        }
    }

    private void failed(KeptConnection connection, String reason) {
        forgetting.remove(connection);
        counters.resetsFailed.increment();
        KeptLog.notForgotten(connection.likeness(), reason);
        connection.abort();
    }

    private boolean isResting(KeptConnection connection) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(connection.place());
        return ofEndpoint != null && ofEndpoint.contains(connection);
    }

    private void rest(KeptConnection connection) {
        if (counters.resting.incrementAndGet() > settings.restingMaxOfNode()) {
            counters.resting.decrementAndGet();
            connection.close();
            return;
        }
        EndpointId place = connection.place();
        resting.computeIfAbsent(place, _ -> new LinkedHashSet<>()).add(connection);
        if (isCrowded(place)) {
            // Perhaps nobody will ever come for the oldest: its role may have another secret by now.
            counters.fullest(place).ifPresent(fullest -> fullest.makeRoom(place, this));
        }
    }

    private boolean isCrowded(EndpointId place) {
        return counters.restingAt(place) > settings.restingMaxOfEndpoint();
    }

    /** The oldest of this endpoint goes; at once where its own loop asks. */
    private void makeRoom(EndpointId place, KeptConnections asking) {
        if (asking == this) {
            closeOldest(place);
        } else {
            loop.execute(() -> closeOldest(place));
        }
    }

    /** As long as there are too many: sessions may have taken some meanwhile, or more have come. */
    private void closeOldest(EndpointId place) {
        for (SequencedSet<KeptConnection> ofEndpoint = resting.get(place);
                ofEndpoint != null && isCrowded(place);
                ofEndpoint = resting.get(place)) {
            KeptConnection oldest = ofEndpoint.getFirst();
            leave(oldest);
            oldest.close();
        }
    }

    private void closeAll(Predicate<KeptConnection> which) {
        List<KeptConnection> chosen = new ArrayList<>();
        resting.values().forEach(ofEndpoint -> ofEndpoint.stream().filter(which).forEach(chosen::add));
        chosen.forEach(connection -> {
            leave(connection);
            connection.close();
        });
    }

    private void leave(KeptConnection connection) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(connection.place());
        ofEndpoint.remove(connection);
        counters.resting.decrementAndGet();
        if (ofEndpoint.isEmpty()) {
            resting.remove(connection.place());
        }
    }

    private boolean isTooOld(KeptConnection.Origin origin, long now) {
        return now - origin.openedAtNanos() > settings.lifeMax().toNanos();
    }

    /** What all names of one endpoint have in common. */
    static EndpointId place(EndpointKey endpoint) {
        return endpoint.endpoint().normalised();
    }
}
