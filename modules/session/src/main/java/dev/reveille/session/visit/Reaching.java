package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.compute.ComputeAnswer;
import dev.reveille.session.compute.ComputeConnection;
import dev.reveille.session.compute.ConnectPlan;
import dev.reveille.session.compute.ControlPlaneFailure;
import dev.reveille.session.compute.DialFailure;
import dev.reveille.session.compute.Dialling;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.KnownCompute;
import dev.reveille.session.interruption.PendingCancels;
import dev.reveille.session.kept.Lease;
import dev.reveille.session.kept.Likeness;
import dev.reveille.session.kept.ParameterValues;
import dev.reveille.session.kept.Reused;
import dev.reveille.session.login.ComputeLogin;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * The third stage: finds the compute, waking it where it sleeps, dials it and logs in there (spec 02 §6).
 *
 * <pre>
 *   (compute is awake, a connection was kept) ──▶ checking, if it rested for long ──▶ Relaying
 *      │ none, or dead                                                                  ▲
 *      ▼                                                                                │
 *   finding ──Found──▶ dialling ──connected──▶ loggingIn ──────────Ready────────────────┘
 *      ▲                 │  ▲ │                    │
 *      │   address stale │  │ └──pausing           │ maybe another compute's address
 *      └─────────────────┴──┴──────────────────────┘  (one second chance)
 * </pre>
 *
 * What the client is to hear is kept in a {@link Welcome} until the compute is ready.
 */
final class Reaching {

    /** Bytes that a compute may say of itself before it is ready; a usual greeting has some five hundred. */
    private static final int GREETING_MAX = 256 * 1024;

    private static final ByteString SYNC = new Sync().encode();
    private static final ByteString READY = new ReadyForQuery(TransactionStatus.IDLE).encode();

    private final Visit visit;
    private final Arrival arrival;
    private final ScramKeys keys;
    private final EndpointKey endpoint;

    /** By which the compute's connection is found afterwards, where it is kept. */
    private final Optional<Likeness> likeness;

    private final Obligations obligations;
    private final Welcome welcome;

    private ConnectPlan plan;
    private boolean secondChanceTaken;
    private KnownCompute compute;
    private Dialling dialling = new Dialling();
    private ComputeConnection connection;

    /** What the compute says of its parameters, as far as it can be remembered. */
    private Optional<ParameterValues> parameters = Optional.of(ParameterValues.NONE);

    private Optional<CancelTarget> cancelTarget = Optional.empty();

    /**
     * @param keys log in to the compute
     * @param proof what the client is still to hear of its own login
     */
    Reaching(Visit visit, Arrival arrival, ScramKeys keys, ByteString proof) {
        this.visit = visit;
        this.arrival = arrival;
        this.keys = keys;
        this.endpoint = new EndpointKey(arrival.endpoint().orElseThrow(), arrival.options());
        this.likeness = visit.roles().kept().settings().keeps(endpoint, arrival.forCompute())
                ? Optional.of(Likeness.of(endpoint, keys, arrival.forCompute()))
                : Optional.empty();
        this.plan = ConnectPlan.of(visit.roles().settings().connect());
        this.obligations = Obligations.begin(visit.roles(), endpoint, visit.wire());
        this.welcome = new Welcome(visit, arrival, endpoint, obligations, proof);
    }

    Behavior<Command> begin() {
        return visit.roles().ready().find(endpoint).map(this::reach).orElseGet(this::find);
    }

    private Behavior<Command> reach(KnownCompute known) {
        compute = known;
        return likeness.flatMap(own -> visit.roles().kept().take(own, known.compute()))
                .map(this::takeOver)
                .orElseGet(() -> dial(known));
    }

    // ---- on a connection that was kept ----

    private Behavior<Command> takeOver(Reused reused) {
        Lease lease = reused.lease();
        obligations.hold(lease);
        visit.wire().attach(reused.link());
        if (!reused.inDoubt()) {
            return relayOn(lease);
        }
        visit.allow(visit.roles().kept().settings().checkMax());
        visit.wire().tellCompute(SYNC);
        listen();
        return receive(command -> switch (command) {
            case Session.FromWire(WireEvent.ComputeSaid(List<Frame> messages)) -> checked(lease, messages);
            case Session.FromWire(WireEvent.ComputeLeft()) -> foundDead();
            case Session.FromWire(WireEvent.ComputeBabbled(String _)) -> foundDead();
            case Session.TooSlow slow when visit.isDue(slow) -> foundDead();
            default -> otherwise(command, SessionFailure.Plain.COMPUTE_TOO_SLOW);
        });
    }

