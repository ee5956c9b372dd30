package dev.reveille.session.kept;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.compute.KnownCompute;
import dev.reveille.session.kept.KeptConnection.State;
import dev.reveille.session.relay.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Executor;

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

    /** Of each endpoint, who came first is first. */
    private final Map<EndpointKey, SequencedSet<KeptConnection>> resting = new HashMap<>();

    private final SequencedSet<KeptConnection> forgetting = new LinkedHashSet<>();
    private boolean closed;

    /**
     * @param counters the node's
     * @param loop runs what it is given on this loop, later
     */
    public KeptConnections(KeepSettings settings, KeptCounters counters, Executor loop, Ticker ticker) {
        this.settings = settings;
        this.counters = counters;
        this.loop = loop;
        this.ticker = ticker;
    }

    public KeepSettings settings() {
        return settings;
    }

    /**
     * A connection to {@code compute} that served the same before; it is the session's from now on.
     *
     * @param compute where the session would connect to
     */
    public Optional<Found> take(KeptKey key, KnownCompute compute) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(key.endpoint());
        if (ofEndpoint == null) {
            return Optional.empty();
        }
        long now = ticker.read();
        for (KeptConnection newest : List.copyOf(ofEndpoint.reversed())) {
            if (!newest.origin().compute().equals(compute)) {
                leave(newest);
                newest.close(); // The endpoint's compute is another one by now.
            } else if (newest.key().equals(key)) {
                boolean inDoubt =
                        newest.nanosInState(now) > settings.checkAfter().toNanos();
                leave(newest);
                Optional<Link> link = newest.release(now);
                if (link.isPresent()) {
                    counters.reused.increment();
                    return Optional.of(new Found(
                            link.get(),
                            newest.parameters(),
                            newest.origin().cancelTarget(),
                            newest.origin().openedAtNanos(),
                            inDoubt));
                }
                newest.close();
            }
        }
        return Optional.empty();
    }

    /** One of the endpoint's connections was found dead: the others that rest are not to be trusted either. */
    public void doubt(EndpointKey endpoint) {
        counters.checksFailed.increment();
        closeAll(List.copyOf(resting.getOrDefault(endpoint, new LinkedHashSet<>())));
    }

    /** Time has passed: closes what is too old, or takes too long. */
    public void tick() {
        long now = ticker.read();
        for (KeptConnection slow : List.copyOf(forgetting)) {
            if (slow.nanosInState(now) > settings.resetMax().toNanos()) {
                forgetting.remove(slow);
                counters.resetsFailed.increment();
                slow.abort();
            }
        }
        List<KeptConnection> old = new ArrayList<>();
        for (SequencedSet<KeptConnection> ofEndpoint : resting.values()) {
            for (KeptConnection connection : ofEndpoint) {
                if (connection.nanosInState(now) > settings.restMax().toNanos() || isTooOld(connection.origin(), now)) {
                    old.add(connection);
                }
            }
        }
        closeAll(old);
    }

    /** Nothing is kept any more. */
    public void close() {
        closed = true;
        forgetting.forEach(KeptConnection::abort);
        forgetting.clear();
        List<KeptConnection> all = new ArrayList<>();
        resting.values().forEach(all::addAll);
        closeAll(all);
    }

    long now() {
        return ticker.read();
    }

    boolean wants(KeptConnection.Origin origin) {
        return !closed && !isTooOld(origin, ticker.read());
    }

    /** A session is through with this one. */
    void keep(KeptConnection left) {
        forgetting.add(left);
        left.forget(() -> loop.execute(() -> look(left)), ticker.read());
    }

    private void look(KeptConnection connection) {
        if (forgetting.contains(connection)) {
            switch (connection.look(ticker.read())) {
                case FORGETTING -> {}
                case RESTING -> {
                    forgetting.remove(connection);
                    rest(connection);
                }
                case OVER -> {
                    forgetting.remove(connection);
                    counters.resetsFailed.increment();
                    connection.abort();
                }
            }
        } else if (isResting(connection) && connection.look(ticker.read()) == State.OVER) {
            leave(connection);
            connection.close();
        }
    }

    private boolean isResting(KeptConnection connection) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(connection.key().endpoint());
        return ofEndpoint != null && ofEndpoint.contains(connection);
    }

    private void rest(KeptConnection connection) {
        EndpointKey endpoint = connection.key().endpoint();
        if (counters.restingOf(endpoint) >= settings.restingMaxOfEndpoint()) {
            // Perhaps nobody will ever come for the oldest: its role may have another secret by now.
            closeAll(oldestOf(endpoint));
        }
        if (counters.restingOf(endpoint) < settings.restingMaxOfEndpoint()
                && counters.resting() < settings.restingMaxOfNode()) {
            resting.computeIfAbsent(endpoint, _ -> new LinkedHashSet<>()).add(connection);
            counters.came(endpoint);
        } else {
            connection.close();
        }
    }

    private List<KeptConnection> oldestOf(EndpointKey endpoint) {
        SequencedSet<KeptConnection> ofEndpoint = resting.get(endpoint);
        return ofEndpoint == null ? List.of() : List.of(ofEndpoint.getFirst());
    }

    private void closeAll(List<KeptConnection> connections) {
        connections.forEach(connection -> {
            leave(connection);
            connection.close();
        });
    }

    private void leave(KeptConnection connection) {
        EndpointKey endpoint = connection.key().endpoint();
        SequencedSet<KeptConnection> ofEndpoint = resting.get(endpoint);
        ofEndpoint.remove(connection);
        counters.went(endpoint);
        if (ofEndpoint.isEmpty()) {
            resting.remove(endpoint);
        }
    }

    private boolean isTooOld(KeptConnection.Origin origin, long now) {
        return now - origin.openedAtNanos() > settings.lifeMax().toNanos();
    }
}
