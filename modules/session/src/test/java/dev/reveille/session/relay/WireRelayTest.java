package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.RelaySummary.End;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The relay: frames both ways, each side as fast as the other reads, and an end that says what can be said. */
class WireRelayTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    private static final Query QUERY = new Query("select pg_sleep(60)");
    private static final DataRow ROW = new DataRow(List.of(Optional.of(ByteString.fromString("a value"))));

    private final RunningWire running = RunningWire.relaying(TEST_KIT);
    private final ScriptedClient client = running.client;
    private final ScriptedCompute compute = running.compute;

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    // ---- carrying ----

    @Test
    void aQueryReachesTheComputeAndItsAnswerComesBack() {
        // When
        client.says(QUERY);
        Query asked = compute.hears(Query.class);
        compute.says(ROW, new CommandComplete("SELECT 1"), READY);

        // Then
        assertThat(asked).isEqualTo(QUERY);
        client.hears(ROW, new CommandComplete("SELECT 1"), READY);
    }

    @Test
    void bytesPassThatAreNoWholeMessageYet() {
        // When
        client.end().says(QUERY.encode().take(7));
        compute.end().says(ROW.encode().take(6));

        // Then
        compute.end().hears(QUERY.encode().take(7));
        client.end().hears(ROW.encode().take(6));
    }

    @Test
    void aComputeThatDoesNotReadStopsTheClient() {
        // Given
        compute.end().stopsReading();

        // When
        for (int sent = 0; sent < 50; sent++) {
            client.says(QUERY);
        }
        running.settles();
        int takenWhileNobodyReads = client.end().chunksTaken();
        compute.end().readsOn();

        // Then
        assertThat(takenWhileNobodyReads).as("chunks taken of 50").isLessThanOrEqualTo(3);
        compute.end().hasHeard(50L * QUERY.encode().size());
    }

    @Test
    void aClientThatDoesNotReadStopsTheCompute() {
        // Given
        client.end().stopsReading();

        // When
        for (int sent = 0; sent < 50; sent++) {
            compute.says(ROW);
        }
        running.settles();
        int takenWhileNobodyReads = compute.end().chunksTaken();
        client.end().readsOn();

        // Then
        assertThat(takenWhileNobodyReads).as("chunks taken of 50").isLessThanOrEqualTo(3);
        client.end().hasHeard(50L * ROW.encode().size());
    }

    @Test
    void aClientThatDoesNotReadIsStillHeard() {
        // Given
        client.end().stopsReading();
        compute.says(ROW, ROW, ROW, ROW, ROW);

        // When
        client.says(QUERY);

        // Then
        assertThat(compute.hears(Query.class)).isEqualTo(QUERY);
    }

    @Test
    void theSummaryCountsBytesAndQueries() {
        // When
        client.says(QUERY, QUERY);
        compute.hears(Query.class);
        compute.hears(Query.class);
        compute.says(ROW, READY, READY);
        client.end().hasHeard(ROW.encode().size() + 2L * READY.encode().size());
        client.says(new Terminate());
        compute.end()
                .hasHeard(2L * QUERY.encode().size() + new Terminate().encode().size());
        compute.end().hangsUp();

        // Then
        assertThat(running.reportsSoFarUntilTheEnd())
                .isEqualTo(new RelaySummary(
                        End.CLIENT_TERMINATED,
                        false,
                        2L * QUERY.encode().size() + new Terminate().encode().size(),
                        ROW.encode().size() + 2L * READY.encode().size(),
                        2));
    }

    // ---- the client goes ----

    @Test
    void aClientThatClosesItsHalfStillGetsItsAnswer() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);

        // When
        client.end().finishes();
        compute.end().hearsTheEnd();
        compute.says(ROW, READY);
        compute.end().hangsUp();

        // Then
        running.reports(WireEvent.ClientHungUpMidQuery.class);
        client.hears(ROW, READY);
        client.end().hearsTheEnd();
        RelaySummary summary = running.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.CLIENT_CLOSED);
        assertThat(summary.queryRunning()).isFalse();
    }

    @Test
    void aQueryThatWasSaidLastIsDeliveredThoughTheComputeReadsSlowly() {
        // Given
        compute.end().stopsReading();
        client.says(QUERY, QUERY, QUERY);
        client.end().finishes();
        running.settles();

        // When
        compute.end().readsOn();

        // Then
        compute.end().hears(QUERY.encode().concat(QUERY.encode()).concat(QUERY.encode()));
        compute.end().hearsTheEnd();
    }

    @Test
    void aClientThatClosesBetweenQueriesOnlyWaitsForTheGoodbye() {
        // When
        client.end().finishes();

        // Then
        running.reports(WireEvent.ClientFinished.class);
        compute.end().hearsTheEnd();
        compute.end().hangsUp();
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_CLOSED);
    }

    @Test
    void aClientWhoseConnectionBreaksMidQueryLeavesAQueryBehind() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);

        // When
        client.end().breaks();

        // Then
        RelaySummary summary = running.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.CLIENT_FAILED);
        assertThat(summary.queryRunning()).isTrue();
        compute.end().hearsItGo();
        compute.end().isLetGo();
    }

    @Test
    void aClientThatBreaksOffAfterTerminateLeftPolitely() {
        // Given
        client.says(new Terminate());
        compute.hears(Terminate.class);

        // When
        client.end().breaks();

        // Then
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_TERMINATED);
    }

    @Test
    void aClientThatTalksNonsenseIsToldSoAndCutOff() {
        // When
        client.end().says(ByteString.fromInts('Q', 0, 0, 0, 1));

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("08P01");
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_BABBLED);
        compute.end().hearsItGo();
        assertThat(compute.end().unheard()).as("what the compute got of it").isEqualTo(ByteString.emptyByteString());
    }

    @Test
    void aClientThatTalksNonsenseInTheMiddleOfAnAnswerIsCutOffWithoutAWord() {
        // Given
        ByteString half = ROW.encode().dropRight(1);
        compute.end().says(half);
        client.end().hears(half);

        // When
        client.end().says(ByteString.fromInts('Q', 0, 0, 0, 1));

        // Then
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_BABBLED);
    }

    // ---- the compute goes ----

    @Test
    void aComputeThatDiesBetweenMessagesIsExcusedWithAnError() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);
        compute.says(ROW);

        // When
        compute.end().hangsUp();

        // Then
        client.hears(ROW);
        ErrorFields error = client.isRefused();
        assertThat(error.severity()).isEqualTo("FATAL");
        assertThat(error.sqlState()).isEqualTo("08006");
        RelaySummary summary = running.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.COMPUTE_CLOSED);
        assertThat(summary.queryRunning()).as("nothing is left to cancel").isFalse();
    }

    @Test
    void aComputeWhoseConnectionBreaksIsExcusedToo() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);

        // When
        compute.end().breaks();

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("08006");
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.COMPUTE_FAILED);
    }

    @Test
    void aComputeThatDiesInsideAMessageIsNotExcused() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);

        // When
        compute.end().says(ROW.encode().dropRight(1));
        compute.end().hangsUp();

        // Then
        client.end().hears(ROW.encode().dropRight(1));
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.COMPUTE_CLOSED);
    }

    @Test
    void aComputeThatSaidWhyItGoesIsNotExcused() {
        // Given
        ErrorResponse why = new ErrorResponse(ErrorFields.of("FATAL", "57P01", "shutting down"));

        // When
        compute.says(why);
        compute.end().hangsUp();

        // Then
        client.hears(why);
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.COMPUTE_CLOSED);
    }

    @Test
    void aComputeThatClosesAfterTerminateIsNotExcused() {
        // Given
        client.says(new Terminate());
        compute.hears(Terminate.class);

        // When
        compute.end().hangsUp();

        // Then
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_TERMINATED);
    }

    @Test
    void theLastWordsOfAComputeWaitForASlowClient() {
        // Given
        client.end().stopsReading();
        compute.says(ROW);
        running.settles();

        // When
        compute.end().hangsUp();
        RelaySummary summary = running.reportsTheEnd();
        client.end().readsOn();

        // Then
        assertThat(summary.end()).isEqualTo(End.COMPUTE_CLOSED);
        client.hears(ROW);
        assertThat(client.isRefused().sqlState()).isEqualTo("08006");
    }

    @Test
    void aComputeThatTalksNonsenseIsCutOff() {
        // When
        compute.end().says(READY.encode(), ByteString.fromInts('D', 0, 0, 0, 1));

        // Then
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.COMPUTE_BABBLED);
        client.hears(READY);
        assertThat(client.isRefused().sqlState()).isEqualTo("08P01");
        client.end().hearsTheEnd();
    }

    @Test
    void aHugeMessageIsCarriedWithoutBeingHeld() {
        // Given
        Frame huge = new Frame(DataRow.TAG, ByteString.fromArray(new byte[1 << 20]));
        ByteString bytes = huge.encode();

        // When
        for (int at = 0; at < bytes.size(); at += 16 * 1024) {
            compute.end().says(bytes.slice(at, Math.min(bytes.size(), at + 16 * 1024)));
        }

        // Then
        assertThat(client.end().hearsFrame()).isEqualTo(huge);
    }
}
