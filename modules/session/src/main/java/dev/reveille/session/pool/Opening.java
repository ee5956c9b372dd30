package dev.reveille.session.pool;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.compute.ComputeAnswer;
import dev.reveille.session.compute.ComputeConnection;
import dev.reveille.session.compute.ConnectPlan;
import dev.reveille.session.compute.ControlPlaneFailure;
import dev.reveille.session.compute.DialFailure;
import dev.reveille.session.compute.Dialling;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.KnownCompute;
import dev.reveille.session.line.FrameReader;
import dev.reveille.session.line.Line;
import dev.reveille.session.line.Reset;
import dev.reveille.session.login.ComputeLogin;
import dev.reveille.session.pool.PooledConnection.Command;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener.Origin;
import dev.reveille.session.statement.StatementOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * Opens a pooled connection: finds the compute, waking it where it sleeps, dials it and logs in there, by the rules that
 * hold for sessions (spec 02 §6).
 *
 * <pre>
 *   finding ──Found──▶ dialling ──connected──▶ loggingIn ──Ready──▶ Serving
 *      ▲                 │  ▲ └──pausing           │
 *      │   address stale │  └─────────┘            │ maybe another compute's address
 *      └─────────────────┴─────────────────────────┘  (one second chance)
 * </pre>
 */
final class Opening {

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final ActorRef<EndpointPool.Command> pool;
    private final Member member;
    private final Job job;
    private final EndpointKey endpoint;
    private final Deadline deadline;

    private ConnectPlan plan;
    private boolean secondChanceTaken;
    private Origin origin = Origin.OPENED;
    private KnownCompute compute;
    private Dialling dialling = new Dialling();
    private Optional<Line> line = Optional.empty();
    private Optional<CancelTarget> cancelTarget = Optional.empty();
    private boolean handedOver;

    Opening(
            ActorContext<Command> context,
            PoolRoles roles,
            ActorRef<EndpointPool.Command> pool,
            Member member,
            Job job) {
        this.context = context;
        this.roles = roles;
        this.pool = pool;
        this.member = member;
        this.job = job;
        this.deadline = new Deadline(context);
        this.endpoint = member.key().endpoint();
        this.plan = ConnectPlan.of(roles.reaching().connect());
    }

    Behavior<Command> begin() {
        return roles.ready().find(endpoint).map(this::dial).orElseGet(this::find);
    }

    // ---- finding ----

    private Behavior<Command> find() {
        origin = Origin.WOKEN;
        deadline.allow(roles.reaching().wakeMax());
        ActorRef<ComputeAnswer> replyTo =
                context.messageAdapter(ComputeAnswer.class, PooledConnection.ComputeAnswered::new);
        roles.endpoints().tell(new Endpoints.Find(endpoint, job.order().id(), replyTo));
        return receive(command -> switch (command) {
            case PooledConnection.ComputeAnswered(ComputeAnswer.Found found) -> dial(found.known());
            case PooledConnection.ComputeAnswered(ComputeAnswer.Unavailable(ControlPlaneFailure failure)) ->
                fail(new SessionFailure.ControlPlaneRefused(
                        failure.clientText(), failure.getMessage(), failure.retryable()));
            default -> otherwise(command);
        });
    }

    private Behavior<Command> findAgain() {
        roles.endpoints().tell(new Endpoints.Blame(endpoint, compute.generation()));
        return find();
    }

    // ---- dialling ----