    private Behavior<Command> checked(Lease lease, List<Frame> messages) {
        return switch (lease.hear(messages)) {
            case AWAITED -> {
                listen();
                yield Behaviors.same();
            }
            case ALIVE -> relayOn(lease);
            case DEAD -> foundDead();
        };
    }

    /** Where one is dead, the others may be so too: no more are tried. */
    private Behavior<Command> foundDead() {
        visit.wire().detach();
        visit.roles().kept().doubt(endpoint);
        return dial(compute);
    }

    private Behavior<Command> relayOn(Lease lease) {
        welcome.add(lease.parameters().messages());
        lease.cancelTarget().ifPresent(target -> welcome.addKeyFor(target, true));
        welcome.add(READY);
        return welcome.relay(Optional.of(lease));
    }

    // ---- finding ----

    private Behavior<Command> find() {
        visit.allow(visit.roles().settings().wakeMax());
        ActorRef<ComputeAnswer> replyTo =
                visit.context().messageAdapter(ComputeAnswer.class, Session.ComputeAnswered::new);
        visit.roles().endpoints().tell(new Endpoints.Find(endpoint, visit.id(), replyTo));
        return receive(command -> switch (command) {
            case Session.ComputeAnswered(ComputeAnswer.Found found) -> reach(found.known());
            case Session.ComputeAnswered(ComputeAnswer.Unavailable(ControlPlaneFailure failure)) ->
                refuse(new SessionFailure.ControlPlaneRefused(
                        failure.clientText(), failure.getMessage(), failure.retryable()));
            default -> otherwise(command, SessionFailure.Plain.COMPUTE_TOO_SLOW);
        });
    }

    private Behavior<Command> findAgain() {
        visit.roles().endpoints().tell(new Endpoints.Blame(endpoint, compute.generation()));
        return find();
    }

    // ---- dialling ----

    private Behavior<Command> dial(KnownCompute known) {
        compute = known;
        visit.allow(visit.roles().settings().dialMax());
        Dialling attempt = new Dialling();
        dialling = attempt;
        ActorRef<Command> self = visit.context().getSelf();
        visit.roles()
                .dialer()
                .dial(known.compute().address(), known.compute().tls())
                .whenComplete((connected, failure) -> {
                    attempt.ended(connected, failure);
                    self.tell(new Session.Dialled(attempt));
                });
        return receive(command -> switch (command) {
            case Session.Dialled(Dialling ended)
            when ended == attempt -> attempt.take().map(this::logIn).orElseGet(() -> dialFailed(attempt.failure()));
            case Session.TooSlow slow
            when visit.isDue(slow) -> {
                attempt.abandon();
                yield dialFailed(new DialFailure(DialFailure.Reason.UNREACHABLE, "no connection in time"));
            }
            default -> otherwise(command, SessionFailure.Plain.COMPUTE_TOO_SLOW);
        });
    }

    private Behavior<Command> dialFailed(DialFailure cause) {
        DialFailure.Reason reason = cause.reason();
        return switch (plan.after(reason, ThreadLocalRandom.current().nextDouble())) {
            case ConnectPlan.FindAgain(ConnectPlan next) -> {
                plan = next;
                yield findAgain();
            }
            case ConnectPlan.DialAgain(ConnectPlan next, Duration pause) -> {
                plan = next;
                yield pause.isZero() ? dial(compute) : pausing(pause);
            }
            case ConnectPlan.GiveUp() ->
                refuse(
                        reason == DialFailure.Reason.NO_PERMIT
                                ? SessionFailure.Plain.TOO_MANY_CONNECTION_ATTEMPTS
                                : new SessionFailure.ComputeUnreachable(
                                        "%s: %s".formatted(compute.compute().address(), cause.getMessage())));
        };
    }

    private Behavior<Command> pausing(Duration pause) {
        visit.stopClock();
        visit.context().scheduleOnce(pause, visit.context().getSelf(), new Session.PauseOver(visit.ticket()));
        return receive(command -> switch (command) {
            case Session.PauseOver(int ticket) when ticket == visit.ticket() -> dial(compute);
            default -> otherwise(command, SessionFailure.Plain.COMPUTE_TOO_SLOW);
        });
    }

    // ---- logging in ----

