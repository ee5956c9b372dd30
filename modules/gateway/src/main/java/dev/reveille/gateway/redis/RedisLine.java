package dev.reveille.gateway.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** One connection to Redis, from login to its end; a {@link RedisLink} has one after the other. Any thread. */
interface RedisLine {

    /**
     * Writes the commands as one pipeline. There is one future for each, in order; none fails, but some may never
     * complete: whoever asks must have a deadline.
     */
    List<CompletableFuture<RedisReply>> send(List<RedisCommand> batch);

    /** Completes when the connection has ended, whoever ended it. */
    CompletionStage<Done> ended();

    /** Whether it consists of many connections, of which lost ones are replaced. */
    boolean mendsItself();

    void close();
}
