package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.kit.redis.RedisServer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisLeaseStoreTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(10);

    private final RedisServer redis = RedisServer.start();
    private final OpenLink open = OpenLink.to(redis.uri(), KIT.system());
    private final RedisLeaseStore leases = new RedisLeaseStore(open.link());

    @AfterEach
    void close() {
        open.close();
        redis.close();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void onlyTheFirstGetsTheLease() {
        // When
        boolean first = OpenLink.await(leases.acquire("sbr", "a", LIFE));
        boolean second = OpenLink.await(leases.acquire("sbr", "b", LIFE));

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(redis.call("GET", "reveille:lease:sbr")).isEqualTo("a");
        assertThat(Integer.parseInt(redis.call("PTTL", "reveille:lease:sbr"))).isBetween(1, 10_000);
    }

    @Test
    void anOwnerWhoDidNotHearTheAnswerMayAskAgain() {
        // Given
        OpenLink.await(leases.acquire("sbr", "a", LIFE));

        // When
        boolean again = OpenLink.await(leases.acquire("sbr", "a", Duration.ofSeconds(60)));

        // Then
        assertThat(again).isTrue();
        assertThat(Integer.parseInt(redis.call("PTTL", "reveille:lease:sbr"))).isGreaterThan(10_000);
    }

    @Test
    void theOwnerRenews() {
        // Given
        OpenLink.await(leases.acquire("sbr", "a", LIFE));

        // When
        boolean renewed = OpenLink.await(leases.renew("sbr", "a", Duration.ofSeconds(60)));

        // Then
        assertThat(renewed).isTrue();
        assertThat(Integer.parseInt(redis.call("PTTL", "reveille:lease:sbr"))).isGreaterThan(10_000);
    }

    @Test
    void nobodyElseRenewsOrReleases() {
        // Given
        OpenLink.await(leases.acquire("sbr", "a", LIFE));

        // When
        boolean renewed = OpenLink.await(leases.renew("sbr", "b", LIFE));
        boolean released = OpenLink.await(leases.release("sbr", "b"));

        // Then
        assertThat(renewed).isFalse();
        assertThat(released).isFalse();
        assertThat(redis.call("GET", "reveille:lease:sbr")).isEqualTo("a");
    }

    @Test
    void aLeaseThatIsGoneIsNotRenewed() {
        // When
        boolean renewed = OpenLink.await(leases.renew("sbr", "a", LIFE));

        // Then
        assertThat(renewed).isFalse();
    }

    @Test
    void aReleasedLeaseGoesToTheNext() {
        // Given
        OpenLink.await(leases.acquire("sbr", "a", LIFE));
        boolean released = OpenLink.await(leases.release("sbr", "a"));

        // When
        boolean next = OpenLink.await(leases.acquire("sbr", "b", LIFE));

        // Then
        assertThat(released).isTrue();
        assertThat(next).isTrue();
    }

    @Test
    void whereRedisIsAwayNothingIsKnown() {
        // Given
        redis.kill();
        open.states().await(State.DOWN);

        // When
        CompletionStage<Boolean> acquired = leases.acquire("sbr", "a", LIFE);

        // Then
        assertThat(acquired.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(RedisUnavailable.class);
    }
}
