package dev.reveille.gateway.redis;

import dev.reveille.gateway.redis.PasswordSource.Password;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps a {@link CurrentPassword} fresh.
 *
 * <pre>
 *              fetched: change, come back when it is no longer fresh
 *   fetching ─────────────────────────────────────────────▶ resting
 *      ▲  └── failed: come back after 1 s, 2 s, … 60 s ──────▶ │
 *      └───────────── time is up, or Redis refused ────────────┘
 * </pre>
 *
 * While nothing new can be had the old password stays: nobody waits here.
 */
final class PasswordRotation {

    static final Duration RETRY_MIN = Duration.ofSeconds(1);
    static final Duration RETRY_MAX = Duration.ofSeconds(60);

    sealed interface Command {}

    /** Ask for the password now, unless that is being done. */
    enum Fetch implements Command {
        NOW
    }

    private record Fetched(Password password) implements Command {}

    private record NotFetched(Throwable reason) implements Command {}

    private final PasswordSource source;
    private final CurrentPassword current;
    private final Runnable changed;
    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;

    private PasswordRotation(
            PasswordSource source,
            CurrentPassword current,
            Runnable changed,
            ActorContext<Command> context,
            TimerScheduler<Command> timers) {
        this.source = source;
        this.current = current;
        this.changed = changed;
        this.context = context;
        this.timers = timers;
    }

    /** @param changed called in the actor, after each change */
    static Behavior<Command> create(PasswordSource source, CurrentPassword current, Runnable changed) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new PasswordRotation(source, current, changed, context, timers).fetching(0)));
    }

    private Behavior<Command> fetching(int failures) {
        context.pipeToSelf(
                source.fetch(),
                (password, failure) -> failure == null ? new Fetched(password) : new NotFetched(failure));
        return Behaviors.receive(Command.class)
                .onMessage(Fetched.class, fetched -> changed(fetched.password()))
                .onMessage(NotFetched.class, failed -> failed(failed.reason(), failures))
                .onMessage(Fetch.class, _ -> Behaviors.same()) // That is what is being done.
                .build();
    }

    private Behavior<Command> resting(int failures) {
        return Behaviors.receive(Command.class)
                .onMessage(Fetch.class, _ -> fetching(failures))
                .onMessage(Fetched.class, _ -> Behaviors.unhandled())
                .onMessage(NotFetched.class, _ -> Behaviors.unhandled())
                .build();
    }

    private Behavior<Command> changed(Password password) {
        if (current.change(password.value())) {
            changed.run();
        }
        password.freshFor().ifPresent(time -> timers.startSingleTimer(Fetch.NOW, time));
        return resting(0);
    }

    private Behavior<Command> failed(Throwable reason, int failures) {
        Duration pause = Backoff.pause(RETRY_MIN, RETRY_MAX, failures);
        if (failures == 0) {
            context.getLog()
                    .atWarn()
                    .addKeyValue("reason", String.valueOf(reason.getMessage()))
                    .log("No password for Redis can be had; the last one stays, and it is tried again");
        }
        timers.startSingleTimer(Fetch.NOW, pause);
        return resting(failures + 1);
    }
}
