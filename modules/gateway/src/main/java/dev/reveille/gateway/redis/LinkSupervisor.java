package dev.reveille.gateway.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps one {@link RedisLine} open and says whether there is one.
 *
 * <pre>
 *              answered a PING
 *   dialling ────────────────▶ up ── ended, silent for too long, READONLY ──┐
 *      ▲  └── failed ──▶ resting ◀────────────────────────────────────────────┘
 *      └── pause is over ───┘     pauses double while lines do not last
 * </pre>
 *
 * A line that does not answer within the command's deadline is closed, because an answer that comes late would be one
 * to wait behind; a line to a server that has become read-only is closed, because a fail-over has moved the primary.
 */
final class LinkSupervisor {

    sealed interface Command {}

    record Watch(Consumer<RedisLink.State> listener) implements Command {}

    record Unwatch(Consumer<RedisLink.State> listener) implements Command {}

    /** {@code line} answered in a way that gives it the blame. */
    record Suspect(RedisLine line, RedisReply reply) implements Command {}

    enum Close implements Command {
        NOW
    }

    private record Dialled(RedisLine line) implements Command {}

    private record NotDialled(String reason) implements Command {}

    private record Ended(RedisLine line, String reason) implements Command {}

    private enum Tick implements Command {
        DIAL,
        PING
    }

    /** How Redis begins when it does not let in; the last is the manner of old versions. */
    private static final List<String> LOGIN_REFUSED = List.of("WRONGPASS", "NOAUTH", "ERR invalid password");

    private final RedisSettings settings;
    private final RedisLimits limits;
    private final AtomicReference<Optional<RedisLine>> current;
    private final CompletableFuture<Done> closed;
    private final ActorContext<Command> context;
    private final ActorRef<Command> self;
    private final TimerScheduler<Command> timers;
    private final RedisDialler dialler;
    private final List<ActorRef<PasswordRotation.Command>> rotations = new ArrayList<>();
    private final List<Consumer<RedisLink.State>> listeners = new ArrayList<>();

    private LinkSupervisor(
            RedisSettings settings,
            AtomicReference<Optional<RedisLine>> current,
            CompletableFuture<Done> closed,
            ActorContext<Command> context,
            TimerScheduler<Command> timers) {
        this.settings = settings;
        this.limits = settings.limits();
        this.current = current;
        this.closed = closed;
        this.context = context;
        this.self = context.getSelf();
        this.timers = timers;
        this.dialler = new LettuceDialler(
                settings,
                settings.password().map(source -> rotated(source, settings.user(), "password")),
                settings.sentinelLogin().map(login -> rotated(login.password(), login.user(), "sentinel-password")));
    }

    private CurrentPassword rotated(PasswordSource source, Optional<String> user, String name) {
        CurrentPassword current = new CurrentPassword(user);
        rotations.add(context.spawn(PasswordRotation.create(source, current, () -> self.tell(Tick.PING)), name));
        return current;
    }