    private Behavior<Command> dial(KnownCompute known) {
        compute = known;
        deadline.allow(roles.reaching().dialMax());
        Dialling attempt = new Dialling();
        dialling = attempt;
        ActorRef<Command> self = context.getSelf();
        roles.dialer().dial(known.compute().address(), known.compute().tls()).whenComplete((connected, failure) -> {
            attempt.ended(connected, failure);
            self.tell(new PooledConnection.Dialled(attempt));
        });
        return receive(command -> switch (command) {
            case PooledConnection.Dialled(Dialling ended)
            when ended == attempt -> attempt.take().map(this::logIn).orElseGet(() -> dialFailed(attempt.failure()));
            case PooledConnection.Rang(int rung)
            when deadline.isDue(rung) -> {
                attempt.abandon();
                yield dialFailed(new DialFailure(DialFailure.Reason.UNREACHABLE, "no connection in time"));
            }
            default -> otherwise(command);
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
                fail(
                        reason == DialFailure.Reason.NO_PERMIT
                                ? SessionFailure.Plain.TOO_MANY_CONNECTION_ATTEMPTS
                                : new SessionFailure.ComputeUnreachable(
                                        "%s: %s".formatted(compute.compute().address(), cause.getMessage())));
        };
    }

    private Behavior<Command> pausing(Duration pause) {
        deadline.stop();
        context.scheduleOnce(pause, context.getSelf(), new PooledConnection.PauseOver(deadline.ticket()));
        return receive(command -> switch (command) {
            case PooledConnection.PauseOver(int over) when deadline.isDue(over) -> dial(compute);
            default -> otherwise(command);
        });
    }

    // ---- logging in ----

    private Behavior<Command> logIn(ComputeConnection connected) {
        deadline.allow(roles.reaching().loginMax());
        ChannelBinding binding = connected
                .endPointDigest()
                .<ChannelBinding>map(ChannelBinding.EndPoint::new)
                .orElseGet(ChannelBinding.Unavailable::new);
        ComputeLogin login = new ComputeLogin(startup(), job.order().keys(), binding, ScramNonce.fresh());
        Line opened = new Line(connected.link());
        line = Optional.of(opened);
        cancelTarget = Optional.empty();
        LoginReader frames = new LoginReader(roles.reaching().computeLengthMax());
        FrameReader reader = new FrameReader(frames);
        ActorRef<Command> self = context.getSelf();
        opened.open(() -> self.tell(PooledConnection.Bell.RANG));
        opened.say(login.open());
        return receive(command -> switch (command) {
            case PooledConnection.Bell.RANG -> {
                opened.sayOn();
                opened.hear(reader);
                yield heard(opened, login, connected, frames);
            }
            default -> otherwise(command);
        });
    }

    private Behavior<Command> heard(Line opened, ComputeLogin login, ComputeConnection connected, LoginReader frames) {
        for (Frame message = frames.heard.isEmpty() ? null : frames.heard.removeFirst();
                message != null;
                message = frames.heard.isEmpty() ? null : frames.heard.removeFirst()) {
            switch (login.hear(message)) {
                case ComputeLogin.Listen _, ComputeLogin.PassOn _ -> {}
                case ComputeLogin.Say(ByteString toCompute) -> opened.say(toCompute);
                case ComputeLogin.KeyGiven(var key) ->
                    cancelTarget = Optional.of(connected.cancelTarget(compute.compute(), key));
                case ComputeLogin.Ready _ -> {
                    return serve(opened, login.serverVersion());
                }
                case ComputeLogin.Failed(SessionFailure failure, boolean mayBeElsewhere) -> {
                    return loginFailed(failure, mayBeElsewhere);
                }
            }
        }
        if (frames.excess.isPresent()) {
            return loginFailed(new SessionFailure.ComputeBabbled(frames.excess.get()), true);
        }
        return opened.ended() ? loginFailed(SessionFailure.Plain.COMPUTE_LEFT, true) : Behaviors.same();
    }

    /** Text is UTF-8 whatever the database's encoding; the rest is the caller's (spec 03 §4.3). */
    private StartupMessage startup() {
        PoolKey key = member.key();
        List<StartupMessage.Parameter> parameters = new ArrayList<>();
        parameters.add(StartupMessage.Parameter.of("user", key.role().value()));
        parameters.add(StartupMessage.Parameter.of("database", key.database().value()));
        for (Map.Entry<String, String> parameter : key.parameters().entrySet()) {
            parameters.add(StartupMessage.Parameter.of(parameter.getKey(), parameter.getValue()));
        }
        parameters.removeIf(parameter -> parameter.name().equals("client_encoding"));
        parameters.add(StartupMessage.Parameter.of("client_encoding", "UTF8"));
        return new StartupMessage(ProtocolVersion.V3_0, parameters);
    }

    private Behavior<Command> loginFailed(SessionFailure failure, boolean mayBeElsewhere) {
        line.ifPresent(Line::abort);
        line = Optional.empty();
        if (secondChanceTaken || !mayBeElsewhere) {
            return fail(failure);
        }
        secondChanceTaken = true;
        plan = ConnectPlan.of(roles.reaching().connect());
        return findAgain();
    }

    private Behavior<Command> serve(Line opened, Optional<String> serverVersion) {
        deadline.stop();
        handedOver = true;
        roles.counters().opened.increment();
        Resets resets =
                new Resets(serverVersion.filter(Reset::discardAllSuffices).isPresent());
        return new Serving(context, roles, pool, member, opened, resets, cancelTarget).begin(job, origin);
    }

    // ---- what may happen in any of these waits ----

    private Behavior<Command> otherwise(Command command) {
        return switch (command) {
            case PooledConnection.Rang(int rung)
            when deadline.isDue(rung) -> fail(SessionFailure.Plain.COMPUTE_TOO_SLOW);
            case PooledConnection.GiveUp(Job given)
            when given == job -> {
                job.end(new StatementOutcome.Cancelled());
                yield Behaviors.stopped();
            }
            case PooledConnection.Order.CLOSE_NOW -> fail(SessionFailure.Plain.LEAVING);
            case PooledConnection.Dialled(Dialling late) -> {
                late.abandon();
                yield Behaviors.same();
            }
            default -> Behaviors.same(); // Rings of clocks and bells that nobody heeds any more.
        };
    }

    private Behavior<Command> fail(SessionFailure failure) {
        job.end(new StatementOutcome.Unreached(failure));
        return Behaviors.stopped();
    }

    private Behavior<Command> receive(Function<Command, Behavior<Command>> onMessage) {
        return Behaviors.receive(Command.class)
                .onAnyMessage(onMessage::apply)
                .onSignal(PostStop.class, _ -> {
                    if (!handedOver) {
                        dialling.abandon();
                        line.ifPresent(Line::abort);
                        job.end(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING));
                    }
                    return Behaviors.same();
                })
                .build();
    }

    /** Keeps the messages of a login, up to its end. */
    private static final class LoginReader implements FrameReader.Reader {

        private final int lengthMax;
        private final List<Frame> heard = new ArrayList<>();
        private Optional<String> excess = Optional.empty();

        LoginReader(int lengthMax) {
            this.lengthMax = lengthMax;
        }

        @Override
        public FrameReader.Wish begins(byte tag, int length) {
            if (length < 0 || length > lengthMax) {
                excess = Optional.of("frame body of %d bytes, limit is %d".formatted(length, lengthMax));
                return FrameReader.Wish.STOP;
            }
            return FrameReader.Wish.READ;
        }

        @Override
        public void frame(byte tag, byte[] bytes, int offset, int length) {
            heard.add(new Frame(tag, ByteString.fromArray(bytes, offset, length)));
        }
    }
}
