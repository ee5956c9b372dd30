package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a link said of itself, in order. */
final class LinkStates {

    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<RedisLink.State> said = new LinkedBlockingQueue<>();

    static LinkStates of(RedisLink link) {
        LinkStates states = new LinkStates();
        link.watch(states.said::add);
        return states;
    }

    /** Waits until the link has said that it is so, and forgets what it said before. */
    void await(RedisLink.State state) {
        RedisLink.State heard = next(Duration.ofSeconds(PATIENCE_SECONDS));
        while (heard != state) {
            heard = next(Duration.ofSeconds(PATIENCE_SECONDS));
        }
    }

    private RedisLink.State next(Duration patience) {
        try {
            RedisLink.State state = said.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(state).as("what the link says").isNotNull();
            return state;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
