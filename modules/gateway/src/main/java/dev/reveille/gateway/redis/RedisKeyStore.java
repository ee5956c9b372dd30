package dev.reveille.gateway.redis;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import dev.reveille.cancellation.store.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Cancel keys in Redis, under the names and in the format of the reference (spec 02 §12.2, §12.3), so that both can
 * share one Redis. The batches of all who ask share the pipelines of one {@link RedisFlow}. Any thread.
 *
 * <pre>
 *   Put    → SET key json EX life       Fetch  → GET key; where that is a hash of old times, HGET key data
 *   Extend → EXPIRE key life            Remove → UNLINK key
 * </pre>
 */
public final class RedisKeyStore implements KeyStore {

    private static final String SHARDS_KEY = "reveille:cancellation:shards";
    private static final String OLD_FIELD = "data";

    private final RedisLink link;
    private final BoundedSourceQueue<Pair<RedisCommand, CompletableFuture<RedisReply>>> queue;

    private RedisKeyStore(RedisLink link, BoundedSourceQueue<Pair<RedisCommand, CompletableFuture<RedisReply>>> queue) {
        this.link = link;
        this.queue = queue;
    }

    /** A store on {@code link}, for as long as {@code system} lives. */
    public static RedisKeyStore on(RedisLink link, ActorSystem<?> system) {
        return new RedisKeyStore(
                link,
                Source.<Pair<RedisCommand, CompletableFuture<RedisReply>>>queue(
                                link.limits().queueMax())
                        .via(RedisFlow.<CompletableFuture<RedisReply>>createWithContext(link))
                        .to(Sink.foreach(answered -> answered.second().complete(answered.first())))
                        .run(system));
    }

    @Override
    public CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch) {
        List<CompletableFuture<StoreReply>> replies =
                batch.stream().map(this::carryOut).toList();
        Duration max = link.limits().commandMax();
        StoreReply late = new StoreReply.Failed("no answer within " + max, true);
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, max.toNanos(), TimeUnit.NANOSECONDS)
                .thenApply(
                        _ -> replies.stream().map(reply -> reply.getNow(late)).toList());
    }

    @Override
    public Runnable watch(Consumer<StoreLink> listener) {
        return link.watch(state -> listener.accept(
                switch (state) {
                    case UP -> StoreLink.UP;
                    case DOWN -> StoreLink.DOWN;
                }));
    }

    /**
     * Writes down how many shards the cluster's keys are divided into, where nobody has done so yet, and tells the number
     * that holds: a node that was told to use another one must not join. Fails with {@link RedisUnavailable}.
     */
    public CompletionStage<Integer> agreeOnShards(int shards) {
        return link.run(List.of(
                        new RedisCommand.SetIfAbsent(SHARDS_KEY, Integer.toString(shards)),
                        new RedisCommand.Get(SHARDS_KEY)))
                .thenApply(replies -> switch (replies.getLast()) {
                    case RedisReply.Text text -> number(text.value());
                    case RedisReply.Refused refused -> throw new RedisUnavailable(refused.reason());
                    case RedisReply.Unanswered unanswered -> throw new RedisUnavailable(unanswered.reason());
                    case RedisReply.Nil _, RedisReply.Count _ -> throw new RedisUnavailable(SHARDS_KEY + " is empty");
                });
    }

    private CompletableFuture<StoreReply> carryOut(StoreCommand command) {
        String key = StoredRecord.keyText(command.key());
        return switch (command) {
            case StoreCommand.Put put ->
                StoredRecord.of(put.record())
                        .map(stored -> ask(new RedisCommand.Set(key, stored.json(), put.life()))
                                .thenApply(RedisKeyStore::changed))
                        .orElseGet(() -> CompletableFuture.completedFuture(
                                new StoreReply.Failed("the record does not fit the store's format", false)));
            case StoreCommand.Extend extend ->
                ask(new RedisCommand.Expire(key, extend.life())).thenApply(RedisKeyStore::changed);
            case StoreCommand.Remove _ -> ask(new RedisCommand.Unlink(key)).thenApply(RedisKeyStore::changed);
            case StoreCommand.Fetch _ ->
                ask(new RedisCommand.Get(key))
                        .thenCompose(reply -> isOfOldTimes(reply)
                                ? ask(new RedisCommand.HGet(key, OLD_FIELD))
                                : CompletableFuture.completedFuture(reply))
                        .thenApply(RedisKeyStore::found);
        };
    }

    private CompletableFuture<RedisReply> ask(RedisCommand command) {
        CompletableFuture<RedisReply> reply = new CompletableFuture<>();
        QueueOfferResult offered = queue.offer(Pair.create(command, reply));
        if (!offered.isEnqueued()) {
            reply.complete(new RedisReply.Unanswered("too much waits for Redis"));
        }
        return reply;
    }

    private static boolean isOfOldTimes(RedisReply reply) {
        return reply instanceof RedisReply.Refused refused && refused.code().equals("WRONGTYPE");
    }

    private static StoreReply changed(RedisReply reply) {
        return switch (reply) {
            case RedisReply.Text _ -> new StoreReply.Done();
            case RedisReply.Count count -> count.value() > 0 ? new StoreReply.Done() : new StoreReply.Missing();
            case RedisReply.Nil _ -> new StoreReply.Missing();
            case RedisReply.Refused refused -> failed(refused);
            case RedisReply.Unanswered unanswered -> new StoreReply.Failed(unanswered.reason(), true);
        };
    }

    private static StoreReply found(RedisReply reply) {
        return switch (reply) {
            case RedisReply.Text text ->
                new StoredRecord(text.value())
                        .read()
                        .<StoreReply>map(StoreReply.Found::new)
                        .orElseGet(() -> new StoreReply.Failed("what is kept there is not a cancel record", false));
            case RedisReply.Nil _ -> new StoreReply.Missing();
            case RedisReply.Count _ -> new StoreReply.Failed("a number in place of a text", false);
            case RedisReply.Refused refused -> failed(refused);
            case RedisReply.Unanswered unanswered -> new StoreReply.Failed(unanswered.reason(), true);
        };
    }

    private static StoreReply failed(RedisReply.Refused refused) {
        return new StoreReply.Failed(refused.reason(), refused.wrongLink() || refused.passing());
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new RedisUnavailable(SHARDS_KEY + " holds something that is no number");
        }
    }
}
