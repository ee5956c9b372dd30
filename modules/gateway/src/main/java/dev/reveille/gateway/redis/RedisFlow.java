package dev.reveille.gateway.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Redis as a stream, in the manner of Apache Pekko Connectors: commands in, one reply for each out, in the same order.
 *
 * <p>What arrives while {@link RedisLimits#batchesInFlightMax} pipelines are on their way is gathered into the next one,
 * up to {@link RedisLimits#batchMax}; beyond that the flow back-pressures. So a command that comes alone is sent at
 * once, and many share a round trip. The flow fails never: errors and lost links are replies. It may be materialised
 * many times, each with its own pipelines over the one link.
 */
public final class RedisFlow {

    private RedisFlow() {}

    /** Commands to replies. */
    public static Flow<RedisCommand, RedisReply, NotUsed> create(RedisLink link) {
        return Flow.<RedisCommand>create()
                .map(command -> Pair.create(command, NotUsed.getInstance()))
                .via(createWithContext(link))
                .map(Pair::first);
    }

    /** The same, with something of the caller's that stays beside each command, such as whoever waits for the reply. */
    public static <C> FlowWithContext<RedisCommand, C, RedisReply, C, NotUsed> createWithContext(RedisLink link) {
        Flow<Pair<RedisCommand, C>, Pair<RedisReply, C>, NotUsed> pairs = Flow.<Pair<RedisCommand, C>>create()
                .batch(link.limits().batchMax(), RedisFlow::<C>first, RedisFlow::<C>next)
                .mapAsync(
                        link.limits().batchesInFlightMax(),
                        batch -> link.run(batch.stream().map(Pair::first).toList())
                                .thenApply(replies -> answered(batch, replies)))
                .mapConcat(batch -> batch);
        return FlowWithContext.fromPairs(pairs);
    }

    private static <C> List<Pair<RedisCommand, C>> first(Pair<RedisCommand, C> command) {
        List<Pair<RedisCommand, C>> batch = new ArrayList<>();
        batch.add(command);
        return batch;
    }

    private static <C> List<Pair<RedisCommand, C>> next(List<Pair<RedisCommand, C>> batch, Pair<RedisCommand, C> more) {
        batch.add(more);
        return batch;
    }

    private static <C> List<Pair<RedisReply, C>> answered(List<Pair<RedisCommand, C>> batch, List<RedisReply> replies) {
        return IntStream.range(0, batch.size())
                .mapToObj(at -> Pair.create(replies.get(at), batch.get(at).second()))
                .toList();
    }
}
