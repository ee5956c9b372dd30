package dev.reveille.session.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One clock for many short waits. */
@Timeout(30)
class LooseDeadlineTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(KIT.system());

    private final TestProbe<PooledConnection.Command> rings = KIT.createTestProbe();
    private final LooseDeadline deadline = open();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    private LooseDeadline open() {
        CompletableFuture<LooseDeadline> opened = new CompletableFuture<>();
        KIT.spawn(Behaviors.<PooledConnection.Command>setup(context -> {
            opened.complete(new LooseDeadline(context, PATIENCE, PooledConnection.ForgetClock.RANG));
            return Behaviors.receiveMessage(ring -> {
                rings.getRef().tell(ring);
                return Behaviors.same();
            });
        }));
        return opened.join();
    }

    private boolean rings() {
        TIME.timePasses(PATIENCE);
        rings.expectMessage(PooledConnection.ForgetClock.RANG);
        return deadline.rang();
    }

    @Test
    void theFirstWaitEndsInTime() {
        deadline.begin();
        assertThat(rings()).isTrue();
    }

    @Test
    void aWaitThatIsOverEndsNothing() {
        // Given
        deadline.begin();
        deadline.end();

        // Then
        assertThat(rings()).isFalse();
        TIME.expectNoMessageFor(PATIENCE, rings);
    }

    @Test
    void aWaitThatBeganWhileTheClockRanGetsItsWholeTime() {
        // Given
        deadline.begin();
        deadline.end();
        TIME.timePasses(PATIENCE.dividedBy(2));

        // When
        deadline.begin();
        TIME.timePasses(PATIENCE.dividedBy(2));
        rings.expectMessage(PooledConnection.ForgetClock.RANG);

        // Then
        assertThat(deadline.rang()).isFalse();
        assertThat(rings()).isTrue();
    }

    @Test
    void manyWaitsSetOneClock() {
        // Given
        for (int wait = 0; wait < 1_000; wait++) {
            deadline.begin();
            deadline.end();
        }

        // Then
        assertThat(rings()).isFalse();
        rings.expectNoMessage();
    }
}
