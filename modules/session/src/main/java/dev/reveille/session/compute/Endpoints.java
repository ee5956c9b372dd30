package dev.reveille.session.compute;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The endpoints that sessions of this node ask for: passes each question to the {@link Endpoint} it is about, which it
 * makes when it is first asked for. Sessions read {@link ReadyComputes} first and come here when the compute is not known
 * to be awake.
 */
public final class Endpoints {

    public sealed interface Command {}

    /** Where is the compute of {@code key}? Wakes it where need be. */
    public record Find(EndpointKey key, SessionId session, ActorRef<ComputeAnswer> replyTo) implements Command {}

    /** The address of {@code generation} did not lead to the compute of {@code key}. */
    public record Blame(EndpointKey key, long generation) implements Command {}

    private record OffersToLeave(EndpointKey key) implements Command {}

    private record Stopped(EndpointKey key, ActorRef<Endpoint.Command> endpoint) implements Command {}

    public static Behavior<Command> create(ControlPlane controlPlane, ReadyComputes ready, EndpointSettings settings) {
        return Behaviors.setup(context -> new Endpoints(context, controlPlane, ready, settings).open());
    }

    private final ActorContext<Command> context;
    private final ControlPlane controlPlane;
    private final ReadyComputes ready;
    private final EndpointSettings settings;

    /** The one that was asked for longest ago comes first. */
    private final Map<EndpointKey, ActorRef<Endpoint.Command>> endpoints = new LinkedHashMap<>(16, 0.75f, true);

    private Endpoints(
            ActorContext<Command> context, ControlPlane controlPlane, ReadyComputes ready, EndpointSettings settings) {
        this.context = context;
        this.controlPlane = controlPlane;
        this.ready = ready;
        this.settings = settings;
    }

    private Behavior<Command> open() {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case Find find -> endpoint(find.key()).tell(new Endpoint.Find(find.session(), find.replyTo()));
                case Blame blame -> endpoint(blame.key()).tell(new Endpoint.Blame(blame.generation()));
                case OffersToLeave(EndpointKey key) -> retire(endpoints.remove(key));
                case Stopped stopped -> endpoints.remove(stopped.key(), stopped.endpoint());
            }
            return Behaviors.same();
        });
    }

    private ActorRef<Endpoint.Command> endpoint(EndpointKey key) {
        ActorRef<Endpoint.Command> known = endpoints.get(key);
        if (known != null) {
            return known;
        }
        if (endpoints.size() >= settings.endpointsMax()) {
            Iterator<ActorRef<Endpoint.Command>> oldest = endpoints.values().iterator();
            retire(oldest.next());
            oldest.remove();
        }
        ActorRef<Endpoint.Command> made = context.spawnAnonymous(Endpoint.create(
                key, controlPlane, ready, settings, () -> context.getSelf().tell(new OffersToLeave(key))));
        context.watchWith(made, new Stopped(key, made));
        endpoints.put(key, made);
        return made;
    }

    private static void retire(ActorRef<Endpoint.Command> endpoint) {
        if (endpoint != null) {
            endpoint.tell(Endpoint.Retire.INSTANCE);
        }
    }
}
