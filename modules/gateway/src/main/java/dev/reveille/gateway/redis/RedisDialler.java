package dev.reveille.gateway.redis;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Opens connections to Redis: a role that Lettuce plays. Any thread; returns at once. */
interface RedisDialler {

    /** A new connection, logged in. Fails where there is none. */
    CompletionStage<RedisLine> dial();

    /** Closes all connections and whatever serves them. */
    CompletionStage<Done> close();
}
