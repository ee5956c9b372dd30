package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.RelaySummary.End;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** While a cancellation is on its way the client's next query waits, and nothing else does. */
class WireHoldTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    private static final Query FIRST = new Query("select 1");
    private static final Query SECOND = new Query("select 2");
    private static final Query THIRD = new Query("select 3");
    private static final long PATIENCE_SECONDS = 10;

    private final RunningWire running = RunningWire.relaying(TEST_KIT);
    private final ScriptedClient client = running.client;
    private final ScriptedCompute compute = running.compute;

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void betweenQueriesNoneRuns() {
        // Given
        begins(FIRST);
        ends();

        // Then
        assertThat(runningQuery()).isEmpty();
    }

    @Test
    void everyQueryHasANumberOfItsOwn() {
        // Given
        begins(FIRST);
        OptionalLong first = runningQuery();
        OptionalLong still = runningQuery();
        ends();

        // When
        begins(SECOND);

        // Then
        assertThat(still).isEqualTo(first);
        assertThat(runningQuery()).isPresent().isNotEqualTo(first);
    }

    @Test
    void aQueryThatWasNotBegunYetIsNotTheOneThatWasMeant() {
        // Given
        begins(FIRST);
        ends();
        long before = System.nanoTime();

        // When
        begins(SECOND);

        // Then
        assertThat(runningQueryBegunBy(before)).isEmpty();
        assertThat(runningQueryBegunBy(System.nanoTime())).isPresent();
    }

    @Test
    void theNextQueryWaitsUntilItMayPass() {
        // Given
        begins(FIRST);
        boolean held = hold(runningQuery());
        ends();

        // When
        client.says(SECOND);
        itWaits();
        ByteString heardBefore = compute.end().unheard();
        running.wire.release();

        // Then
        assertThat(held).isTrue();
        assertThat(heardBefore.isEmpty()).isTrue();
        assertThat(compute.hears(Query.class)).isEqualTo(SECOND);
    }

    @Test
    void whatComesBehindAQueryThatWaitsWaitsToo() {
        // Given
        begins(FIRST);
        hold(runningQuery());
        ends();
        client.says(SECOND);
        client.says(THIRD);
        itWaits();

        // When
        running.wire.release();

        // Then
        assertThat(compute.hears(Query.class)).isEqualTo(SECOND);
        assertThat(compute.hears(Query.class)).isEqualTo(THIRD);
    }

    @Test
    void aQueryThatWaitsIsTheOneThatIsMeantNow() {
        // Given
        begins(FIRST);
        OptionalLong first = runningQuery();
        hold(first);
        ends();

        // When
        client.says(SECOND);
        itWaits();
        OptionalLong waiting = runningQuery();
        running.wire.release();
        compute.hears(Query.class);

        // Then
        assertThat(waiting).isPresent().isNotEqualTo(first);
        assertThat(runningQuery()).isEqualTo(waiting);
    }

    @Test
    void whileItsQueryRunsWhatAClientSendsIsNotHeld() {
        // Given
        begins(FIRST);
        hold(runningQuery());

        // When
        client.says(SECOND);

        // Then
        assertThat(compute.hears(Query.class)).isEqualTo(SECOND);
    }

    @Test
    void aQueryThatIsOverIsNotHeldFor() {
        // Given
        begins(FIRST);
        OptionalLong first = runningQuery();
        ends();
        begins(SECOND);

        // When
        boolean held = hold(first);
        ends();
        client.says(THIRD);

        // Then
        assertThat(held).isFalse();
        assertThat(compute.hears(Query.class)).isEqualTo(THIRD);
    }

    @Test
    void aClientThatSaysGoodbyeMeanwhileLeavesAsUsualAfterwards() {
        // Given
        begins(FIRST);
        hold(runningQuery());
        ends();

        // When
        client.says(new Terminate());
        client.end().finishes();
        itWaits();
        running.wire.release();

        // Then
        compute.end().hearsItGo();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_TERMINATED);
    }

    @Test
    void aClientThatSaysNothingMoreMeanwhileIsHeardToTheEnd() {
        // Given
        begins(FIRST);
        hold(runningQuery());
        ends();

        // When
        client.says(SECOND);
        client.end().finishes();
        itWaits();
        running.wire.release();

        // Then
        assertThat(compute.hears(Query.class)).isEqualTo(SECOND);
        compute.end().hearsTheEnd();
        running.reports(WireEvent.ClientHungUpMidQuery.class);
    }

    @Test
    void aClientThatBreaksOffMeanwhileHasBegunNothing() {
        // Given
        begins(FIRST);
        hold(runningQuery());
        ends();
        client.says(SECOND);
        itWaits();

        // When
        client.end().breaks();

        // Then
        RelaySummary summary = running.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.CLIENT_FAILED);
        assertThat(summary.queryRunning()).isFalse();
        compute.end().hearsItGo();
    }

    @Test
    void aQueryThatWaitsMayRunBeforeItsSessionIsSentAway() {
        // Given
        ErrorResponse goodbye = new ErrorResponse(ErrorFields.of("FATAL", "57P01", "we are leaving"));
        begins(FIRST);
        hold(runningQuery());
        ends();
        client.says(SECOND);
        itWaits();

        // When
        running.wire.sendAwayWhenIdle(goodbye.encode());
        running.wire.release();
        compute.hears(Query.class);
        compute.says(READY);

        // Then
        client.hears(READY, goodbye);
        client.end().hearsTheEnd();
    }

    private void begins(Query query) {
        client.says(query);
        assertThat(compute.hears(Query.class)).isEqualTo(query);
    }

    private void ends() {
        compute.says(READY);
        client.hears(READY);
    }

    /** What the client said last has come to the wire, which takes more only when the compute has taken what was before. */
    private void itWaits() {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (runningQuery().isEmpty()) {
            assertThat(System.nanoTime()).as("time until it came").isLessThan(patience);
        }
        client.end().settles();
    }

    private OptionalLong runningQuery() {
        return runningQueryBegunBy(System.nanoTime());
    }

    private OptionalLong runningQueryBegunBy(long nanos) {
        CompletableFuture<OptionalLong> answer = new CompletableFuture<>();
        running.wire.ask(nanos, answer::complete);
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private boolean hold(OptionalLong query) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        running.wire.hold(query.orElseThrow(), answer::complete);
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
