package dev.reveille.cancellation.execution;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.execution.CancelExecutor.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Carries cancellations out, each by a child that lives for this alone (spec 02 §d D2). Never more than a few at one
 * compute; the others wait for their turn, each until its deadline.
 *
 * <p>Never two at a time for one target: who asks while the same one is under way waits for a second delivery, shared by
 * all who ask meanwhile, because the compute may have heard the first before a query began that the second is meant for.
 *
 * <p>Outside it is a {@link CancelDelivery}: see {@link #delivery}.
 */
public final class CancelExecutor extends AbstractBehavior<Command> {

    /** So much later than any child ends, the executor itself must be gone. */
    private static final Duration GONE = Duration.ofSeconds(1);

    public sealed interface Command {}

    private record Execute(CancelJob job) implements Command {}

    private record Ended(CancelJob job) implements Command {}

    /** {@code replyTo} hears when nothing is under way and nothing waits: what was begun is completed. */
    public record Drain(ActorRef<Drained> replyTo) implements Command {}

    /** Nothing is left to do. */
    public record Drained() {}

    /** @param delivery reaches computes */
    public static Behavior<Command> create(CancelDelivery delivery, ExecutionSettings settings) {
        return Behaviors.setup(context -> new CancelExecutor(context, delivery, settings));
    }

    /** The door to the executor at {@code executor}: any thread, any number of callers. */
    public static CancelDelivery delivery(ActorRef<Command> executor, ExecutionSettings settings) {
        return target -> {
            CancelJob job = CancelJob.of(target, settings.deadline());
            executor.tell(new Execute(job));
            // What has begun may still hit a query, so its end is waited for; not longer, where the executor is gone.
            return job.ended()
                    .orTimeout(settings.deadline().multipliedBy(2).plus(GONE).toNanos(), TimeUnit.NANOSECONDS);
        };
    }

    private final CancelDelivery delivery;
    private final ExecutionSettings settings;
    private final CancelQueue queue;
    /** In the queue, or, where the same target is under way, for when that has ended. */
    private final Map<CancelTarget, CancelJob> waiting = new HashMap<>();

    private final Set<CancelTarget> underWay = new HashSet<>();
    private final List<ActorRef<Drained>> drains = new ArrayList<>();

    private CancelExecutor(ActorContext<Command> context, CancelDelivery delivery, ExecutionSettings settings) {
        super(context);
        this.delivery = delivery;
        this.settings = settings;
        this.queue = new CancelQueue(settings);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Execute.class, execute -> execute(execute.job()))
                .onMessage(Ended.class, ended -> ended(ended.job()))
                .onMessage(Drain.class, drain -> drain(drain.replyTo()))
                .build();
    }

    private Behavior<Command> execute(CancelJob job) {
        CancelJob same = waiting.get(job.target());
        if (same != null) {
            job.endsWith(same);
        } else if (underWay.contains(job.target())) {
            waiting.put(job.target(), job);
        } else {
            enqueue(job);
            beginWhatMay();
        }
        return this;
    }

    private Behavior<Command> ended(CancelJob job) {
        job.drop("it broke off"); // Unless the child has said how it ended.
        underWay.remove(job.target());
        queue.ended(job.target().address());
        CancelJob again = waiting.remove(job.target());
        if (again != null) {
            enqueue(again);
        }
        beginWhatMay();
        tellIfEmpty();
        return this;
    }

    private void enqueue(CancelJob job) {
        if (queue.offer(job)) {
            waiting.put(job.target(), job);
        } else {
            job.drop("too many are waiting");
            getContext()
                    .getLog()
                    .atWarn()
                    .addKeyValue("compute", job.target().address())
                    .addKeyValue("waiting", queue.waiting())
                    .log("a cancellation was dropped, because too many are waiting");
        }
    }

    private void beginWhatMay() {
        for (Optional<CancelJob> next = queue.next(); next.isPresent(); next = queue.next()) {
            CancelJob job = next.get();
            waiting.remove(job.target());
            if (job.takesItsTurn()) {
                begin(job);
            } else {
                queue.ended(job.target().address()); // It waited too long, and nobody waits for it any more.
            }
        }
    }

    private void begin(CancelJob job) {
        underWay.add(job.target());
        Behavior<CancelErrand.Step> errand = CancelErrand.create(job, delivery, settings.deadline());
        ActorRef<CancelErrand.Step> child = getContext().spawnAnonymous(errand, DispatcherSelector.sameAsParent());
        // However it ends, its place is free again.
        getContext().watchWith(child, new Ended(job));
    }

    private Behavior<Command> drain(ActorRef<Drained> replyTo) {
        drains.add(replyTo);
        tellIfEmpty();
        return this;
    }

    private void tellIfEmpty() {
        if (queue.isEmpty()) {
            drains.forEach(replyTo -> replyTo.tell(new Drained()));
            drains.clear();
        }
    }
}
