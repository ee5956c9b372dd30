package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.CopyBothResponse;
import dev.reveille.protocol.backend.CopyInResponse;
import dev.reveille.protocol.backend.CopyOutResponse;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.FunctionCallResponse;
import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.CopyData;
import dev.reveille.protocol.frontend.CopyDone;
import dev.reveille.protocol.frontend.CopyFail;
import dev.reveille.protocol.frontend.Flush;
import dev.reveille.protocol.frontend.FunctionCall;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.frontend.Terminate;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** What runs, and whether a session may be ended without losing anything. */
class TrafficTest extends TrafficStory {

    private static final CopyInResponse COPY_IN = new CopyInResponse(Format.TEXT, List.of());
    private static final CopyData COPY_DATA = new CopyData(ByteString.fromString("1\n"));

    @Test
    void aSessionIsIdleBeforeItsFirstQuery() {
        assertThat(traffic.idle()).isTrue();
        assertThat(traffic.busy()).isFalse();
    }

    @Test
    void aQueryRunsUntilTheComputeIsReadyAgain() {
        // When
        client(new Query("select 1"));
        boolean whileRunning = traffic.busy();
        compute(new DataRow(List.of(Optional.of(ByteString.fromString("1")))), new CommandComplete("SELECT 1"));
        boolean beforeReady = traffic.busy();
        compute(READY);

        // Then
        assertThat(whileRunning).isTrue();
        assertThat(beforeReady).isTrue();
        assertThat(traffic.idle()).isTrue();
        assertThat(traffic.queries()).isEqualTo(1);
    }

    @Test
    void ofSeveralQueriesInARowEachHasItsAnswer() {
        // When
        client(new Query("select 1"), new Query("select 2"), new Query("select 3"));
        compute(READY, READY);
        boolean oneIsLeft = traffic.busy();
        compute(READY);

        // Then
        assertThat(oneIsLeft).isTrue();
        assertThat(traffic.idle()).isTrue();
        assertThat(traffic.queries()).isEqualTo(3);
    }

    @Test
    void aPipelineRunsUntilItsLastSyncIsAnswered() {
        // When
        client(PARSE, BIND, EXECUTE, new Sync(), BIND, EXECUTE, new Sync());
        compute(new ParseComplete(), READY);
        boolean halfWay = traffic.busy();
        compute(READY);

        // Then
        assertThat(halfWay).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void anExtendedQueryThatIsOnlyFlushedIsStillOpen() {
        // When
        client(PARSE, BIND, EXECUTE, new Flush());
        compute(new ParseComplete());

        // Then
        assertThat(traffic.busy()).isTrue();
    }

    @Test
    void aSyncClosesWhatAFlushLeftOpen() {
        // Given
        client(PARSE, BIND, EXECUTE, new Flush());
        compute(new ParseComplete());

        // When
        client(new Sync());
        boolean beforeReady = traffic.busy();
        compute(READY);

        // Then
        assertThat(beforeReady).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aFunctionCallIsAQueryToo() {
        // When
        client(new FunctionCall(1, List.of(), List.of(), Format.TEXT));
        boolean whileRunning = traffic.busy();
        compute(new FunctionCallResponse(Optional.empty()), READY);

        // Then
        assertThat(whileRunning).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void anOpenTransactionIsNotIdleThoughNothingRuns() {
        // When
        client(new Query("begin"));
        compute(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));

        // Then
        assertThat(traffic.busy()).isFalse();
        assertThat(traffic.idle()).isFalse();
    }

    @Test
    void aFailedTransactionIsNotIdleUntilItIsRolledBack() {
        // When
        client(new Query("select 1/0"));
        compute(ERROR, new ReadyForQuery(TransactionStatus.FAILED));
        boolean whileFailed = traffic.idle();
        client(new Query("rollback"));
        compute(READY);

        // Then
        assertThat(whileFailed).isFalse();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aSimpleCopyInRunsUntilTheComputeIsReady() {
        // When
        client(new Query("copy t from stdin"));
        compute(COPY_IN);
        client(COPY_DATA, COPY_DATA, new CopyDone());
        boolean afterTheData = traffic.busy();
        compute(new CommandComplete("COPY 2"), READY);

        // Then
        assertThat(afterTheData).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aSyncThatComesDuringCopyIsIgnoredAsTheComputeIgnoresIt() {
        // Given
        client(PARSE, BIND, EXECUTE, new Sync());
        compute(COPY_IN);

        // When
        client(COPY_DATA, new Sync(), new CopyDone());
        boolean afterTheData = traffic.busy();
        client(new Sync());
        boolean beforeReady = traffic.busy();
        compute(new CommandComplete("COPY 1"), READY);

        // Then
        assertThat(afterTheData)
                .as("ended by CopyDone; the Sync that is to come is not owed yet")
                .isFalse();
        assertThat(beforeReady).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aCopyThatTheClientGivesUpEndsWithTheNextReady() {
        // When
        client(new Query("copy t from stdin"));
        compute(COPY_IN);
        client(COPY_DATA, new CopyFail("changed my mind"));
        boolean afterGivingUp = traffic.busy();
        compute(ERROR, READY);

        // Then
        assertThat(afterGivingUp).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void copyDataThatComesAfterTheComputeGaveUpKeepsNothingBusy() {
        // When
        client(new Query("copy t from stdin"));
        compute(COPY_IN);
        client(COPY_DATA);
        compute(ERROR, READY);
        client(COPY_DATA, COPY_DATA, new CopyDone());

        // Then
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void anExtendedCopyThatTheComputeGaveUpIsOverWithTheNextSync() {
        // Given
        client(PARSE, BIND, EXECUTE, new Sync());
        compute(COPY_IN);

        // When
        client(COPY_DATA);
        compute(ERROR);
        client(new Sync());
        boolean beforeReady = traffic.busy();
        compute(READY);

        // Then
        assertThat(beforeReady).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aCopyOutRunsUntilReady() {
        // When
        client(new Query("copy t to stdout"));
        compute(new CopyOutResponse(Format.TEXT, List.of()), new dev.reveille.protocol.backend.CopyDone());
        boolean afterTheData = traffic.busy();
        compute(new CommandComplete("COPY 0"), READY);

        // Then
        assertThat(afterTheData).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aReplicationStreamIsBusyAsLongAsItFlows() {
        // When
        client(new Query("START_REPLICATION 0/0"));
        compute(new CopyBothResponse(Format.TEXT, List.of()));
        client(COPY_DATA);
        boolean whileFlowing = traffic.busy();
        client(new CopyDone());
        boolean afterCopyDone = traffic.busy();
        compute(new CommandComplete("COPY 0"), READY);

        // Then
        assertThat(whileFlowing).isTrue();
        assertThat(afterCopyDone).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aClientThatSaysTerminateIsRememberedAsPolite() {
        // When
        client(new Terminate());

        // Then
        assertThat(traffic.terminated()).isTrue();
    }

    @Test
    void anErrorAsTheLastWordSaysWhy() {
        // When
        compute(ERROR);
        boolean afterTheError = traffic.computeSaidWhy();
        compute(READY);

        // Then
        assertThat(afterTheError).isTrue();
        assertThat(traffic.computeSaidWhy()).isFalse();
    }
}
