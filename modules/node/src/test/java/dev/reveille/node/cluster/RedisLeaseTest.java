package dev.reveille.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.reveille.gateway.redis.RedisLeaseStore;
import dev.reveille.gateway.redis.RedisLink;
import dev.reveille.gateway.redis.RedisSettings;
import dev.reveille.kit.redis.RedisServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.apache.pekko.coordination.lease.javadsl.LeaseProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lease by which two nodes decide who goes on, on a real Redis. */
class RedisLeaseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NAME = "who-goes-on";

    private final RedisServer redis = RedisServer.start();
    private ActorSystem<Void> first;
    private ActorSystem<Void> second;

    @BeforeEach
    void open() {
        first = system();
        second = system();
    }

    @AfterEach
    void close() {
        first.terminate();
        second.terminate();
        await(first.getWhenTerminated());
        await(second.getWhenTerminated());
        redis.close();
    }

    @Test
    void oneOfTwoGetsIt() {
        // When
        boolean one = await(lease(first, "one").acquire());
        boolean two = await(lease(second, "two").acquire());

        // Then
        assertThat(one).isTrue();
        assertThat(two).isFalse();
    }

    @Test
    void itIsKeptForAsLongAsItsOwnerWants() {
        // Given: three times as long as it lives in Redis unless it is renewed
        Lease lease = lease(first, "one");
        await(lease.acquire());

        // When
        Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);

        // Then
        assertThat(lease.checkLease()).isTrue();
        assertThat(await(lease(second, "two").acquire())).isFalse();
    }

    @Test
    void whenItIsReleasedTheOtherMayHaveIt() {
        // Given
        Lease lease = lease(first, "one");
        await(lease.acquire());

        // When
        await(lease.release());

        // Then
        assertThat(lease.checkLease()).isFalse();
        assertThat(await(lease(second, "two").acquire())).isTrue();
    }

    @Test
    void whoLosesItHearsOfIt() {
        // Given
        CompletableFuture<Optional<Throwable>> lost = new CompletableFuture<>();
        Lease lease = lease(first, "one");
        await(lease.acquire(lost::complete));

        // When
        redis.call("FLUSHALL");

        // Then
        assertThat(await(lost)).isEmpty();
        assertThat(lease.checkLease()).isFalse();
    }

    @Test
    void whoCannotRenewItInTimeHasLostIt() {
        // Given
        CompletableFuture<Optional<Throwable>> lost = new CompletableFuture<>();
        Lease lease = lease(first, "one");
        await(lease.acquire(lost::complete));

        // When
        redis.kill();

        // Then
        assertThat(await(lost)).isPresent();
        assertThat(lease.checkLease()).isFalse();
    }

    private ActorSystem<Void> system() {
        // A lease must find a store when it is made, and the store an actor system: here, one of its own.
        ActorSystem<Void> links = ActorSystem.create(Behaviors.empty(), "links");
        RedisLink link = RedisLink.open(RedisSettings.parse(redis.uri()), links);
        CompletableFuture<Void> up = new CompletableFuture<>();
        link.watch(state -> {
            if (state == RedisLink.State.UP) {
                up.complete(null);
            }
        });
        await(up);
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "leases",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("""
                                        redis-lease { heartbeat-timeout = 1s, heartbeat-interval = 200ms }
                                        """)
                                .withFallback(ConfigFactory.parseResources("reveille-cluster-lease.conf"))
                                .withFallback(ConfigFactory.load())),
                        new LeaseSetup(new RedisLeaseStore(link))));
        system.getWhenTerminated().thenRun(links::terminate);
        return system;
    }

    private static Lease lease(ActorSystem<Void> system, String owner) {
        return LeaseProvider.get(Adapter.toClassic(system)).getLease(NAME, "redis-lease", owner);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
