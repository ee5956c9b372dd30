package dev.reveille.session.visit;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.relay.Link;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * The parent of all sessions of one loop; runs on that loop, so that a session is made without leaving its thread.
 *
 * <pre>
 *   open ──Drain──▶ draining ──no session is left──▶ tells who asked
 * </pre>
 *
 * It also looks after the connections that its sessions leave behind.
 */
public final class Sessions {

    public sealed interface Message {}

    /**
     * A client is at the door.
     *
     * @param flow carries its bytes and must be materialised on this loop
     * @param socket what the flow gets them from, where the relay may splice it to a compute's
     */
    public record Admit(ClientConnection connection, Flow<ByteString, ByteString, NotUsed> flow, Optional<Link> socket)
            implements Message {}

    /** Send everybody away as soon as they are idle; {@code replyTo} hears when nobody is left. */
    public record Drain(ActorRef<Drained> replyTo) implements Message {}

    /** Patience is over: send everybody away now. */
    public enum Hurry implements Message {
        INSTANCE
    }

    /** How many sessions are here? */
    public record Count(ActorRef<Integer> replyTo) implements Message {}

    /** Time to look after the connections that are kept. */
    private enum Rounds implements Message {
        INSTANCE
    }

    private record Gone(ActorRef<Command> session) implements Message {}

    /** Nobody is left on a loop. */
    public record Drained() {}

    /** How often connections that are kept are looked after. */
    private static final Duration EVERY = Duration.ofSeconds(1);

    /**
     * @param dispatcher the loop's
     * @param roles what the sessions of this loop share
     */
    public static Behavior<Message> create(String dispatcher, SessionRoles roles) {
        return Behaviors.setup(context -> {
            Sessions sessions = new Sessions(context, dispatcher, roles, LoopStreams.of(context, dispatcher));
            if (roles.kept().settings().whose() == KeepSettings.Whose.NOBODY) {
                return sessions.open();
            }
            return Behaviors.withTimers(timers -> {
                timers.startTimerWithFixedDelay(Rounds.INSTANCE, EVERY);
                return sessions.open();
            });
        });
    }

    private final ActorContext<Message> context;
    private final DispatcherSelector loop;
    private final SessionRoles roles;
    private final LoopStreams streams;
    private final Set<ActorRef<Command>> present = new HashSet<>();

    private Sessions(ActorContext<Message> context, String dispatcher, SessionRoles roles, LoopStreams streams) {
        this.context = context;
        this.loop = DispatcherSelector.fromConfig(dispatcher);
        this.roles = roles;
        this.streams = streams;
    }

    private Behavior<Message> open() {
        return receive(message -> switch (message) {
            case Admit admit -> admit(admit);
            case Gone(ActorRef<Command> session) -> gone(session);
            case Rounds.INSTANCE -> makeRounds();
            case Count(ActorRef<Integer> replyTo) -> count(replyTo);
            case Drain(ActorRef<Drained> replyTo) -> drain(replyTo);
            case Hurry.INSTANCE -> tellAll(Session.Leave.NOW);
        });
    }

    private Behavior<Message> draining(ActorRef<Drained> replyTo) {
        return receive(message -> switch (message) {
            // Accepted just before the door was shut: it hears why, and goes.
            case Admit admit -> {
                admit(admit);
                yield tellAll(Session.Leave.WHEN_IDLE);
            }
            case Gone(ActorRef<Command> session) -> {
                gone(session);
                yield tellIfEmpty(replyTo);
            }
            case Rounds.INSTANCE -> makeRounds();
            case Count(ActorRef<Integer> asks) -> count(asks);
            case Drain(ActorRef<Drained> another) -> drain(another);
            case Hurry.INSTANCE -> tellAll(Session.Leave.NOW);
        });
    }

    private Behavior<Message> receive(Function<Message, Behavior<Message>> onMessage) {
        return Behaviors.receive(Message.class)
                .onAnyMessage(onMessage::apply)
                .onSignal(PostStop.class, _ -> {
                    roles.kept().close();
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Message> makeRounds() {
        roles.kept().tick();
        return Behaviors.same();
    }

    private Behavior<Message> admit(Admit admit) {
        ActorRef<Command> session = context.spawnAnonymous(Session.create(roles, admit, streams), loop);
        context.watchWith(session, new Gone(session));
        present.add(session);
        return Behaviors.same();
    }

    private Behavior<Message> gone(ActorRef<Command> session) {
        present.remove(session);
        return Behaviors.same();
    }

    private Behavior<Message> count(ActorRef<Integer> replyTo) {
        replyTo.tell(present.size());
        return Behaviors.same();
    }

    private Behavior<Message> drain(ActorRef<Drained> replyTo) {
        roles.kept().close();
        tellAll(Session.Leave.WHEN_IDLE);
        tellIfEmpty(replyTo);
        return draining(replyTo);
    }

    private Behavior<Message> tellIfEmpty(ActorRef<Drained> replyTo) {
        if (present.isEmpty()) {
            replyTo.tell(new Drained());
        }
        return Behaviors.same();
    }

    private Behavior<Message> tellAll(Session.Leave leave) {
        present.forEach(session -> session.tell(leave));
        return Behaviors.same();
    }
}