    /**
     * @param current where the open line is put for those who send
     * @param closed completed when everything is closed
     */
    static Behavior<Command> create(
            RedisSettings settings, AtomicReference<Optional<RedisLine>> current, CompletableFuture<Done> closed) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new LinkSupervisor(settings, current, closed, context, timers).dialling(0)));
    }

    private Behavior<Command> dialling(int failures) {
        timers.cancel(Tick.DIAL);
        context.pipeToSelf(
                answering(dialler),
                (line, failure) -> failure == null ? new Dialled(line) : new NotDialled(reason(failure)));
        return always(RedisLink.State.DOWN)
                .onMessage(Dialled.class, dialled -> opened(dialled.line(), failures))
                .onMessage(NotDialled.class, failed -> notDialled(failed.reason(), failures))
                .onMessage(Suspect.class, _ -> Behaviors.same()) // A line of the past.
                .onMessage(Ended.class, _ -> Behaviors.same())
                .onMessage(Tick.class, _ -> Behaviors.same())
                .build();
    }

    private Behavior<Command> resting(int failures) {
        return always(RedisLink.State.DOWN)
                .onMessageEquals(Tick.DIAL, () -> dialling(failures))
                // A new password may be what was missing.
                .onMessageEquals(Tick.PING, () -> dialling(failures))
                .onMessage(Suspect.class, _ -> Behaviors.same())
                .onMessage(Ended.class, _ -> Behaviors.same())
                .onMessage(Dialled.class, _ -> Behaviors.unhandled())
                .onMessage(NotDialled.class, _ -> Behaviors.unhandled())
                .build();
    }

    private Behavior<Command> up(RedisLine line, int failures, long since) {
        return always(RedisLink.State.UP)
                .onMessage(
                        Suspect.class,
                        suspect -> suspect.line().equals(line)
                                ? suspected(line, suspect.reply(), failures, since)
                                : Behaviors.same())
                .onMessage(
                        Ended.class,
                        ended -> ended.line().equals(line)
                                ? lost(line, ended.reason(), failures, since)
                                : Behaviors.same())
                .onMessageEquals(Tick.PING, () -> ping(line))
                .onMessageEquals(Tick.DIAL, Behaviors::same)
                .onMessage(Dialled.class, _ -> Behaviors.unhandled())
                .onMessage(NotDialled.class, _ -> Behaviors.unhandled())
                .build();
    }

    /** What is the same in all states. */
    private BehaviorBuilder<Command> always(RedisLink.State state) {
        return Behaviors.receive(Command.class)
                .onMessage(Watch.class, watch -> watched(watch.listener(), state))
                .onMessage(Unwatch.class, unwatch -> {
                    listeners.remove(unwatch.listener());
                    return Behaviors.same();
                })
                .onMessageEquals(Close.NOW, Behaviors::stopped)
                .onSignal(PostStop.class, _ -> stopped());
    }

    private Behavior<Command> opened(RedisLine line, int failures) {
        line.ended().thenRun(() -> self.tell(new Ended(line, "the connection ended")));
        current.set(Optional.of(line));
        timers.startTimerWithFixedDelay(Tick.PING, limits.pingEvery());
        context.getLog().atInfo().addKeyValue("redis", settings.topology()).log("Redis is reachable");
        listeners.forEach(listener -> say(listener, RedisLink.State.UP));
        return up(line, failures, System.nanoTime());
    }

    private Behavior<Command> notDialled(String reason, int failures) {
        if (failures == 0) {
            context.getLog()
                    .atWarn()
                    .addKeyValue("redis", settings.topology())
                    .addKeyValue("reason", reason)
                    .log("Redis cannot be reached; it is tried again until it can");
        }
        if (LOGIN_REFUSED.stream().anyMatch(reason::contains)) {
            rotations.forEach(password -> password.tell(PasswordRotation.Fetch.NOW));
        }
        return rest(failures);
    }

    private Behavior<Command> lost(RedisLine line, String reason, int failures, long since) {
        current.set(Optional.empty());
        line.close();
        timers.cancel(Tick.PING);
        boolean lasted = System.nanoTime() - since > limits.reconnectMax().toNanos();
        context.getLog()
                .atWarn()
                .addKeyValue("redis", settings.topology())
                .addKeyValue("reason", reason)
                .log("The link to Redis is lost");
        listeners.forEach(listener -> say(listener, RedisLink.State.DOWN));
        return rest(lasted ? 0 : failures);
    }

    private Behavior<Command> rest(int failures) {
        Duration pause = Backoff.pause(limits.reconnectMin(), limits.reconnectMax(), failures);
        timers.startSingleTimer(Tick.DIAL, pause);
        return resting(failures + 1);
    }

    /** One node that is down is not the whole of a cluster: whether the line is any good, a PING will tell. */
    private Behavior<Command> suspected(RedisLine line, RedisReply reply, int failures, long since) {
        return line.mendsItself() ? ping(line) : lost(line, String.valueOf(reply), failures, since);
    }

    private Behavior<Command> ping(RedisLine line) {
        line.send(List.of(new RedisCommand.Ping()))
                .getFirst()
                .completeOnTimeout(
                        new RedisReply.Unanswered("too late"),
                        limits.commandMax().toNanos(),
                        TimeUnit.NANOSECONDS)
                .thenAccept(reply -> {
                    if (reply instanceof RedisReply.Unanswered) {
                        self.tell(new Ended(line, "no answer to PING"));
                    }
                });
        return Behaviors.same();
    }

    private Behavior<Command> watched(Consumer<RedisLink.State> listener, RedisLink.State state) {
        listeners.add(listener);
        say(listener, state);
        return Behaviors.same();
    }

    /** The link outlives those who listen badly. */
    private void say(Consumer<RedisLink.State> listener, RedisLink.State state) {
        try {
            listener.accept(state);
        } catch (RuntimeException fault) {
            context.getLog().atError().setCause(fault).log("Somebody who watches the link to Redis failed");
        }
    }

    private Behavior<Command> stopped() {
        current.set(Optional.empty());
        listeners.forEach(listener -> say(listener, RedisLink.State.DOWN));
        dialler.close().whenComplete((_, _) -> closed.complete(Done.getInstance()));
        return Behaviors.same();
    }

    /** A line that has answered a PING, within all deadlines; one that comes later is closed. */
    private CompletableFuture<RedisLine> answering(RedisDialler from) {
        CompletableFuture<RedisLine> inTime = new CompletableFuture<RedisLine>()
                .orTimeout(
                        limits.connectMax()
                                .plus(limits.commandMax().multipliedBy(2))
                                .toNanos(),
                        TimeUnit.NANOSECONDS);
        from.dial().whenComplete((line, failure) -> {
            if (failure != null) {
                inTime.completeExceptionally(unwrapped(failure));
            } else {
                line.send(List.of(new RedisCommand.Ping())).getFirst().thenAccept(reply -> {
                    boolean answered = reply instanceof RedisReply.Text;
                    boolean taken = answered
                            ? inTime.complete(line)
                            : inTime.completeExceptionally(new RedisUnavailable(String.valueOf(reply)));
                    if (!answered || !taken) {
                        line.close();
                    }
                });
                inTime.whenComplete((_, late) -> {
                    if (late != null) {
                        line.close();
                    }
                });
            }
        });
        return inTime;
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static String reason(Throwable failure) {
        return failure instanceof RedisUnavailable unavailable
                ? unavailable.getMessage()
                : failure.getClass().getSimpleName();
    }
}
