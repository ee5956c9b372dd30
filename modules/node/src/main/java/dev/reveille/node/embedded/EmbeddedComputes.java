package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Keeps one {@link EmbeddedCompute} for each endpoint that was woken, and the limit on how many endpoints there may be.
 *
 * <pre>
 *   serving ── Leave ──▶ leaving ── the last child has ended ──▶ (stopped)
 * </pre>
 */
final class EmbeddedComputes {

    /** What others say. */
    sealed interface Command {}

    record Wake(EndpointId endpoint, ActorRef<EmbeddedCompute.Answer> replyTo) implements Command {}

    record SessionBegan(EndpointId endpoint) implements Command {}

    record SessionEnded(EndpointId endpoint) implements Command {}

    /** The node leaves: stop all servers at once, answer when none is left, and end. */
    record Leave(ActorRef<Done> replyTo) implements Command {}

    private record ChildEnded(EndpointId endpoint) implements Command {}

    /**
     * @param existing the endpoints that have data already
     * @param endpointsMax how many there may be, those included
     */
    static Behavior<Command> create(
            ComputeHost host, List<EndpointId> existing, int endpointsMax, Duration idle, Executor blocking) {
        return Behaviors.setup(
                context -> new EmbeddedComputes(context, host, existing, endpointsMax, idle, blocking).serving());
    }

    private final ActorContext<Command> context;
    private final ComputeHost host;
    private final int endpointsMax;
    private final Duration idle;
    private final Executor blocking;
    private final Set<EndpointId> known;
    private final Map<EndpointId, ActorRef<EmbeddedCompute.Command>> children = new HashMap<>();

    private EmbeddedComputes(
            ActorContext<Command> context,
            ComputeHost host,
            List<EndpointId> existing,
            int endpointsMax,
            Duration idle,
            Executor blocking) {
        this.context = context;
        this.host = host;
        this.endpointsMax = endpointsMax;
        this.idle = idle;
        this.blocking = blocking;
        this.known = new HashSet<>(existing);
    }

    private Behavior<Command> serving() {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake wake -> wake(wake);
            case SessionBegan(EndpointId endpoint) -> began(endpoint);
            case SessionEnded(EndpointId endpoint) -> ended(endpoint);
            case ChildEnded(EndpointId endpoint) -> {
                children.remove(endpoint); // a fault of ours; the next wake makes another
                yield Behaviors.same();
            }
            case Leave(ActorRef<Done> replyTo) -> {
                children.values().forEach(child -> child.tell(new EmbeddedCompute.Leave()));
                yield leaving(replyTo);
            }
        });
    }

    private Behavior<Command> leaving(ActorRef<Done> replyTo) {
        if (children.isEmpty()) {
            replyTo.tell(Done.getInstance());
            return Behaviors.stopped();
        }
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake wake -> {
                refuse(wake, "This node is about to leave; please connect again.");
                yield Behaviors.same();
            }
            case ChildEnded(EndpointId endpoint) -> {
                children.remove(endpoint);
                yield leaving(replyTo);
            }
            case SessionBegan _, SessionEnded _ -> Behaviors.same(); // nobody counts any more
            case Leave _ -> Behaviors.unhandled();
        });
    }

    private Behavior<Command> wake(Wake wake) {
        EndpointId endpoint = wake.endpoint();
        if (!hasRoomFor(endpoint)) {
            refuse(
                    wake,
                    "There are already " + known.size()
                            + " endpoints, as many as this node may keep. Use one of them, or remove some.");
        } else {
            childFor(endpoint).tell(new EmbeddedCompute.Wake(wake.replyTo()));
        }
        return Behaviors.same();
    }

    /** A session begins before it asks for a wake, so the first one of an endpoint is heard of here. */
    private Behavior<Command> began(EndpointId endpoint) {
        if (hasRoomFor(endpoint)) {
            childFor(endpoint).tell(new EmbeddedCompute.SessionBegan());
        }
        return Behaviors.same();
    }

    private Behavior<Command> ended(EndpointId endpoint) {
        Optional.ofNullable(children.get(endpoint)).ifPresent(child -> child.tell(new EmbeddedCompute.SessionEnded()));
        return Behaviors.same();
    }

    private boolean hasRoomFor(EndpointId endpoint) {
        return known.contains(endpoint) || known.size() < endpointsMax;
    }

    private ActorRef<EmbeddedCompute.Command> childFor(EndpointId endpoint) {
        known.add(endpoint);
        return children.computeIfAbsent(endpoint, this::spawn);
    }

    private ActorRef<EmbeddedCompute.Command> spawn(EndpointId endpoint) {
        ActorRef<EmbeddedCompute.Command> child =
                context.spawn(EmbeddedCompute.create(endpoint, host, idle, blocking), "endpoint-" + endpoint);
        context.watchWith(child, new ChildEnded(endpoint));
        return child;
    }

    private static void refuse(Wake wake, String reason) {
        wake.replyTo().tell(new EmbeddedCompute.NotWoken(EmbeddedFailure.ofRequest(reason)));
    }
}