    private Behavior<Command> logIn(ComputeConnection connected) {
        connection = connected;
        visit.allow(visit.roles().settings().loginMax());
        ChannelBinding binding = connected
                .endPointDigest()
                .<ChannelBinding>map(ChannelBinding.EndPoint::new)
                .orElseGet(ChannelBinding.Unavailable::new);
        ComputeLogin login = new ComputeLogin(arrival.forCompute(), keys, binding, ScramNonce.fresh());
        visit.wire().attach(connected.link());
        visit.wire().tellCompute(login.open());
        listen();
        return receive(command -> switch (command) {
            case Session.FromWire(WireEvent.ComputeSaid(List<Frame> messages)) -> heard(login, messages);
            case Session.FromWire(WireEvent.ComputeLeft()) -> loginFailed(SessionFailure.Plain.COMPUTE_LEFT, true);
            case Session.FromWire(WireEvent.ComputeBabbled(String reason)) ->
                loginFailed(new SessionFailure.ComputeBabbled(reason), true);
            default -> otherwise(command, SessionFailure.Plain.COMPUTE_TOO_SLOW);
        });
    }

    private Behavior<Command> heard(ComputeLogin login, List<Frame> messages) {
        for (Frame message : messages) {
            switch (login.hear(message)) {
                case ComputeLogin.Listen() -> {}
                case ComputeLogin.Say(ByteString toCompute) -> visit.wire().tellCompute(toCompute);
                case ComputeLogin.PassOn(ByteString toClient) -> {
                    welcome.add(toClient);
                    if (message.tag() == ParameterStatus.TAG && likeness.isPresent()) {
                        parameters = parameters.flatMap(values -> values.with(message.body()));
                    }
                }
                case ComputeLogin.KeyGiven(BackendKeyData key) -> {
                    CancelTarget target = connection.cancelTarget(compute.compute(), key);
                    cancelTarget = Optional.of(target);
                    welcome.addKeyFor(target, likeness.isPresent());
                }
                case ComputeLogin.Ready(ByteString toClient) -> {
                    welcome.add(toClient);
                    return welcome.relay(newLease());
                }
                case ComputeLogin.Failed(SessionFailure failure, boolean mayBeElsewhere) -> {
                    return loginFailed(failure, mayBeElsewhere);
                }
            }
            if (welcome.size() > GREETING_MAX) {
                return loginFailed(
                        new SessionFailure.ComputeBabbled("more than %d bytes of greeting".formatted(GREETING_MAX)),
                        false);
            }
        }
        listen();
        return Behaviors.same();
    }

    private Behavior<Command> loginFailed(SessionFailure failure, boolean mayBeElsewhere) {
        if (secondChanceTaken || !mayBeElsewhere) {
            return refuse(failure);
        }
        secondChanceTaken = true;
        plan = ConnectPlan.of(visit.roles().settings().connect());
        welcome.beginAgain();
        parameters = Optional.of(ParameterValues.NONE);
        cancelTarget = Optional.empty();
        visit.wire().detach();
        return findAgain();
    }

    private Optional<Lease> newLease() {
        return likeness.flatMap(own -> parameters.map(values -> {
            Lease lease = visit.roles().kept().lease(own, compute.compute(), cancelTarget, values);
            obligations.hold(lease);
            return lease;
        }));
    }

    // ---- what may happen in any of these waits ----

    private Behavior<Command> otherwise(Command command, SessionFailure whenTooSlow) {
        return switch (command) {
            case Session.FromWire(WireEvent.ClientLeft()) -> visit.leave("the client hung up during login");
            case Session.TooSlow slow when visit.isDue(slow) -> refuse(whenTooSlow);
            case Session.Leave _ -> refuse(SessionFailure.Plain.LEAVING);
            case Session.CancelWanted(PendingCancels.Pending request) -> {
                request.done(); // There is no query yet.
                yield Behaviors.same();
            }
            case Session.Dialled(Dialling late) -> {
                late.abandon();
                yield Behaviors.same();
            }
            default -> Behaviors.unhandled();
        };
    }

    private Behavior<Command> refuse(SessionFailure failure) {
        return welcome.refuse(failure);
    }

    private Behavior<Command> receive(Function<Command, Behavior<Command>> onMessage) {
        return Behaviors.receive(Command.class)
                .onAnyMessage(onMessage::apply)
                .onSignal(PostStop.class, _ -> {
                    dialling.abandon();
                    if (connection != null) {
                        connection.close().run(); // In case the wire was gone before it could take it.
                    }
                    obligations.settle();
                    return Behaviors.same();
                })
                .build();
    }

    private void listen() {
        visit.wire().hearCompute(visit.roles().settings().computeLengthMax());
    }
}
