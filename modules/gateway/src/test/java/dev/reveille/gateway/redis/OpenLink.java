package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/** A link for one test, with short pauses. */
record OpenLink(RedisLink link, LinkStates states) implements AutoCloseable {

    static final RedisLimits LIMITS = RedisLimits.DEFAULTS
            .withReconnect(Duration.ofMillis(20), Duration.ofMillis(200))
            .withPingEvery(Duration.ofMillis(500));

    private static final int PATIENCE_SECONDS = 20;

    /** Opens it and waits for nothing. */
    static OpenLink begun(RedisSettings settings, ActorSystem<?> system) {
        RedisSettings hurried = settings.limits().equals(RedisLimits.DEFAULTS) ? settings.withLimits(LIMITS) : settings;
        RedisLink link = RedisLink.open(hurried, system);
        return new OpenLink(link, LinkStates.of(link));
    }

    /** Opens it and waits until it is up. */
    static OpenLink to(RedisSettings settings, ActorSystem<?> system) {
        OpenLink open = begun(settings, system);
        open.states.await(State.UP);
        return open;
    }

    static OpenLink to(String uri, ActorSystem<?> system) {
        return to(RedisSettings.parse(uri), system);
    }

    List<RedisReply> run(RedisCommand... commands) {
        return await(link.run(List.of(commands)));
    }

    RedisReply ask(RedisCommand command) {
        return run(command).getFirst();
    }

    static <T> T await(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return stage.toCompletableFuture().join();
    }

    @Override
    public void close() {
        await(link.close());
    }
}
