package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.session.relay.RelaySummary.End;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Reveille ends a relay: politely between queries, or at once. */
class WireLeavingTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final ReadyForQuery IDLE = new ReadyForQuery(TransactionStatus.IDLE);
    private static final ReadyForQuery IN_TRANSACTION = new ReadyForQuery(TransactionStatus.IN_TRANSACTION);
    private static final Query QUERY = new Query("select 1");
    private static final DataRow ROW = new DataRow(List.of(Optional.of(ByteString.fromString("1"))));
    private static final ErrorResponse GOODBYE = new ErrorResponse(ErrorFields.of("FATAL", "57P01", "we are leaving"));

    private final RunningWire running = RunningWire.relaying(TEST_KIT);
    private final ScriptedClient client = running.client;
    private final ScriptedCompute compute = running.compute;

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void anIdleSessionIsSentAwayAtOnce() {
        // When
        running.wire.sendAwayWhenIdle(GOODBYE.encode());

        // Then
        client.hears(GOODBYE);
        client.end().hearsTheEnd();
        compute.end().hearsTheEnd();
        compute.end().isLetGo();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.SENT_AWAY);
    }

    @Test
    void aQueryMayFinishBeforeItsSessionIsSentAway() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);

        // When
        running.wire.sendAwayWhenIdle(GOODBYE.encode());
        compute.says(ROW, IDLE);

        // Then
        client.hears(ROW, IDLE, GOODBYE);
        client.end().hearsTheEnd();
    }

    @Test
    void aTransactionMayFinishBeforeItsSessionIsSentAway() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);
        compute.says(IN_TRANSACTION);
        client.hears(IN_TRANSACTION);

        // When
        running.wire.sendAwayWhenIdle(GOODBYE.encode());
        client.says(QUERY);
        compute.hears(Query.class);
        compute.says(IN_TRANSACTION);
        client.hears(IN_TRANSACTION);
        client.says(new Query("commit"));
        compute.hears(Query.class);
        compute.says(IDLE);

        // Then
        client.hears(IDLE, GOODBYE);
        client.end().hearsTheEnd();
    }

    @Test
    void aSessionThatIsSentAwayNowHearsWhyBetweenMessages() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);
        compute.says(ROW);
        client.hears(ROW);

        // When
        running.wire.sendAway(GOODBYE.encode());

        // Then
        client.hears(GOODBYE);
        client.end().hearsTheEnd();
        RelaySummary summary = running.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.SENT_AWAY);
        assertThat(summary.queryRunning())
                .as("somebody has to cancel the query")
                .isTrue();
    }

    @Test
    void aSessionThatIsSentAwayInsideAMessageHearsNothingMore() {
        // Given
        ByteString half = ROW.encode().dropRight(1);
        compute.end().says(half);
        client.end().hears(half);

        // When
        running.wire.sendAway(GOODBYE.encode());

        // Then
        client.end().hearsTheEnd();
    }

    @Test
    void whoNeverReadsItsLastWordsDoesNotKeepItsSocket() {
        // Given
        client.end().stopsReading();
        compute.says(ROW, ROW);
        compute.end().settles();

        // When
        running.wire.sendAway(GOODBYE.encode());

        // Then
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.SENT_AWAY);
        client.end().hearsItBreak();
    }

    @Test
    void whoAsksIsToldWhetherAQueryRuns() {
        // When
        boolean before = running.isBusy();
        client.says(QUERY);
        compute.hears(Query.class);
        boolean during = running.isBusy();
        compute.says(IDLE);
        client.hears(IDLE);
        boolean after = running.isBusy();

        // Then
        assertThat(List.of(before, during, after)).containsExactly(false, true, false);
    }

    @Test
    void anAbortedRelayClosesBothEndsAndReportsNothing() {
        // When
        running.wire.abort();

        // Then
        client.end().hearsItBreak();
        compute.end().hearsItGo();
        compute.end().isLetGo();
        assertThat(running.reportsSoFar()).isEmpty();
    }
}
