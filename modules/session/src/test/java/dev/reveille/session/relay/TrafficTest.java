package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.CopyBothResponse;
import dev.reveille.protocol.backend.CopyInResponse;
import dev.reveille.protocol.backend.CopyOutResponse;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.FunctionCallResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Bind;
import dev.reveille.protocol.frontend.CopyData;
import dev.reveille.protocol.frontend.CopyDone;
import dev.reveille.protocol.frontend.CopyFail;
import dev.reveille.protocol.frontend.Execute;
import dev.reveille.protocol.frontend.Flush;
import dev.reveille.protocol.frontend.FrontendMessage;
import dev.reveille.protocol.frontend.FunctionCall;
import dev.reveille.protocol.frontend.Parse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.frontend.Terminate;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {

    private static final DataRow ROW = new DataRow(List.of(Optional.of(ByteString.fromString("a value"))));

    private static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    private static final CopyInResponse COPY_IN = new CopyInResponse(Format.TEXT, List.of());
    private static final CopyData COPY_DATA = new CopyData(ByteString.fromString("1\n"));
    private static final ErrorResponse ERROR = new ErrorResponse(ErrorFields.of("ERROR", "22P02", "no number"));
    private static final Parse PARSE = new Parse("", "select 1", List.of());
    private static final Bind BIND = new Bind("", "", List.of(), List.of(), List.of());
    private static final Execute EXECUTE = new Execute("", 0);

    private final Traffic traffic = new Traffic();

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
    void halfAMessageOfTheClientMakesTheSessionBusy() {
        // When
        traffic.toCompute(new Query("select 1").encode().take(3));

        // Then
        assertThat(traffic.busy()).isTrue();
    }

    @Test
    void halfAMessageOfTheComputeLeavesNoRoomForOneOfOurs() {
        // When
        traffic.toClient(ERROR.encode().dropRight(1));

        // Then
        assertThat(traffic.betweenFramesToClient()).isFalse();
        assertThat(traffic.computeSaidWhy()).isFalse();
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

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE})
    void aLengthThatCannotBeLosesTheClient(int length) {
        // When
        traffic.toCompute(header((byte) 'Q', length));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.lostClient()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE})
    void aLengthThatCannotBeLosesTheCompute(int length) {
        // When
        int sound = traffic.toClient(header((byte) 'D', length));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.lostClient()).isFalse();
        assertThat(sound).isZero();
        assertThat(traffic.betweenFramesToClient())
                .as("nothing of it has reached the client")
                .isTrue();
    }

    @Test
    void allThatCameBeforeALostHeaderIsSound() {
        // Given
        ByteString sound = ROW.encode().concat(ROW.encode());
        ByteString nonsense = header((byte) 'D', 3);

        // When
        int passed = traffic.toClient(sound.concat(nonsense).concat(ROW.encode()));

        // Then
        assertThat(passed).isEqualTo(sound.size());
        assertThat(traffic.summary(RelaySummary.End.CLIENT_CLOSED).bytesToClient())
                .isEqualTo(sound.size());
    }

    @Test
    void aLostHeaderThatTheClientHasInPartLeavesNoRoomForAWord() {
        // Given
        ByteString nonsense = header((byte) 'D', 3);
        traffic.toClient(ROW.encode().concat(nonsense.take(2)));

        // When
        traffic.toClient(nonsense.drop(2));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.betweenFramesToClient()).isFalse();
    }

    @Test
    void whatFollowsALostHeaderIsNotBelieved() {
        // When
        traffic.toClient(header((byte) 'D', 0).concat(READY.encode()));

        // Then
        assertThat(traffic.queries()).isZero();
    }

    @Test
    void whereverTheChunksAreCutTheStoryIsTheSame() {
        // Given
        ByteString said = bytes(PARSE, BIND, EXECUTE, new Sync(), new Query("commit"));
        ByteString answered = new ParseComplete()
                .encode()
                .concat(new ReadyForQuery(TransactionStatus.IN_TRANSACTION).encode())
                .concat(READY.encode());

        for (int chunk = 1; chunk <= Math.max(said.size(), answered.size()); chunk++) {
            // When
            Traffic cut = new Traffic();
            for (ByteString piece : pieces(said, chunk)) {
                cut.toCompute(piece);
            }
            boolean asked = cut.busy();
            for (ByteString piece : pieces(answered, chunk)) {
                cut.toClient(piece);
            }

            // Then
            assertThat(asked).as("busy, in chunks of %d", chunk).isTrue();
            assertThat(cut.idle()).as("idle, in chunks of %d", chunk).isTrue();
            assertThat(cut.queries()).as("queries, in chunks of %d", chunk).isEqualTo(2);
            assertThat(cut.summary(RelaySummary.End.CLIENT_CLOSED).bytesToCompute())
                    .isEqualTo(said.size());
            assertThat(cut.summary(RelaySummary.End.CLIENT_CLOSED).bytesToClient())
                    .isEqualTo(answered.size());
        }
    }

    @Test
    void aChunkGluedFromPartsIsFollowedLikeAnyOther() {
        // Given
        ByteString query = new Query("select 1").encode();

        // When
        traffic.toCompute(query.take(2).concat(query.drop(2).concat(new Sync().encode())));
        compute(READY, READY);

        // Then
        assertThat(traffic.idle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 1000})
    void whoeverKeepsTheConnectionHearsOfParametersHoweverTheyAreCut(int chunk) {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);
        ByteString said = ROW.encode()
                .concat(ParameterStatus.of("TimeZone", "UTC").encode())
                .concat(READY.encode())
                .concat(ParameterStatus.of("DateStyle", "ISO").encode());

        // When
        pieces(said, chunk).forEach(kept::toClient);

        // Then
        assertThat(keeper.heard())
                .extracting(body -> ParameterStatus.decode(body).name())
                .containsExactly("TimeZone", "DateStyle");
        assertThat(keeper.hasLostTrack()).isFalse();
    }

    @Test
    void aParameterThatIsTooLongToBeRememberedIsSaidToBeLost() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);

        // When
        kept.toClient(ParameterStatus.of("TimeZone", "x".repeat(8 * 1024)).encode());

        // Then
        assertThat(keeper.heard()).isEmpty();
        assertThat(keeper.hasLostTrack()).isTrue();
        assertThat(kept.betweenFramesToClient()).isTrue();
    }

    @Test
    void aParameterWithoutANameIsHeardAndHarmsNoFrameBehindIt() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);

        // When
        kept.toClient(header(ParameterStatus.TAG, 4).concat(READY.encode()));

        // Then
        assertThat(keeper.heard()).containsExactly(ByteString.emptyByteString());
        assertThat(kept.betweenFramesToClient()).isTrue();
    }

    @Test
    void aTerminateIsAFarewellWhereItComesAlone() {
        // When
        client(new Terminate());

        // Then
        assertThat(traffic.isFarewell()).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aTerminateBehindSomethingElseIsNone() {
        // When
        client(new Query("select 1"), new Terminate());

        // Then
        assertThat(traffic.terminated()).isTrue();
        assertThat(traffic.isFarewell()).isFalse();
    }

    @Test
    void whatOnlyLooksLikeATerminateInsideOfAnotherMessageIsNone() {
        // Given
        ByteString copied = new CopyData(new Terminate().encode()).encode();

        // When
        traffic.toCompute(copied.take(5));
        traffic.toCompute(copied.drop(5));

        // Then
        assertThat(traffic.terminated()).isFalse();
        assertThat(traffic.isFarewell()).isFalse();
    }

    @Test
    void nothingIsAFarewellBehindAFarewell() {
        // Given
        client(new Terminate());

        // When
        client(new Terminate());

        // Then
        assertThat(traffic.isFarewell()).isFalse();
    }

    private void client(FrontendMessage... messages) {
        traffic.toCompute(bytes(messages));
    }

    private void compute(BackendMessage... messages) {
        for (BackendMessage message : messages) {
            traffic.toClient(message.encode());
        }
    }

    private static ByteString bytes(FrontendMessage... messages) {
        ByteString bytes = ByteString.emptyByteString();
        for (FrontendMessage message : messages) {
            bytes = bytes.concat(message.encode());
        }
        return bytes;
    }

    private static List<ByteString> pieces(ByteString whole, int size) {
        return whole.isEmpty()
                ? List.of()
                : java.util.stream.IntStream.iterate(0, at -> at < whole.size(), at -> at + size)
                        .mapToObj(at -> whole.slice(at, Math.min(whole.size(), at + size)))
                        .toList();
    }

    private static ByteString header(byte tag, int length) {
        return ByteString.fromArray(
                new byte[] {tag, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
    }
}
