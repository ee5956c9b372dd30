package dev.reveille.gateway.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/**
 * A link to Redis that lasts: it may be opened while Redis is away, connects again when its connection is lost, and says
 * how it is. It keeps nothing for later: while it is down every command is answered at once with {@link
 * RedisReply.Unanswered}. Any thread.
 */
public final class RedisLink {

    private static final AtomicLong LINKS = new AtomicLong();

    private final RedisLimits limits;
    private final AtomicReference<Optional<RedisLine>> line;
    private final ActorRef<LinkSupervisor.Command> supervisor;
    private final CompletableFuture<Done> closed;
    private final Executor retries;

    /** Whether commands may be sent, as far as is known. */
    public enum State {
        UP,
        DOWN
    }

    private RedisLink(
            RedisLimits limits,
            AtomicReference<Optional<RedisLine>> line,
            ActorRef<LinkSupervisor.Command> supervisor,
            CompletableFuture<Done> closed) {
        this.limits = limits;
        this.line = line;
        this.supervisor = supervisor;
        this.closed = closed;
        this.retries =
                CompletableFuture.delayedExecutor(limits.retryAfter().toNanos(), TimeUnit.NANOSECONDS, Runnable::run);
    }

    /** Begins to connect and returns at once. The link lives as long as {@code system}, or until {@link #close}. */
    public static RedisLink open(RedisSettings settings, ActorSystem<?> system) {
        AtomicReference<Optional<RedisLine>> line = new AtomicReference<>(Optional.empty());
        CompletableFuture<Done> closed = new CompletableFuture<>();
        ActorRef<LinkSupervisor.Command> supervisor = system.systemActorOf(
                LinkSupervisor.create(settings, line, closed), "redis-link-" + LINKS.incrementAndGet(), Props.empty());
        return new RedisLink(settings.limits(), line, supervisor, closed);
    }

    /** What this link was told to keep to. */
    public RedisLimits limits() {
        return limits;
    }

    /**
     * Sends the commands as one pipeline. The stage never fails: there is one reply for each command, in order, after
     * {@link RedisLimits#commandMax} at the latest. What Redis cannot do for the moment is asked once more after {@link
     * RedisLimits#retryAfter}, within another {@code commandMax}.
     */
    public CompletionStage<List<RedisReply>> run(List<RedisCommand> batch) {
        return once(batch).thenCompose(replies -> {
            int[] passing = IntStream.range(0, replies.size())
                    .filter(at -> replies.get(at) instanceof RedisReply.Refused refused && refused.passing())
                    .toArray();
            return passing.length == 0 ? CompletableFuture.completedFuture(replies) : again(batch, replies, passing);
        });
    }

    /**
     * {@code listener} hears how the link is now, and each change from then on, until what is returned is run; it must not
     * block.
     */
    public Runnable watch(Consumer<State> listener) {
        supervisor.tell(new LinkSupervisor.Watch(listener));
        return () -> supervisor.tell(new LinkSupervisor.Unwatch(listener));
    }

    /** Closes the link for good. */
    public CompletionStage<Done> close() {
        supervisor.tell(LinkSupervisor.Close.NOW);
        return closed.minimalCompletionStage();
    }

    private CompletionStage<List<RedisReply>> again(List<RedisCommand> batch, List<RedisReply> replies, int[] passing) {
        return CompletableFuture.supplyAsync(
                        () -> once(IntStream.of(passing).mapToObj(batch::get).toList()), retries)
                .thenCompose(second -> second)
                .thenApply(second -> {
                    List<RedisReply> merged = new ArrayList<>(replies);
                    for (int at = 0; at < passing.length; at++) {
                        merged.set(passing[at], second.get(at));
                    }
                    return List.copyOf(merged);
                });
    }

    private CompletableFuture<List<RedisReply>> once(List<RedisCommand> batch) {
        return line.get()
                .map(open -> over(open, batch))
                .orElseGet(() -> CompletableFuture.completedFuture(batch.stream()
                        .<RedisReply>map(_ -> new RedisReply.Unanswered("Redis is away"))
                        .toList()));
    }

    private CompletableFuture<List<RedisReply>> over(RedisLine open, List<RedisCommand> batch) {
        List<CompletableFuture<RedisReply>> replies = sent(open, batch);
        RedisReply late = new RedisReply.Unanswered("no answer within " + limits.commandMax());
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, limits.commandMax().toNanos(), TimeUnit.NANOSECONDS)
                .thenApply(_ -> {
                    List<RedisReply> now =
                            replies.stream().map(reply -> reply.getNow(late)).toList();
                    now.stream()
                            .filter(RedisLink::blamesTheLine)
                            .findFirst()
                            .ifPresent(reply -> supervisor.tell(new LinkSupervisor.Suspect(open, reply)));
                    return now;
                });
    }

    /** A line that is closed under the sender's hands is no reason for a stream to fail. */
    private static List<CompletableFuture<RedisReply>> sent(RedisLine open, List<RedisCommand> batch) {
        try {
            return open.send(batch);
        } catch (RuntimeException closing) {
            RedisReply lost = new RedisReply.Unanswered(closing.getClass().getSimpleName());
            return batch.stream()
                    .map(_ -> CompletableFuture.completedFuture(lost))
                    .toList();
        }
    }

    private static boolean blamesTheLine(RedisReply reply) {
        return switch (reply) {
            case RedisReply.Unanswered _ -> true;
            case RedisReply.Refused refused -> refused.wrongLink();
            case RedisReply.Text _, RedisReply.Count _, RedisReply.Nil _ -> false;
        };
    }
}
